"""Read the rows of a CSV file as other programs write it: marks, separators, line ends; memory stays flat."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from avow.errors import CollectionError
from avow.record.taken.sheets.report import Report

if TYPE_CHECKING:
    import _csv

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = ",;\t"
_TOLD: Final = "sep="
"""What Excel writes first where it tells the separator."""
_ENCODED: Final = "save the file as CSV UTF-8"
_FOREIGN: Final = ("this line is not UTF-8 text", _ENCODED)
_ZERO: Final = (
    "this line holds a byte of zero",
    "a text has none: save the file as CSV UTF-8, or as UTF-16",
)


class Rows:
    """The rows after the heading, and the heading; `at` is the place (file:line) of the row that was given last.

    A line that is not text, or whose quote is not closed, is told to the report and left out.
    Raises CollectionError where nothing can be read: no file, no heading, not text at all.
    """

    def __init__(self, path: Path, report: Report) -> None:
        """Read nothing yet."""
        self.path, self.report = path, report
        self.encoding = _encoding(path)
        self.separator, self.skip = _separator(path, self.encoding)
        self.heading: list[str] = []
        self._line = 0
        self._spoiled: tuple[str, str] | None = None

    @property
    def at(self) -> str:
        """Give the place of the last row."""
        return f"{self.path}:{self._line}"

    def __iter__(self) -> Iterator[list[str]]:
        """Read the heading, then give each row that has the heading's number of columns."""
        with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="") as file:
            reader = csv.reader(self._lines(file), strict=True, delimiter=self.separator)
            self._begin(reader)
            width = len(self.heading)
            while (row := self._next(reader)) is not None:
                if self._spoiled:
                    self.report.bad(self.at, f"{self._spoiled[0]} ({self._spoiled[1]})")
                    self._spoiled = None
                elif len(row) == width:
                    yield row
                elif row:
                    self.report.bad(
                        self.at,
                        f"{len(row)} columns where the heading has {width} (look for a stray separator or quote)",
                    )

    def _begin(self, reader: "_csv.Reader") -> None:
        for _ in range(self.skip):
            next(reader, None)
        try:
            heading = next(reader, None)
        except csv.Error as error:
            raise CollectionError(f"{self.path}:1: {error}", "look for a quote that is not closed") from error
        if heading is None:
            raise CollectionError(f"{self.path} is empty", "the first line names the columns")
        if self._spoiled:
            raise CollectionError(f"{self.path}:1: {self._spoiled[0]}", self._spoiled[1])
        self.heading = heading

    def _next(self, reader: "_csv.Reader") -> list[str] | None:
        """Give the next row that is one; None at the end."""
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                self._line = reader.line_num
                self.report.bad(self.at, f"{error} (look for a quote that is not closed)")
                continue
            self._line = reader.line_num
            return row

    def _lines(self, file: TextIO) -> Iterator[str]:
        """Give the lines, and note one that is not in the file's encoding, or holds a byte of zero."""
        number = 1
        try:
            for line in file:
                number += 1
                if "\0" in line:
                    self._spoiled = _ZERO
                elif not (line.isascii() or _whole(line)):
                    self._spoiled = _FOREIGN
                yield line
        except UnicodeError as error:
            raise CollectionError(f"{self.path}:{number}: this is not text ({error})", _ENCODED) from error


def _whole(line: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in line)


def lines(path: Path) -> int:
    """Count the rows that a file seems to hold."""
    try:
        with path.open("rb") as opened:
            return max(sum(chunk.count(b"\n") for chunk in iter(lambda: opened.read(1 << 20), b"")) - 1, 0)
    except OSError as error:
        raise _unreadable(path, error) from error


def _separator(path: Path, encoding: str) -> tuple[str, int]:
    """Give the separator that the heading uses most outside of quotes, and how many lines stand before it."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        try:
            first = file.readline(1 << 20)
        except UnicodeError:
            return ",", 0
    told = first.rstrip("\r\n").strip('"')
    if told.lower().startswith(_TOLD) and len(told) == len(_TOLD) + 1:
        return told[-1], 1
    bare = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=bare.count), 0


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise _unreadable(path, error) from error
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")


def _unreadable(path: Path, error: OSError) -> CollectionError:
    return CollectionError(f"{path} cannot be read: {error.strerror}", "give the path of a CSV file")
