"""Tell what was chosen about a person, and with whom they were taken for one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from avow.record.declare import keeping
from avow.terms import Actor, Answer, Scope

_CHOICES: Final = """
SELECT DISTINCT ON (no, scope, list, purpose) no, at, answer, actor, evidence, scope, list, purpose FROM choice
WHERE person_id = %s OR reach IN (SELECT reach_id FROM address WHERE person_id = %s)
ORDER BY no DESC, scope, list, purpose, via NULLS FIRST LIMIT %s
"""
_LINKS: Final = """
SELECT CASE WHEN person_id = %s THEN other_id ELSE person_id END, at, actor, ended FROM link
WHERE person_id = %s OR other_id = %s ORDER BY at DESC
"""

_SINCE: Final = """
SELECT EXISTS (
    SELECT FROM choice WHERE reach = %s AND answer = %s AND at >= %s AND actor = ANY(%s) AND (%s OR scope = %s))
"""


@dataclass(frozen=True, slots=True)
class Said:
    """A choice as it is told: its number, when, yes or no, by whom, on what evidence, about what."""

    no: int
    at: datetime
    answer: str
    actor: str
    evidence: str
    scope: int | None
    list: str | None
    purpose: str | None


@dataclass(frozen=True, slots=True)
class Linked:
    """Another person who is, or was until it ended, taken for this one."""

    other: UUID
    at: datetime
    actor: str
    ended: datetime | None


def choices_of(person: UUID, most: int = 200) -> list[Said]:
    """Give what was chosen by a person or at their mailboxes, the latest first."""
    with keeping() as cursor:
        cursor.execute(_CHOICES, [person, person, most])
        return [Said(*row) for row in cursor.fetchall()]


def links_of(person: UUID) -> list[Linked]:
    """Give with whom a person was taken for one, the latest first."""
    with keeping() as cursor:
        cursor.execute(_LINKS, [person, person, person])
        return [Linked(*row) for row in cursor.fetchall()]


def refused_since(reach: bytes, at: datetime) -> bool:
    """Say whether anything was refused at a mailbox at an instant or since, by whomever."""
    actors = [actor.value for actor in Actor]
    return _since([reach, Answer.NO.value, at, actors, True, 0])


def allowed_since(reach: bytes, at: datetime, scope: Scope) -> bool:
    """Say whether its holder allowed a scope at a mailbox, by an act of their own, at an instant or since."""
    actors = [actor.value for actor in Actor if actor.loosens]
    return _since([reach, Answer.YES.value, at, actors, False, int(scope)])


def _since(words: list[Any]) -> bool:
    with keeping() as cursor:
        cursor.execute(_SINCE, words)
        return bool(cursor.fetchone()[0])
