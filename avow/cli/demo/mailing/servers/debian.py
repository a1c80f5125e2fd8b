"""Run Debian's smtp-sink where it is installed, and read what it took."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from avow.cli.demo.mailing.servers.dot import Dot, read
from avow.cli.demo.mailing.troupe import answering, free_port
from avow.config import account

_PROGRAM = "smtp-sink"
_RECIPIENT = re.compile(rb"^X-Rcpt-Args: <([^>]+)>", re.MULTILINE)
_TAKEN = 250


class SmtpSink:
    """A running smtp-sink: its port, and the folder with a file for each message."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self._folder = port, folder

    def dots(self) -> list[Dot]:
        """Give what came whole; the instant of a final dot is that of the last byte in its file.

        A message that was cut off has no end, and is not given.
        """
        return [dot for path in self._folder.iterdir() if (dot := _read(path))]


def _read(path: Path) -> Dot | None:
    text = path.read_bytes()
    recipient = _RECIPIENT.search(text)
    if recipient is None or not text.rstrip().endswith(b"--"):  # the last line of every message that has two parts
        return None
    crlf = text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return read(crlf, recipient[1].decode(), 0.0, path.stat().st_mtime, _TAKEN)


@contextmanager
def smtp_sink() -> Iterator[SmtpSink | None]:
    """Run smtp-sink on a free port, or give None where the machine has none."""
    program = shutil.which(_PROGRAM, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        yield None
        return
    with TemporaryDirectory(prefix="avow-demo-") as name:
        port, who = free_port(), account()
        if who:
            shutil.chown(name, who.pw_uid)
        roles = ["-u", who.pw_name] if who else []
        command = [program, *roles, "-d", f"{name}/%H%M%S.", f"127.0.0.1:{port}", "100"]
        process = subprocess.Popen(command)  # noqa: S603 -- Debian's own program
        try:
            answering(port, process)
            yield SmtpSink(port, Path(name))
        finally:
            process.terminate()
            process.wait()
