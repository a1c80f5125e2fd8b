"""Read rows as lines that any program can read, a few thousand at a time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

BATCH: Final = 5_000

Line = dict[str, Any]
_PLAIN: Final[dict[type, Callable[[Any], object]]] = {
    bytes: bytes.hex,
    UUID: str,
    datetime: lambda at: at.astimezone(UTC).isoformat(),
}
_AS_IT_IS: Final = frozenset({str, int, bool, list, dict, type(None)})


def lines(backup: psycopg.Connection, name: str, statement: str) -> Iterator[Line]:
    """Give each row as a map from column to value: bytes as hex digits, instants in UTC (ISO 8601)."""
    with backup.transaction(), backup.cursor(f"lines_{name}", binary=True) as cursor:
        cursor.itersize = BATCH
        cursor.execute(statement.encode())
        columns = [column.name for column in cursor.description or ()]
        for row in cursor:
            yield {column: plain(value) for column, value in zip(columns, row, strict=True)}


def plain(value: object) -> object:
    """Give a value as JSON has it; raise TypeError for one that is none of ours."""
    kind = type(value)
    return value if kind in _AS_IT_IS else _PLAIN[kind](value) if kind in _PLAIN else _unknown(value)


def _unknown(value: object) -> object:
    raise TypeError(f"a {type(value).__name__} has no form in an export")
