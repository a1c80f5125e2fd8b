"""Say what a person was asked about a version, and take their answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from avow.record.changed.different import Different, asked
from avow.record.declare import keeping
from avow.record.mask import from_bits
from avow.record.shown.versions import history
from avow.terms import Answer

_QUESTIONS: Final = """
SELECT version, reach, uses::text, yes::text, no::text, at, answered FROM question
WHERE person_id = %s AND (version = %s OR %s) AND uses <> 0::bit(256) ORDER BY at DESC
"""
_EVERYBODY: Final = """
SELECT person_id, uses::text, yes::text, no::text FROM question WHERE version = %s AND uses <> 0::bit(256)
"""
_REFUSED: Final = "SELECT refused::text FROM person WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person was asked about a version, at which mailbox and when, and what they answered to each use."""

    version: str
    reach: bytes
    answers: Mapping[Different, Answer | None]
    at: datetime
    answered: datetime | None


def questions_of(person: UUID, version: str | None = None) -> list[Question]:
    """Give what a person was asked, the newest first; about one version alone where it is named."""
    with keeping() as cursor:
        cursor.execute(_QUESTIONS, [person, version, version is None])
        return [
            Question(name, bytes(reach), _answers(name, *map(from_bits, masks)), at, answered)
            for name, reach, *masks, at, answered in cursor.fetchall()
        ]


def everybody_asked(version: str) -> Mapping[UUID, Mapping[Different, Answer | None]]:
    """Give everybody who was asked about a version, with what they answered to each use; all in memory."""
    found: dict[tuple[str, ...], Mapping[Different, Answer | None]] = {}
    with keeping() as cursor:
        cursor.execute(_EVERYBODY, [version])
        rows = cursor.fetchall()
    for _, *masks in rows:
        if tuple(masks) not in found:
            found[tuple(masks)] = _answers(version, *map(from_bits, masks))
    return {person: found[tuple(masks)] for person, *masks in rows}


def refused(person: UUID) -> int:
    """Give the mask of the scopes that a person refuses: a yes to a question ends none of them."""
    with keeping() as cursor:
        cursor.execute(_REFUSED, [person])
        row = cursor.fetchone()
    return from_bits(row[0]) if row else 0


def _answers(version: str, uses: int, yes: int, no: int) -> Mapping[Different, Answer | None]:
    known = history()
    return {
        one: Answer.NO if one.mask(known) & no else Answer.YES if one.mask(known) & yes else None
        for one in asked(known, version, uses)
    }
