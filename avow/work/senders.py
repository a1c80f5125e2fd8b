"""Keep further processes that hand mail over beside the one that does all the rest."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

SENDER: Final = "sender"
"""The word that makes `python -m avow.work` such a process."""
_GRACE: Final = 20.0
"""Seconds in which a process finishes the batch that it has begun."""


@dataclass(slots=True)
class Senders:
    """So many processes; one that ended is begun again at the next look."""

    count: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def keep(self) -> int:
        """Begin those that are missing, and give how many."""
        self.running = [one for one in self.running if one.poll() is None]
        missing = self.count - len(self.running)
        command = [sys.executable, "-m", "avow.work", SENDER, str(os.getpid())]
        self.running += [subprocess.Popen(command, stdin=subprocess.DEVNULL) for _ in range(missing)]  # noqa: S603 -- our own program
        return missing


@contextmanager
def senders(count: int) -> Iterator[Senders]:
    """Give who keeps `count` processes; at the end each is let finish its batch."""
    found = Senders(count)
    try:
        yield found
    finally:
        for one in found.running:
            one.terminate()
        for one in found.running:
            try:
                one.wait(_GRACE)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
