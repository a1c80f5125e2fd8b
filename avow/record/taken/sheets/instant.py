"""Read the instants that other programs write into their files."""

import re
from datetime import UTC, datetime
from typing import Final

from avow.errors import CollectionError

_WRITTEN: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?(?:\s+[A-Z]{2,5})?"
)
"""A date, perhaps a time, perhaps an offset, perhaps the name of a zone after it (as Go prints it)."""


def instant(text: str) -> datetime:
    """Read a date, with or without time and offset (UTC if there is none); raise CollectionError for anything else.

    Dates in figures with slashes or dots are refused: nobody can know which one is the month.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found:
        date, time, fraction, zone = found.groups()
        offset = "+00:00" if zone in {None, "Z", "UTC"} else zone
        try:
            return datetime.fromisoformat(f"{date}T{time or '00:00'}{(fraction or '')[:7]}{offset}").astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise CollectionError(
        f"{text.strip()[:40]!r} is no date that can be read", "write it as 2024-03-31 or 2024-03-31T12:00:00Z"
    )
