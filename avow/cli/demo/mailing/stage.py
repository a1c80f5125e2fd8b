"""Hold what the demo plays on: the company and its programs, the mail servers, a bar for each step."""

from dataclasses import dataclass
from typing import Final

from avow.cli.demo.bar import Step
from avow.cli.demo.mailing.saying.said import Company
from avow.cli.demo.mailing.servers.debian import SmtpSink
from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.servers.sink import Sink
from avow.cli.demo.mailing.troupe import Troupe, answering

WORKERS: Final = 3


@dataclass
class Stage:
    """The whole stage; `victim` is the worker that is killed, and one more joins where there is an smtp-sink."""

    company: Company
    troupe: Troupe
    sink: Sink
    debian: SmtpSink | None
    step: Step
    victim: str = "work beside 2"

    def open(self) -> None:
        """Start the site, the door for letters, and three workers."""
        bar = self.step("programs", 2 + WORKERS)
        doors = {self.company.site: ("serve", "--no-work"), self.company.letters: ("lmtp",)}
        started = {port: self.troupe.start(words[0], *words) for port, words in doors.items()}
        self.troupe.start("work", "work")
        self.beside(self.victim)
        self.beside("work beside 3")
        bar(WORKERS)
        for port, process in started.items():
            answering(port, process)
            bar(1)

    def beside(self, name: str, port: int = 0) -> None:
        """Start one more worker, which hands over at a port."""
        self.troupe.start(name, "work", "--beside", AVOW_SMTP=f"smtp://127.0.0.1:{port or self.sink.port}")

    def join(self) -> None:
        """Let one more worker hand over to smtp-sink, where there is one."""
        if self.debian:
            self.beside("work beside 5", self.debian.port)

    def dots(self) -> list[Dot]:
        """Give every message that came whole, at either server."""
        return [*self.sink.dots, *(self.debian.dots() if self.debian else ())]
