"""Give a line for each copy of a mailing: whose it is, what became of it, and until when it could be handed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from avow.record.upkeep import upkeep

_COPIES: Final = """
SELECT person_id, reach, state, because, outcome, attempts, lease, ended FROM delivery WHERE mailing_id = %s
ORDER BY reach
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One copy; `lease` is the instant after which its latest attempt began no final dot, None if there was none."""

    person: UUID
    reach: bytes
    state: str
    because: str
    outcome: str
    attempts: int
    lease: datetime | None
    ended: datetime | None


def copies(mailing: UUID) -> Iterator[Line]:
    """Give the copies of a mailing, by mailbox."""
    with upkeep() as cursor:
        cursor.execute(_COPIES, [mailing])
        rows = cursor.fetchall()
    for person, reach, *rest in rows:
        yield Line(person, bytes(reach), *rest)
