"""Keep letters on disk as they came, byte for byte, before anything is made of them."""

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from avow.config import config
from avow.errors import StoreError
from avow.store.server.folder import refused

_DAY = 86_400
_TRIAL = "."
_disk: Final = ThreadPoolExecutor(8, "disk")
"""Who waits for the disk, so that the disk takes several letters at once."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A letter as it came: the sender and recipients of its envelope, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes

    @property
    def digest(self) -> bytes:
        """Give the SHA-256 of its bytes (32 bytes)."""
        return hashlib.sha256(self.data).digest()


@dataclass(frozen=True, slots=True)
class Written:
    """A letter that was written: it outlives this process now, and the machine as soon as it is `safe`."""

    path: Path
    synced: Future[None]

    def safe(self) -> bool:
        """Wait until it is on the disk, and say whether it is."""
        return self.synced.exception() is None


def keep(raw: Raw) -> Path:
    """Put a letter on the disk, so that it is there when this returns; raise StoreError if the disk refuses it."""
    written = write(raw)
    written.synced.result()
    return written.path


def write(raw: Raw) -> Written:
    """Write a letter, and let the disk take it while something is made of it; raise StoreError if it cannot be written.

    The disk needs longer than the store: it is waited for at the end, by whoever acknowledges the letter.
    """
    folder = _folder() / "new"
    draft = folder / f"{_TRIAL}{secrets.token_hex(8)}"
    head = json.dumps({"from": raw.sender, "to": list(raw.recipients)}).encode()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines((head, b"\n", raw.data))
            file.flush()
            path = folder / f"{time.time_ns():020d}-{raw.digest.hex()[:16]}.eml"
            draft.rename(path)
            return Written(path, _disk.submit(_sync, os.dup(file.fileno()), folder))
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise refused(folder, error) from error


def _sync(file: int, folder: Path) -> None:
    """Put an open file and its name on the disk."""
    try:
        os.fsync(file)
        _settle(folder)
    except OSError as error:
        raise refused(folder, error) from error
    finally:
        os.close(file)


def waiting(older: float = 0.0) -> list[Path]:
    """Give the letters that nothing was made of yet, oldest first, which came at least these seconds ago."""
    until = time.time_ns() - int(older * 1e9)
    return [path for path in sorted((_folder() / "new").glob("[0-9]*.eml")) if int(path.name[:20]) <= until]


def load(path: Path) -> Raw:
    """Read a letter back; raise StoreError if it cannot be read."""
    try:
        head, _, data = path.read_bytes().partition(b"\n")
        told = json.loads(head)
        return Raw(str(told["from"]), tuple(map(str, told["to"])), data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the letter {path} cannot be read", "read it by eye") from error


def settle(path: Path, letter: UUID | None) -> None:
    """Put a letter away under its id; one that nobody knows any more has none, and goes.

    A crash may undo this: whoever takes the letter up again finds that it was taken, and puts it away again.
    """
    if letter is None:
        path.unlink(missing_ok=True)
        return
    folder = _folder() / "kept"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):  # another took it meanwhile, and put it away
        path.rename(folder / f"{letter.hex}.eml")


def destroy(letters: Iterable[UUID]) -> None:
    """Take the bytes of some letters off the disk."""
    for letter in letters:
        (_folder() / "kept" / f"{letter.hex}.eml").unlink(missing_ok=True)


def sweep() -> int:
    """Take letters off the disk that had their days, and give how many."""
    until = time.time() - config().letters * _DAY
    gone: Sequence[Path] = [path for path in (_folder() / "kept").glob("*.eml") if path.stat().st_mtime < until]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _folder() -> Path:
    return config().data / "letters"


def _settle(folder: Path) -> None:
    """Put the folder's own entries on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
