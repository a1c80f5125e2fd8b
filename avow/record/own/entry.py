"""Tell apart who proved one address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from avow.record.declare import keeping

_MOST: Final = 100
_ENTRIES: Final = """
SELECT a.person_id, a.at, coalesce((SELECT s.channel FROM item i JOIN stamp s ON s.id = i.stamp_id
    WHERE i.person_id = a.person_id ORDER BY i.at, i.id LIMIT 1), '')
FROM address a WHERE a.exact = %s AND a.verified IS NOT NULL AND a.ended IS NULL
ORDER BY a.at DESC, a.person_id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person at an address: since when, and by which channel the first came that is held of them ("" nothing is)."""

    person: UUID
    at: datetime
    channel: str


def entries_at(exact: bytes) -> list[Entry]:
    """Give who proved an address (HMAC of its exact key) that has not ended, the latest first, a hundred at most."""
    with keeping() as cursor:
        cursor.execute(_ENTRIES, [exact, _MOST])
        return [Entry(*row) for row in cursor.fetchall()]
