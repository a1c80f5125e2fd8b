"""Append lines to files that nobody rewrites: each line has a number and a checksum chained to the one before."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from avow.errors import StoreError
from avow.store.journal.folder import begun, folder, settle
from avow.store.server.folder import refused
from avow.store.server.lock import Lock

SEGMENT = 64 << 20
"""Bytes after which a new file is begun."""
_HEAD = "avow journal 1"
_ZERO = "0" * 64
_PIECE = 64 << 10
_REPAIR = "restore this file from a copy of the journal; nothing before this line is lost"

Line = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a chain ends: its last file, that file's size, the number and checksum of the last line, and the line."""

    path: Path | None
    size: int
    no: int
    checksum: str
    line: Line | None


TAILS: dict[Path, Tail] = {}
"""The end of each chain as this process left it; it holds as long as the file has that size."""


class Chain:
    """One chain of the journal, held alone by whoever appends."""

    def __init__(self, name: str) -> None:
        """Name the chain: `rights` or `ledger`."""
        self.name, self.folder = name, folder()

    @contextmanager
    def held(self) -> Iterator["Chain"]:
        """Hold the chain alone, waiting for whoever has it; raise StoreError if there is no journal."""
        if not begun():
            raise StoreError(f"there is no journal in {self.folder}", "is its disk away? `avow doctor` says more")
        turn = Lock(self.folder / f"{self.name}.lock")
        try:
            turn.wait()
            yield self
        except OSError as error:
            raise refused(self.folder, error) from error
        finally:
            turn.release()

    def tail(self) -> Tail:
        """Give where the chain ends; what a crash tore off behind the last whole line is cut away."""
        files = self.files()
        if not files:
            return Tail(None, 0, 0, _ZERO, None)
        known = TAILS.get(self.folder / self.name)
        if known and known.path == files[-1] and files[-1].stat().st_size == known.size:
            return known
        if not _mend(files[-1]):
            return self.tail()
        before, last = _last(files[-1])
        no, checksum = _opening(files[-1]) if before is None else _parted(before)[:2]
        if last is None:
            return Tail(files[-1], files[-1].stat().st_size, no, checksum, None)
        _, _, line = _checked(files[-1], "end", last, no + 1, checksum)
        return Tail(files[-1], files[-1].stat().st_size, no + 1, _parted(last)[1], line)

    def append(self, lines: Sequence[Line]) -> None:
        """Append lines, so that they are on the disk when this returns; the chain is held."""
        if not lines:
            return
        end = self.tail()
        path, fresh = end.path, b""
        if path is None or end.size > SEGMENT:
            path = self.folder / f"{self.name}-{end.no + 1:012d}.log"
            fresh = _head(self.name, end.no + 1, end.checksum)
        no, checksum, written = end.no, end.checksum, [fresh]
        for line in lines:
            no, text = no + 1, json.dumps(line, separators=(",", ":"), ensure_ascii=True).encode()
            checksum = _checksum(checksum, no, text)
            written.append(b"%d %b %b\n" % (no, checksum.encode(), text))
        size = _write(path, 0 if fresh else end.size, b"".join(written))
        TAILS[self.folder / self.name] = Tail(path, size, no, checksum, lines[-1])

    def files(self) -> list[Path]:
        """Give the files of the chain, the oldest first."""
        return sorted(self.folder.glob(f"{self.name}-[0-9]*.log"))

    def lines(self, after: int = 0) -> Iterator[Line]:
        """Give each line whose number is above `after`; raise StoreError that names the first that was changed."""
        files = self.files()
        begins = [_opening(path)[0] + 1 for path in files]
        for at, path in enumerate(files):
            if at + 1 < len(files) and begins[at + 1] <= after + 1:
                continue
            for no, _, line in _lines(path):
                if no > after:
                    yield line
            if at + 1 < len(files):
                _joined(path, files[at + 1])


def _write(path: Path, size: int, content: bytes) -> int:
    """Write behind what stands there; what could not be written whole is cut away again."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb", buffering=0) as file:
        try:
            file.seek(size)
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise
    if not size:
        settle(path.parent)
    return size + len(content)


def _mend(path: Path) -> bool:
    """Cut away a line that has no end: who wrote it was stopped, and told nobody. Say whether anything is left."""
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        whole = _whole(file, size)
        if whole < size:
            file.truncate(whole)
    if not whole:
        path.unlink()
    return whole > 0


def _whole(file: BinaryIO, size: int) -> int:
    """Give the size of a file up to the end of its last whole line."""
    for start in range(max(size - _PIECE, 0), -_PIECE, -_PIECE):
        file.seek(max(start, 0))
        found = file.read(_PIECE).rfind(b"\n")
        if found >= 0:
            return max(start, 0) + found + 1
    return 0


def _last(path: Path) -> tuple[bytes | None, bytes | None]:
    """Give the last two lines of a file behind its opening, each None where there is none."""
    size, reach = path.stat().st_size, _PIECE
    with path.open("rb") as file:
        while True:
            file.seek(max(size - reach, 0))
            lines = file.read().split(b"\n")[:-1]
            if len(lines) > 3 or reach >= size:  # noqa: PLR2004 -- a part of a line, and two whole ones
                break
            reach *= 4
    found = lines[1:]  # what stands first is the opening, or a part of a line
    return (found[-2] if len(found) > 1 else None, found[-1] if found else None)


def _parted(raw: bytes) -> tuple[int, str, bytes]:
    """Part a line into its number, its checksum and its text."""
    number, checksum, text = (*raw.split(b" ", 2), b"", b"")[:3]
    return int(number) if number.isdigit() else 0, checksum.decode(errors="replace"), text


def _checked(path: Path, at: int | str, raw: bytes, no: int, before: str) -> tuple[int, str, Line]:
    """Give (number, checksum, line) of a line that must have this number and follow on this checksum."""
    number, told, text = _parted(raw)
    if number != no or told != _checksum(before, no, text):
        raise StoreError(f"{path}:{at}: the journal was changed here", _REPAIR)
    line: Line = json.loads(text)
    return no, told, line


def _opening(path: Path) -> tuple[int, str]:
    """Read the first line of a file: the number and checksum of the line before its own first."""
    name, _, number = path.stem.rpartition("-")
    with path.open("rb") as file:
        raw = file.readline()
    checksum = raw[-65:-1].decode(errors="replace")
    if raw != _head(name, int(number), checksum):
        raise StoreError(f"{path}:1: this is no journal, or it was changed here", _REPAIR)
    return int(number) - 1, checksum


def _head(name: str, no: int, checksum: str) -> bytes:
    """Write the first line of a file: the chain, the number of its first line, the checksum of the one before."""
    return f"{_HEAD} {name} {no} {checksum}\n".encode()


def _lines(path: Path) -> Iterator[tuple[int, str, Line]]:
    """Give (number, checksum, line) of each line of a file, checked; an end that was torn off is left out."""
    no, checksum = _opening(path)
    with path.open("rb") as file:
        file.readline()
        for at, raw in enumerate(file, 2):
            if not raw.endswith(b"\n"):
                return
            no, checksum, line = _checked(path, at, raw[:-1], no + 1, checksum)
            yield no, checksum, line


def _joined(path: Path, following: Path) -> None:
    """Refuse a file that does not go on where the one before it ends."""
    last = (0, _ZERO)
    for no, checksum, _ in _lines(path):
        last = no, checksum
    if last != _opening(following):
        raise StoreError(f"{following}:1: it does not go on where {path.name} ends", _REPAIR)


def _checksum(before: str, no: int, text: bytes) -> str:
    return sha256(bytes.fromhex(before) + b"%d " % no + text).hexdigest()
