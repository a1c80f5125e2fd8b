"""Extend the time of an answer, once, and note that the person was told before the first time was over."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.record.declare import keeping
from avow.record.petitions.followed import EXTENDED, follow

_INSERT: Final = """
INSERT INTO clock (id, person_id, until, why, told) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def extend(key: UUID, person: UUID, until: datetime, why: str, by: str) -> None:
    """Let a petition or a letter of a person take until an instant, and keep who did that.

    Raises RecordError if it was extended before.
    """
    with keeping() as cursor:
        if not keep(cursor, key, person, (until, why, datetime.now(UTC))):
            raise RecordError("this was extended before", "answer it: there is one extension")
        follow(cursor, person, key, EXTENDED, by, {"until": until.isoformat(), "why": why})


def keep(cursor: CursorWrapper, key: UUID, person: UUID, told: tuple[datetime, str, datetime]) -> bool:
    """Keep until when it takes, why, and when that was told; say whether it was not extended before."""
    cursor.execute(_INSERT, [key, person, *told])
    return bool(cursor.rowcount == 1)


def told(message: UUID | None) -> None:
    """Raise RecordError where no message tells of an extension: one that nobody is told of is none."""
    if message is None:
        raise RecordError("nobody can be told: there is no address", "answer it in time")
