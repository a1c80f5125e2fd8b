"""Run the company's programs as an operator would: the site, several workers, the door for letters."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from avow.errors import StoreError

_AVOW = str(Path(sys.executable).with_name("avow"))
_READY, _GRACE = 180.0, 30.0


class Troupe:
    """The programs that run; what they say goes to a file each."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start `avow` with words and further settings, under a name."""
        return self.run(name, [_AVOW, *words], **settings)

    def run(self, name: str, command: list[str], **settings: str) -> subprocess.Popen[bytes]:
        """Start a program of ours."""
        with (self._logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 -- our own program
                command, env=os.environ | settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.running[name] = process
        return process

    def kill(self, name: str) -> None:
        """Kill -9 one of them."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def well(self) -> None:
        """Raise StoreError that names a program which ended, with its last words."""
        for name, process in self.running.items():
            if process.poll() is not None:
                said = (self._logs / f"{name}.log").read_text(errors="replace").strip().splitlines()
                raise StoreError(f"{name} ended with status {process.returncode}: {' '.join(said[-2:])}")

    def stop(self) -> None:
        """End all of them, the last first."""
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
            process.kill()
            process.wait()


@contextmanager
def troupe(logs: Path) -> Iterator[Troupe]:
    """Have a troupe, and end whatever it started."""
    found = Troupe(logs)
    try:
        yield found
    finally:
        found.stop()


def free_port() -> int:
    """Give a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answering(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody answers at a port; raise StoreError if the program ends or the time does."""
    until = time.monotonic() + _READY
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise StoreError(f"nobody answers at port {port}", f"{process.args!r} ended with status {process.poll()}")
