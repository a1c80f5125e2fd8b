"""Read from a CSV file what others say of people, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from avow.errors import AddressError, CollectionError
from avow.policy.document import Category
from avow.record.known.address import parse
from avow.record.taken.given import check_fields
from avow.record.taken.sheets.report import Report
from avow.record.taken.sheets.rows import Rows

ADDRESS: Final = "address"
"""What a column is mapped to that says of whom a line speaks; nothing of it is kept."""
LEAVE_OUT: Final = "-"
ORIGIN: Final = "origin"
"""The field that takes the name of the source, where the policy declares it and the file has no such column."""
_ADDRESSED: Final = frozenset({ADDRESS, "email", "e-mail", "mail", "email address", "e-mail address"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: where it stands, of whom it speaks (the address's exact key), what it says."""

    place: str
    exact: bytes
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column (0-based) holds the address, and which fill which field."""

    address: int
    fields: Sequence[tuple[int, str]]


def facts(path: Path, category: Category, source: str, mapping: Mapping[str, str], report: Report) -> Iterator[Fact]:
    """Give the fact of each line of a file with a header; one that cannot be taken is told to the report.

    `mapping` names for a heading the field that it fills, "address", or "-" to leave it out; a heading that is the id
    or label of a field needs none. Raises CollectionError for a heading that fits none, and where no address stands.
    """
    rows, columns = Rows(path, report), None
    given = {ORIGIN: source} if any(field.id == ORIGIN for field in category.fields) else {}
    for row in rows:
        columns = columns or _columns(rows, category, mapping)
        told = {field: row[number].strip() for number, field in columns.fields}
        try:
            fields = check_fields(category, given | {name: value for name, value in told.items() if value})
            yield Fact(rows.at, parse(row[columns.address]).exact_id, fields)
        except (AddressError, CollectionError) as error:
            report.bad(rows.at, str(error))
    if columns is None:
        _columns(rows, category, mapping)


def _columns(rows: Rows, category: Category, mapping: Mapping[str, str]) -> _Columns:
    known = {name: field.id for field in category.fields for name in (field.label.lower(), field.id)}
    known |= {f"{category.id}.{field.id}": field.id for field in category.fields}
    wanted = [mapping.get(title, title.strip().lower()) for title in rows.heading]
    for title, name in zip(rows.heading, wanted, strict=True):
        if name not in known and name not in _ADDRESSED and name != LEAVE_OUT:
            raise CollectionError(
                f"{rows.path}:1: {category.id} has no field {name!r}", f"map it: --map '{title}=FIELD', or '{title}=-'"
            )
    addresses = [number for number, name in enumerate(wanted) if name in _ADDRESSED and name not in known]
    filled = [(number, known[name]) for number, name in enumerate(wanted) if name in known]
    if len(addresses) != 1:
        raise CollectionError(
            f"{rows.path}:1: {len(addresses)} columns hold addresses", "map one: --map 'TITLE=address'"
        )
    if not filled:
        raise CollectionError(f"{rows.path}:1: no column says anything of anybody", "map one: --map 'TITLE=FIELD'")
    if len({field for _, field in filled}) < len(filled):
        raise CollectionError(f"{rows.path}:1: two columns fill one field", "leave one out: --map 'TITLE=-'")
    return _Columns(addresses[0], filled)
