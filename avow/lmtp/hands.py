"""Keep further processes that take letters at the same socket beside the one that does all the rest."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

HAND: Final = "hand"
"""The word that makes `python -m avow.lmtp` such a process; the number of the socket follows."""
MOST: Final = min(2, os.cpu_count() or 1)
"""Processes that take letters: one for each processor of the machine that the limits are for."""
_GRACE: Final = 20.0
"""Seconds in which a process finishes the letters that it has begun."""


@dataclass(slots=True)
class Hands:
    """So many processes at a socket; one that ended is begun again at the next look, all end when we do."""

    at: socket.socket
    count: int = MOST - 1
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def keep(self) -> int:
        """Begin those that are missing, and give how many; each ends at the end of its input, however we end."""
        self.running = [one for one in self.running if one.poll() is None]
        missing, number = self.count - len(self.running), self.at.fileno()
        command = [sys.executable, "-m", "avow.lmtp", HAND, str(number)]
        self.running += [
            subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[number])  # noqa: S603 -- our own program
            for _ in range(missing)
        ]
        return missing


@contextmanager
def hands(at: socket.socket) -> Iterator[Hands]:
    """Give who keeps the processes; at the end each is let finish what it has begun."""
    found = Hands(at)
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
            if one.stdin:
                one.stdin.close()
