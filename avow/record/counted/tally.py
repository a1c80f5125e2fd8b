"""Add to the counts of visits, give those of some days, delete those that have had their time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

_ADD: Final = """
INSERT INTO tally (kind, period, dimension, value, count)
SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (kind, period, dimension, value) DO UPDATE SET count = tally.count + excluded.count
"""
_DAYS: Final = """
SELECT period, dimension, value, count FROM tally WHERE kind = 'd' AND period >= %s ORDER BY period, dimension, value
"""
_SWEEP: Final = "DELETE FROM tally WHERE period < %s OR kind = 'h' AND period < %s"

Line = tuple[str, datetime, str, str]
"""What is counted: "h" or "d", the beginning of that hour or day, a dimension, a value of it."""


def add(counts: Sequence[tuple[Line, int]]) -> None:
    """Add sums to the counts, in one statement, in the order given."""
    columns = [list(column) for column in zip(*(line for line, _ in counts), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [*columns, [count for _, count in counts]])


def days(since: datetime) -> list[tuple[datetime, str, str, int]]:
    """Give the counts by the day since an instant: the day's beginning, dimension, value, count."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [since])
        return [(period, dimension, value, int(count)) for period, dimension, value, count in cursor.fetchall()]


def sweep(before: datetime, hours: datetime) -> int:
    """Delete what was counted before an instant, by the hour before another; give how many counts."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [before, hours])
        return int(cursor.rowcount)
