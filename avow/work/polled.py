"""Let letters be fetched beside the other work, by a process of its own: a mail server that is slow holds nobody up."""

import subprocess
import sys
from dataclasses import dataclass
from time import monotonic
from typing import Final

from avow.config import config
from avow.errors import MailError

LONGEST: Final = 1800.0
"""Seconds after which a fetch that does not end is ended."""


@dataclass(slots=True)
class Polled:
    """The process that fetches letters, while there is one."""

    process: subprocess.Popen[str] | None = None
    since: float = 0.0

    def go(self) -> int:
        """Look after the fetch that runs, or begin one; raise MailError with what an ended one said was wrong."""
        if self.process is not None:
            self._look(self.process)
        if self.process is None and config().imap:
            self.since = monotonic()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "avow.lmtp.poll"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
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
            raise MailError((said.strip().splitlines() or ["the fetch ended"])[-1].removeprefix("avow: "))
        sys.stderr.write(said)  # of a letter that it left where it is


polled = Polled()
