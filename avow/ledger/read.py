"""Read the ledger: its last entries, its checkpoint, the place of an entry and the proof of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from avow.ledger.merkle.tree import HASH_BYTES

_LINE = (
    f"SELECT e.id, e.kind, e.at, length(e.covers) / {HASH_BYTES}, l.index"
    " FROM entry e LEFT JOIN leaf l ON l.entry_id = e.id"
)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is told: id, kind, time, number of rows it covers, place in the tree or none yet."""

    id: int
    kind: str
    at: datetime
    covers: int
    index: int | None


def tail(n: int = 20) -> list[Line]:
    """Give the last `n` entries, the newest last."""
    return _lines(f"{_LINE} ORDER BY e.id DESC LIMIT %s", n)[::-1]


def entry(entry_id: int) -> Line | None:
    """Give the entry with this id, or none."""
    return next(iter(_lines(f"{_LINE} WHERE e.id = %s", entry_id)), None)


def _lines(statement: str, parameter: int) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [parameter])
        return [Line(*row) for row in cursor]


def checkpoint(size: int | None = None) -> str | None:
    """Give the newest signed checkpoint, or the one of this size; none if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM checkpoint WHERE size = coalesce(%s, size) ORDER BY size DESC LIMIT 1", [size])
        row = cursor.fetchone()
    return str(row[0]) if row else None


@dataclass(frozen=True, slots=True)
class Count:
    """What the tree holds of a kind: its entries, the commitments that they cover, the instant of the first."""

    entries: int
    covers: int
    since: datetime


def counted() -> dict[str, Count]:
    """Give what is counted of each kind that has a place; the sequencer counts, so this reads a few rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, entries, covers, since FROM counted ORDER BY kind")
        return {str(kind): Count(*rest) for kind, *rest in cursor.fetchall()}


def counts() -> list[tuple[str, int]]:
    """Count the entries of each kind, those that still wait too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, sum(entries) FROM (SELECT kind, entries FROM counted UNION ALL"
            " SELECT kind, count(*) FROM waiting JOIN entry ON id = entry_id GROUP BY kind) AS one"
            " GROUP BY kind ORDER BY kind"
        )
        return [(str(kind), int(number)) for kind, number in cursor.fetchall()]


def waiting() -> int:
    """Count the entries that have no place yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM waiting")
        return int(cursor.fetchone()[0])
