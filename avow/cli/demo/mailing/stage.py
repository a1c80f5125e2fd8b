"""Hold what the demo plays on: the company and its programs, the mail servers, a bar for each step."""

import os
import sys
from dataclasses import dataclass
from typing import Final

from avow.cli.demo.bar import Step
from avow.cli.demo.mailing.saying.said import Company
from avow.cli.demo.mailing.servers.debian import SmtpSink
from avow.cli.demo.mailing.servers.dot import Dot
from avow.cli.demo.mailing.servers.sink import Sink
from avow.cli.demo.mailing.troupe import Troupe, answering

WORKERS: Final = 3
_SENDER: Final = "sender"


@dataclass
class Stage:
    """The whole stage; `victim` is the worker that is killed, and one more joins where there is an smtp-sink."""

    company: Company
    troupe: Troupe
    sink: Sink
    debian: SmtpSink | None
    step: Step
    victim: str = "sender 2"

    def open(self) -> None:
        """Start the site, the door for letters, and three workers."""
        bar = self.step("programs", 2 + WORKERS)
        doors = {self.company.site: ("serve", "--no-work"), self.company.letters: ("lmtp",)}
        started = {port: self.troupe.start(words[0], *words) for port, words in doors.items()}
        self.troupe.start("work", "work")
        self.beside(self.victim)
        self.beside("sender 3")
        bar(WORKERS)
        for port, process in started.items():
            answering(port, process)
            bar(1)

    def beside(self, name: str, port: int = 0) -> None:
        """Start one more process that hands over, as `avow work` starts its own, at a port."""
        to = f"smtp://127.0.0.1:{port or self.sink.port}"
        self.troupe.run(name, [sys.executable, "-m", "avow.work", _SENDER, str(os.getpid())], AVOW_SMTP=to)

    def join(self) -> None:
        """Let one more worker hand over to smtp-sink, where there is one."""
        if self.debian:
            self.beside("sender 5", self.debian.port)

    def dots(self) -> list[Dot]:
        """Give every message that came whole, at either server."""
        return [*self.sink.dots, *(self.debian.dots() if self.debian else ())]
