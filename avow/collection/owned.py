"""Take in who owns what, as a shop or a page of downloads tells it: of people we know, and of nobody else."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from avow.errors import AddressError, CollectionError
from avow.record.known.address import parse
from avow.record.known.identity import on_file
from avow.record.products.possess import give_up, possess

COLUMNS: Final = ("address", "product", "version", "series", "at", "ended")
"""What a sheet may tell; address and product it must."""
TOLD, UNTOLD, ENDED, UNKNOWN = "told", "not told", "ended", "unknown"


@dataclass(frozen=True, slots=True)
class Owned:
    """That somebody at an address owns a product, or downloaded it in a series, since when, or owns it no more."""

    address: str
    product: str
    version: str = ""
    series: str = ""
    at: datetime | None = None
    ended: bool = False


def bring_owned(rows: Iterable[Owned]) -> Mapping[str, int]:
    """Note who owns what; give how many were told before, were not (and get no mail of it), ended, are not known.

    Whoever is not known is not made: a sheet of owners is no registration. Raises RecordError for a product or series
    that is not there.
    """
    return Counter(map(_bring, rows))


def read_owned(path: Path) -> Iterator[Owned]:
    """Read a sheet (CSV in UTF-8, with a line of heads); raise CollectionError that names the line that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            strange = {*(lines.fieldnames or ())} - {*COLUMNS}
            if strange or not {"address", "product"} <= {*(lines.fieldnames or ())}:
                heads = ", ".join(COLUMNS)
                raise CollectionError("the sheet lacks a head, or has one too many", f"it may have: {heads}")
            for number, row in enumerate(lines, 2):
                yield _read(row, number)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CollectionError(f"{path} cannot be read: {error}", "give a sheet as CSV in UTF-8") from error


def _read(row: Mapping[str, str], number: int) -> Owned:
    try:
        at = datetime.fromisoformat(row["at"]) if row.get("at") else None
    except ValueError as error:
        raise CollectionError(f"line {number}: {error}", "write the instant as 2026-11-26T10:00:00+00:00") from error
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    words = [(row.get(name) or "").strip() for name in ("address", "product", "version", "series")]
    return Owned(words[0], words[1], words[2], words[3], at, ended=bool((row.get("ended") or "").strip()))


def _bring(one: Owned) -> str:
    try:
        address = parse(one.address)
    except AddressError:
        return UNKNOWN
    person = next((held.person for held in on_file(address) if held.exact == address.exact_id), None)
    if person is None:
        return UNKNOWN
    if one.ended:
        give_up(person, one.product, one.version, one.series)
        return ENDED
    return TOLD if possess(person, one.product, one.version, one.series, one.at) else UNTOLD
