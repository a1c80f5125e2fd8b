"""Count attempts in fixed windows, so that nobody tries too often; what is counted is stored as an HMAC."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg

from avow.record.declare import keeping
from avow.store.keys import key

_COUNT: Final = """
INSERT INTO attempt (id, count, until) VALUES (%s, 1, %s)
ON CONFLICT (id) DO UPDATE SET
    count = CASE WHEN attempt.until <= %s THEN 1 ELSE least(attempt.count, 1000000) + 1 END,
    until = CASE WHEN attempt.until <= %s THEN excluded.until ELSE attempt.until END
RETURNING count
"""
_SWEEP: Final = """
DELETE FROM attempt WHERE id IN (SELECT id FROM attempt WHERE until <= %s LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def allow(what: str, limit: int, window: timedelta) -> bool:
    """Count one attempt at what is named, and say whether it is among the first `limit` of its window.

    The window begins with the first attempt. After a crash the counts begin anew.
    """
    now = datetime.now(UTC)
    named = hmac.digest(key("token"), b"attempt\0" + what.encode(), hashlib.sha256)
    with keeping() as cursor, psycopg.Cursor(cursor.connection) as prepared:
        row = prepared.execute(_COUNT, [named, now + window, now, now], prepare=True).fetchone()
    return row is not None and int(row[0]) <= limit


def sweep(most: int = 10_000) -> int:
    """Forget counts whose window has passed, and say how many."""
    with keeping() as cursor:
        cursor.execute(_SWEEP, [datetime.now(UTC), most])
        return int(cursor.rowcount)
