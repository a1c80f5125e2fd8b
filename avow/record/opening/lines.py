"""Read rows as lines that any program can read, a few thousand at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

BATCH: Final = 5_000

Line = dict[str, Any]


class _Key(Loader):
    """Read a UUID as it is written."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        """Write 16 bytes with their dashes."""
        digits = bytes(data).hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class _Octets(Loader):
    """Read bytes as hex digits."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        """Write two digits a byte."""
        return bytes(data).hex()


def lines(backup: psycopg.Connection, name: str, statement: str) -> Iterator[Line]:
    """Give each row as a map from column to value: bytes as hex digits, instants in UTC (ISO 8601)."""
    with backup.transaction(), backup.cursor(f"lines_{name}", binary=True) as cursor:
        cursor.itersize = BATCH
        cursor.adapters.register_loader("uuid", _Key)
        cursor.adapters.register_loader("bytea", _Octets)
        cursor.execute(statement.encode())
        columns = [column.name for column in cursor.description or ()]
        for row in cursor:
            yield dict(zip(columns, row, strict=True))


def plain(value: object) -> str:
    """Give an instant as JSON has it; raise TypeError for what has no form in an export."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"a {type(value).__name__} has no form in an export")
