"""Give the same answer to what comes twice under one key, within a day; another body under it is refused."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.errors import KeyReused
from avow.record.declare import keeping
from avow.store.keys import key as store_key

_DAY: Final = timedelta(days=1)
_OLD: Final = "DELETE FROM answered WHERE id = %s AND until <= %s"
_CLAIM: Final = """
INSERT INTO answered (id, body, answer, until) VALUES (%s, %s, '', %s) ON CONFLICT (id) DO NOTHING
"""
_FILL: Final = "UPDATE answered SET answer = %s WHERE id = %s"
_SWEEP: Final = """
DELETE FROM answered WHERE id IN (SELECT id FROM answered WHERE until <= %s LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def answered(program: UUID, key: str, body: bytes, act: Callable[[], str]) -> str:
    """Act and remember the answer, in one transaction; or give the answer that the same key got before.

    Whoever asks at the same time waits for the first. Raises KeyReused if the key came with another body; what fails
    is not remembered, so that it can be tried again.
    """
    id_, digest, now = _keyed(b"key", program, key.encode()), _keyed(b"body", program, body), datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_OLD, [id_, now])
        cursor.execute(_CLAIM, [id_, digest, now + _DAY])
        if not cursor.rowcount:
            cursor.execute("SELECT body, answer FROM answered WHERE id = %s", [id_])
            before, answer = cursor.fetchone()
            if not hmac.compare_digest(bytes(before), digest):
                raise KeyReused("this idempotency key was used for something else", "take a new key for a new act")
            return str(answer)
        found = act()
        cursor.execute(_FILL, [found, id_])
    return found


def sweep(most: int = 10_000) -> int:
    """Forget answers that are a day old, and give how many."""
    with keeping() as cursor:
        cursor.execute(_SWEEP, [datetime.now(UTC), most])
        return int(cursor.rowcount)


def _keyed(kind: bytes, program: UUID, words: bytes) -> bytes:
    return hmac.digest(store_key("token"), b"answered\0" + kind + program.bytes + words, hashlib.sha256)
