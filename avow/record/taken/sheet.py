"""Read people from a CSV file, line by line, and name the line of whatever is wrong."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from avow.errors import AddressError, CollectionError
from avow.policy.document import Policy
from avow.record.known.address import parse
from avow.record.shown.stamp import UNKNOWN, Shown
from avow.record.taken.given import address_field
from avow.record.taken.staged import Arrival

if TYPE_CHECKING:
    import _csv

LEAVE_OUT: Final = "-"
"""What a column is mapped to that is not taken."""
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ZERO: Final = "a text has none: save the file as CSV UTF-8, or UTF-16 with its mark"

Columns = tuple[tuple[str, str] | None, ...]
"""For each column the category and field that it fills, or None."""


def arrivals(path: Path, policy: Policy, mapping: Mapping[str, str], shown: Shown = UNKNOWN) -> Iterator[Arrival]:
    """Give an arrival for each line of a file with a header; memory stays flat.

    `mapping` names for a heading the field (`category.field`) that it fills, or "-" to leave it out; a heading that
    is a field's id or label needs none. Takes UTF-8, and UTF-16 with its mark. Raises CollectionError that
    names the line.
    """
    with path.open(encoding=_encoding(path), errors="surrogateescape", newline="") as file:
        reader = csv.reader(_readable(file, path), strict=True)
        heading = _next(reader, path)
        if heading is None:
            raise CollectionError(f"{path} is empty", "the first line names the columns")
        columns = _columns(heading, policy, mapping, path)
        while (row := _next(reader, path)) is not None:
            if row:
                yield _arrival(row, columns, policy, shown, f"{path}:{reader.line_num}")


def _arrival(row: list[str], columns: Columns, policy: Policy, shown: Shown, place: str) -> Arrival:
    if len(row) != len(columns):
        raise CollectionError(
            f"{place}: {len(row)} columns where the heading has {len(columns)}", "look for a stray comma or quote"
        )
    given: dict[str, dict[str, str]] = {}
    address = None
    for value, column in zip(row, columns, strict=True):
        if column and value.strip():
            category, field = column
            given.setdefault(category, {})[field] = value.strip()
            if address_field(policy.categories[category]) == field:
                try:
                    address = parse(value)
                except AddressError as error:
                    raise CollectionError(f"{place}: {error}") from error
    if address is None:
        raise CollectionError(f"{place}: there is no address", "every person needs one")
    return Arrival(shown, place.rpartition(":")[0].rpartition("/")[2], address, given, place=place)


def _columns(heading: list[str], policy: Policy, mapping: Mapping[str, str], path: Path) -> Columns:
    """Find what each column fills; refuse a heading that is no field, and a sheet without addresses."""
    known: dict[str, tuple[str, str]] = {}
    for category in policy.categories.values():
        for field in category.fields:
            for name in (f"{category.id}.{field.id}", field.id, field.label.lower()):
                known.setdefault(name, (category.id, field.id))
    columns: list[tuple[str, str] | None] = []
    for title in heading:
        wanted = mapping.get(title, title.strip().lower())
        if wanted != LEAVE_OUT and wanted not in known:
            raise CollectionError(
                f"{path}:1: no field is called {wanted!r}", f"map it: --map '{title}=category.field', or '{title}=-'"
            )
        columns.append(known.get(wanted))
    if not any(column and address_field(policy.categories[column[0]]) == column[1] for column in columns):
        raise CollectionError(f"{path}:1: no column holds addresses", "map one: --map 'TITLE=contact.email'")
    if len({column for column in columns if column}) < len([column for column in columns if column]):
        raise CollectionError(f"{path}:1: two columns fill one field", "leave one out: --map 'TITLE=-'")
    return tuple(columns)


def _next(reader: "_csv.Reader", path: Path) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise CollectionError(f"{path}:{reader.line_num}: {error}", "look for a quote that is not closed") from error


def _readable(file: TextIO, path: Path) -> Iterator[str]:
    """Give the lines; refuse one that is not in the file's encoding, or holds a byte of zero."""
    number = 0
    try:
        for number, line in enumerate(file, 1):
            if "\0" in line:
                raise CollectionError(f"{path}:{number}: this line holds a byte of zero", _ZERO)
            if not (line.isascii() or _whole(line)):
                raise CollectionError(f"{path}:{number}: this line is not UTF-8 text", "save the file as CSV UTF-8")
            yield line
    except UnicodeError as error:
        raise CollectionError(
            f"{path}:{number + 1}: this is not text ({error})", "save the file as CSV UTF-8"
        ) from error


def _whole(line: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in line)


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise CollectionError(f"{path} cannot be read: {error.strerror}", "give the path of a CSV file") from error
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
