"""Extend the time of an answer, once, and note that the person was told before the first time was over."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.errors import RecordError
from avow.record.declare import keeping

_INSERT: Final = """
INSERT INTO clock (id, person_id, until, why, told) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def extend(key: UUID, person: UUID, until: datetime, why: str) -> None:
    """Let a petition or a letter of a person take until an instant; raise RecordError if it was extended before."""
    with keeping() as cursor:
        cursor.execute(_INSERT, [key, person, until, why, datetime.now(UTC)])
        if cursor.rowcount != 1:
            raise RecordError("this was extended before", "answer it: there is one extension")


def told(message: UUID | None) -> None:
    """Raise RecordError where no message tells of an extension: one that nobody is told of is none."""
    if message is None:
        raise RecordError("nobody can be told: there is no address", "answer it in time")
