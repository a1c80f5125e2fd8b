"""Read people from a CSV file, line by line, and name the line of whatever is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from avow.errors import AddressError, CollectionError
from avow.policy.document import Policy
from avow.record.known.address import parse
from avow.record.shown.stamp import UNKNOWN, Shown
from avow.record.taken.given import address_field
from avow.record.taken.sheets.formats import PLAIN, recognised
from avow.record.taken.sheets.instant import instant
from avow.record.taken.sheets.report import Report
from avow.record.taken.sheets.rows import Rows
from avow.record.taken.staged import Arrival

LEAVE_OUT: Final = "-"
"""What a column is mapped to that is not taken."""
LIST: Final = "list."
"""Begins what a column is mapped to that tells who left a list, and fills no field."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns (0-based) fill which field, which of them hold the address, and which one the date."""

    fields: Sequence[tuple[int, str, str]]
    addresses: Sequence[int]
    dated: int | None


def arrivals(
    path: Path,
    policy: Policy,
    mapping: Mapping[str, str],
    shown: Shown = UNKNOWN,
    *,
    report: Report | None = None,
    dated: str | None = None,
) -> Iterator[Arrival]:
    """Give an arrival for each line of a file with a header; memory stays flat.

    `mapping` names for a heading the field (`category.field`) that it fills, or "-" to leave it out; a heading that
    is a field's id or label needs none, nor do those that a known export always has. `dated` is the heading of the
    date of collection. Takes UTF-8, and UTF-16 with its mark; commas, semicolons, tabs. A line that cannot be taken
    is told to the report; without one, CollectionError names it. Raises CollectionError for a heading that fits none.
    """
    told = report or Report()
    rows = Rows(path, told)
    columns = None
    for row in rows:
        columns = columns or _columns(rows, policy, mapping, dated)
        try:
            yield _arrival(row, columns, shown, path.name, rows.at)
        except (AddressError, CollectionError) as error:
            told.bad(rows.at, str(error))
    if columns is None:
        _columns(rows, policy, mapping, dated)
    if report is None:
        told.settle()


def _arrival(row: list[str], columns: _Columns, shown: Shown, source: str, place: str) -> Arrival:
    given: dict[str, dict[str, str]] = {}
    for number, category, field in columns.fields:
        value = row[number].strip()
        if value:
            given.setdefault(category, {})[field] = value
    text = next((row[number] for number in columns.addresses if row[number].strip()), None)
    if text is None:
        raise CollectionError("there is no address", "every person needs one")
    at = None if columns.dated is None else _past(row[columns.dated])
    return Arrival(shown, source, parse(text), given, at=at, place=place)


def _past(text: str) -> datetime:
    at = instant(text)
    if at > datetime.now(UTC):
        raise CollectionError(f"it was collected on {text.strip()}, which is yet to come", "look at the date")
    return at


def _columns(rows: Rows, policy: Policy, mapping: Mapping[str, str], dated: str | None) -> _Columns:
    """Find what each column fills; refuse a heading that is no field, and a sheet without addresses."""
    heading, known, wanted = rows.heading, _known(policy), _wanted(rows.heading, mapping)
    if dated is not None and dated not in heading:
        raise CollectionError(f"{rows.path}:1: no column is called {dated!r}", "name the one with the dates")
    filled = [(number, *known[name]) for number, name in enumerate(wanted) if name in known]
    for title, name in zip(heading, wanted, strict=True):
        if name not in known and name != LEAVE_OUT and title != dated:
            raise CollectionError(
                f"{rows.path}:1: no field is called {name!r}", f"map it: --map '{title}=category.field', or '{title}=-'"
            )
    addresses = [number for number, name, field in filled if address_field(policy.categories[name]) == field]
    if not addresses:
        raise CollectionError(f"{rows.path}:1: no column holds addresses", "map one: --map 'TITLE=contact.email'")
    if len({column[1:] for column in filled}) < len(filled):
        raise CollectionError(f"{rows.path}:1: two columns fill one field", "leave one out: --map 'TITLE=-'")
    return _Columns(filled, addresses, heading.index(dated) if dated is not None else None)


def _known(policy: Policy) -> dict[str, tuple[str, str]]:
    """Give each name of a field: its id with and without the category, and its label."""
    known: dict[str, tuple[str, str]] = {}
    for category in policy.categories.values():
        for field in category.fields:
            for name in (f"{category.id}.{field.id}", field.id, field.label.lower()):
                known.setdefault(name, (category.id, field.id))
    return known


def _wanted(heading: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """Give what each heading is to fill: as it is mapped, as a known export has it, or as it is called."""
    found = recognised(heading)
    usual: dict[str, str] = {}
    if found and found is not PLAIN:
        usual = dict.fromkeys(found.idle, LEAVE_OUT) | {column.heading: LEAVE_OUT for column in found.columns}
        usual |= dict.fromkeys(found.address, "email")
    titles = [title.strip().lower() for title in heading]
    begun = tuple(column.heading[:-1] for column in found.columns if column.heading.endswith("*")) if found else ()
    usual |= {name: LEAVE_OUT for name in titles if begun and name.startswith(begun)}
    wanted = [mapping.get(title, usual.get(name, name)) for title, name in zip(heading, titles, strict=True)]
    return [LEAVE_OUT if name.startswith(LIST) else name for name in wanted]
