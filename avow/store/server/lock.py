"""Lock a folder against others of our kind: kernel locks, which end with their process however it ends."""

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path

from avow.errors import StoreError


@dataclass(slots=True)
class Lock:
    """A lock file: `share` with others like us, or `seize` it for ourselves alone; it holds the pid of the latter."""

    path: Path
    _file: int | None = field(default=None, init=False)

    def share(self) -> None:
        """Hold it together with others, waiting while somebody has it alone."""
        fcntl.flock(self._open(), fcntl.LOCK_SH)

    def wait(self) -> None:
        """Hold it alone, waiting while others have it."""
        fcntl.flock(self._open(), fcntl.LOCK_EX)

    def seize(self, *, write: bool = True) -> bool:
        """Hold it alone and say so, or say at once that others have it; what was shared is then no longer held.

        `write` puts our pid into the file.
        """
        file = self._open()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if write:
            os.ftruncate(file, 0)
            os.pwrite(file, str(os.getpid()).encode(), 0)
        return True

    def release(self) -> None:
        """Let it go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holder(self) -> str:
        """Give the pid that last held it alone, as text; empty if nobody did."""
        try:
            return self.path.read_text()
        except FileNotFoundError:
            return ""

    def _open(self) -> int:
        if self._file is None:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        return self._file


def alone(folder: Path, act: str) -> Lock:
    """Hold a folder's lock for one act (serve, work); raise StoreError that names the process which has it."""
    lock = Lock(folder / f"{act}.lock")
    if not lock.seize():
        raise StoreError(
            f"`avow {act}` already runs on {folder}, as process {lock.holder()}", "stop that one first, or use it"
        )
    return lock
