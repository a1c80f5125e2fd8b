"""Write permitted fields to a file, a line a person: CSV, or lines of JSON; it appears whole or not at all."""

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from avow.errors import GateError
from avow.page.kept.cell import cell
from avow.record.shown.versions import in_force

_LINES: Final = frozenset({".jsonl", ".ndjson"})
_CHUNK: Final = 1 << 20
Row = Mapping[str, Mapping[str, str]]
"""What is released of a person: category to field to value."""
Write = Callable[[Row, Mapping[str, str]], int]
"""Write a person's line, behind some words of our own by the names of their columns; give its length in bytes."""


class _Out:
    """Take text, and say how many bytes it came to."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def write(self, text: str) -> int:
        data = text.encode()
        self.file.write(data)
        return len(data)


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """Give a file beside the path that only its owner reads, and that is gone if it did not take its place.

    Raises GateError if the path is there already, or cannot be written.
    """
    if path.exists():
        raise GateError(f"{path} is there already", "name another file")
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise GateError(f"{path} cannot be written: {error.strerror}", "name a file in a folder of yours") from error
    try:
        yield beside
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def lines(path: Path, categories: Sequence[str], *, of: str, own: Sequence[str] = ()) -> Iterator[Write]:
    """Give what writes each person as a line; `of` is the name that the file will have, `own` are our own columns.

    CSV has a column for each field that the version in force declares, and what a spreadsheet would run is made text
    by an apostrophe. All is on the disk when this ends.
    """
    with path.open("wb") as file:
        jsonl = Path(of).suffix.lower() in _LINES
        yield _objects(_Out(file)) if jsonl else _table(_Out(file), sorted(categories), own)
        file.flush()
        os.fsync(file.fileno())


def cut(path: Path, spans: Sequence[tuple[int, int]], head: int) -> None:
    """Take lines out of a file: each as (first byte behind the head of the file, length), in their order."""
    beside = path.with_name(f"{path.name}.cut")
    try:
        with path.open("rb") as source, beside.open("wb") as to:
            beside.chmod(0o600)
            at = 0
            for start, length in ((head + start, length) for start, length in spans):
                _copy(source, to, start - at)
                source.seek(length, os.SEEK_CUR)
                at = start + length
            shutil.copyfileobj(source, to)
            to.flush()
            os.fsync(to.fileno())
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)


def digest(path: Path) -> bytes:
    """Give the SHA-256 of a file."""
    with path.open("rb") as written:
        return hashlib.file_digest(written, "sha256").digest()


def _copy(source: BinaryIO, to: BinaryIO, count: int) -> None:
    while count:
        data = source.read(min(count, _CHUNK))
        to.write(data)
        count -= len(data)


def _table(out: _Out, categories: Sequence[str], own: Sequence[str]) -> Write:
    declared = in_force().categories
    fields = [(name, field.id) for name in categories for field in declared[name].fields]
    writer = csv.writer(out)
    writer.writerow([*own, *(f"{category}.{field}" for category, field in fields)])

    def write(row: Row, told: Mapping[str, str]) -> int:
        mine = [told[name] for name in own]
        return int(writer.writerow([*mine, *(cell(row.get(name, {}).get(field, "")) for name, field in fields)]))

    return write


def _objects(out: _Out) -> Write:
    def write(row: Row, told: Mapping[str, str]) -> int:
        return out.write(json.dumps({**told, **{name: dict(row[name]) for name in row}}, ensure_ascii=False) + "\n")

    return write
