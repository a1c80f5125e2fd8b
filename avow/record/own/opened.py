"""Open to a person the commitments to what is theirs, each with the proof that it is in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from avow.errors import RecordError
from avow.ledger.commitment import canonical
from avow.ledger.merkle.proof import Proof
from avow.ledger.receipt import receipt
from avow.record.covered import CHOICE, ITEM, of_item
from avow.record.declare import keeping
from avow.record.said.choices import choice_record

MOST: Final = 1_000
"""How many lines are listed at most, the newest first."""
_FIELDS: Final = "the fields that the gate released"
_ITEMS: Final = """
SELECT i.id, i.category, i.at, s.channel, coalesce(s.version, ''), i.entry
FROM item i JOIN stamp s ON s.id = i.stamp_id
WHERE i.person_id = %s AND (i.id = %s OR %s) ORDER BY i.at DESC, i.id DESC LIMIT %s
"""
_CHOICES: Final = """
SELECT id, no, scope, list, purpose, answer, actor, evidence, at FROM choice
WHERE person_id = %s AND salt <> '' AND (id = %s OR %s) ORDER BY no DESC, id DESC LIMIT %s
"""
_SAID: Final = """
SELECT id FROM choice WHERE person_id = %s AND reach = %s AND no = %s AND evidence = ANY(%s) AND salt <> ''
ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An item that is held of a person, without its fields: where it came from, under which version ("" unknown).

    `entry` is the ledger's entry that covers it.
    """

    id: UUID
    category: str
    at: datetime
    channel: str
    version: str
    entry: int


@dataclass(frozen=True, slots=True)
class Made:
    """A choice as it was made: number, what it is about (a scope's bit, a list or a purpose), answer, by whom, how."""

    id: UUID
    no: int
    scope: int | None
    list: str | None
    purpose: str | None
    answer: str
    actor: str
    evidence: str
    at: datetime


def kept_of(person: UUID, item: UUID | None = None, most: int = MOST) -> list[Kept]:
    """Give what is held of a person, the newest first, or the one that is named."""
    with keeping() as cursor:
        cursor.execute(_ITEMS, [person, item, item is None, most])
        return [Kept(*row) for row in cursor.fetchall()]


def made_of(person: UUID, choice: UUID | None = None) -> list[Made]:
    """Give the choices of a person, the newest first, or the one that is named."""
    with keeping() as cursor:
        cursor.execute(_CHOICES, [person, choice, choice is None, MOST])
        return [Made(*row) for row in cursor.fetchall()]


def said(person: UUID, reach: bytes, no: int, evidence: list[str]) -> UUID | None:
    """Give the choice of a person at a mailbox with this number, if it was made in one of these ways."""
    with keeping() as cursor:
        cursor.execute(_SAID, [person, reach, no, evidence])
        row = cursor.fetchone()
    return row[0] if row else None


def open_choice(person: UUID, choice: UUID) -> Proof | None:
    """Give the receipt of a choice; None while its entry waits. Raises RecordError if the person has no such choice."""
    with keeping() as cursor:
        cursor.execute(f"{CHOICE} WHERE person_id = %s AND id = %s AND salt <> ''", [person, choice])
        found = cursor.fetchone()
    if found is None:
        raise RecordError("there is no such choice", "it may have been forgotten")
    _, entry, pos, salt, *row = found
    return receipt(entry, pos, bytes(salt), choice_record(row))


def open_item(person: UUID, item: UUID, fields: Mapping[str, str]) -> Proof | None:
    """Give the receipt of an item, whose fields the gate released; None while its entry waits.

    Raises RecordError if the person has no such item.
    """
    with keeping() as cursor:
        statement = ITEM.format(fields="%s::text")
        cursor.execute(f"{statement} WHERE person_id = %s AND id = %s", [_FIELDS, person, item])
        found = cursor.fetchone()
    if found is None:
        raise RecordError("there is no such item", "it may have been forgotten")
    _, entry, pos, salt, *row = found
    opened = of_item(bytes(salt), [fields if part == _FIELDS else part for part in row])
    return receipt(entry, pos, *opened, canonical([bytes(salt), fields]))
