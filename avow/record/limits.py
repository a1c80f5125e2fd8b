"""Count attempts in fixed windows, so that nobody tries too often; what is counted is stored as an HMAC."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from avow.record.declare import keeping
from avow.store.keys import key
from avow.store.server.prepared import prepared

_COUNT: Final = """
INSERT INTO attempt (id, count, until) VALUES (%s, 1, %s)
ON CONFLICT (id) DO UPDATE SET
    count = CASE WHEN attempt.until <= %s THEN 1 ELSE least(attempt.count, 1000000) + 1 END,
    until = CASE WHEN attempt.until <= %s THEN excluded.until ELSE attempt.until END
RETURNING count, until
"""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_spent: Final[dict[tuple[str, str, str], datetime]] = {}
"""Until when nothing more is had, of the few things that are rationed for all together."""
_SWEEP: Final = """
DELETE FROM attempt WHERE id IN (SELECT id FROM attempt WHERE until <= %s LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def allow(what: str, limit: int, window: timedelta) -> bool:
    """Count one attempt at what is named, and say whether it is among the first `limit` of its window.

    The window begins with the first attempt. After a crash the counts begin anew.
    """
    return _count(what, window)[0] <= limit


def ration(what: str, limit: int, window: timedelta) -> bool:
    """Say the same as `allow`; once all of a window were had, nothing is counted, and nobody waits for another."""
    if spent(what):
        return False
    count, until = _count(what, window)
    if count > limit:
        _spent[_here(what)] = until
    return count <= limit


def spent(what: str) -> bool:
    """Say whether this process knows that all of the window of what is rationed were had."""
    return datetime.now(UTC) < _spent.get(_here(what), _LONG_AGO)


def _here(what: str) -> tuple[str, str, str]:
    """Name what is rationed in the store that this process uses."""
    return str(connection.settings_dict["HOST"]), str(connection.settings_dict["NAME"]), what


def _count(what: str, window: timedelta) -> tuple[int, datetime]:
    """Count one attempt, and give how many there were in its window, and when that ends."""
    now = datetime.now(UTC)
    named = hmac.digest(key("token"), b"attempt\0" + what.encode(), hashlib.sha256)
    with keeping(), prepared() as cursor:
        cursor.execute(_COUNT, [named, now + window, now, now])
        count, until = cursor.fetchone()
    return int(count), until


def sweep(most: int = 10_000) -> int:
    """Forget counts whose window has passed, and say how many."""
    with keeping() as cursor:
        cursor.execute(_SWEEP, [datetime.now(UTC), most])
        return int(cursor.rowcount)
