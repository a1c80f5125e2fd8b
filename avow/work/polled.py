"""Let what is slow be done beside the other work, by a process of its own: to fetch letters, and to count kinds."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from avow.config import config
from avow.errors import AvowError, MailError, RecordError
from avow.uses.insight.release import due

LONGEST: Final = 1800.0
"""Seconds after which a process that does not end is ended."""


@dataclass(slots=True)
class Polled:
    """The process that does one thing, while there is one: which module, whether it is wanted, what its failure is."""

    process: subprocess.Popen[str] | None = None
    since: float = 0.0
    module: str = "avow.lmtp.poll"
    wanted: Callable[[], bool] = lambda: bool(config().imap)
    failure: type[AvowError] = MailError

    def go(self) -> int:
        """Look after the process that runs, or begin one; raise the failure with what an ended one said was wrong."""
        if self.process is not None:
            self._look(self.process)
        if self.process is None and self.wanted():
            self.since = monotonic()
            self.process = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-m", self.module], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
        return 0

    def _look(self, process: subprocess.Popen[str]) -> None:
        if process.poll() is None:
            if monotonic() - self.since < LONGEST:
                return
            process.kill()
        _, said = process.communicate()
        self.process = None
        if process.returncode:
            raise self.failure((said.strip().splitlines() or [f"{self.module} ended"])[-1].removeprefix("avow: "))
        sys.stderr.write(said)  # such as of a letter that it left where it is


polled = Polled()
counted = Polled(module="avow.work.counting", wanted=lambda: bool(due()), failure=RecordError)
