"""Hold letters as cases: who has to answer which until when, and what was answered; no word of a letter stands here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.errors import RecordError
from avow.mail.inbound.classify import Classified
from avow.mail.taken.raw import destroy
from avow.record.key import NOBODY
from avow.record.seen.cases import close_case
from avow.record.upkeep import upkeep

OPEN, ANSWERING, DONE = "open", "answering", "done"
_ADD: Final = """
INSERT INTO letter (id, at, digest, person_id, reach, machine, intents, scope, state, due, note)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '') ON CONFLICT (digest) DO NOTHING
"""
_OPEN: Final = """
SELECT id, at, due, person_id, intents, scope, owner FROM letter WHERE state = 'open' ORDER BY due, at, id LIMIT %s
"""
_CLOSE: Final = """
UPDATE letter SET state = 'done', closed = clock_timestamp(), note = %s, owner = %s WHERE id = %s AND state = 'open'
RETURNING person_id
"""
_TIDY: Final = """
UPDATE letter SET state = 'done', closed = clock_timestamp() WHERE state = 'answering' AND NOT EXISTS (
    SELECT FROM outgoing o WHERE o.id = letter.reply AND o.state IN ('waiting', 'sending', 'deferred'))
RETURNING person_id
"""
_LAST: Final = """
SELECT 1 FROM letter WHERE person_id = %s AND state <> 'done'
UNION ALL SELECT 1 FROM petition WHERE person_id = %s AND closed IS NULL LIMIT 1
"""
_TOLD: Final = """
UPDATE petition SET closed = clock_timestamp()
WHERE closed IS NULL AND state NOT IN ('open', 'disputed') AND NOT EXISTS (
    SELECT FROM outgoing o WHERE o.id = petition.message AND o.state IN ('waiting', 'sending', 'deferred'))
RETURNING person_id
"""
_BLANK: Final = """
UPDATE letter SET person_id = %s, reach = NULL, note = '', digest = sha256(uuid_send(gen_random_uuid())), reply = NULL,
    state = 'done', closed = coalesce(closed, clock_timestamp())
WHERE person_id = ANY(%s) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that waits for an answer: when it came, when it is due, whose it is, what it asks for, who has it."""

    id: UUID
    at: datetime
    due: datetime
    person: UUID
    intents: tuple[str, ...]
    scope: str
    owner: UUID | None

    @property
    def somebody(self) -> bool:
        """Say whether the letter is a person's, and not nobody's."""
        return self.person != NOBODY


def add(key: UUID, at: datetime, digest: bytes, found: Classified, state: str, due: datetime | None = None) -> bool:
    """Write down that a letter came; say no if it was taken before, and write nothing then."""
    words = " ".join(found.intents), found.width.value if found.width else ""
    with upkeep() as cursor:
        cursor.execute(_ADD, [key, at, digest, NOBODY, None, found.machine.value, *words, state, due])
        return bool(cursor.rowcount)


def taken(digest: bytes) -> UUID | None:
    """Give the id of the letter whose bytes have this digest; None if there is none."""
    with upkeep() as cursor:
        cursor.execute("SELECT id FROM letter WHERE digest = %s", [digest])
        row = cursor.fetchone()
    return row[0] if row else None


def own(key: UUID, person: UUID, reach: bytes | None, reply: UUID | None = None) -> None:
    """Say whose a letter is, from which mailbox it came, and which message of ours answers it."""
    with upkeep() as cursor:
        cursor.execute(
            "UPDATE letter SET person_id = %s, reach = %s, reply = %s WHERE id = %s", [person, reach, reply, key]
        )


def writers(reach: bytes) -> list[UUID]:
    """Give who wrote from a mailbox before, the latest first."""
    with upkeep() as cursor:
        cursor.execute(
            "SELECT person_id FROM letter WHERE reach = %s AND person_id <> %s ORDER BY at DESC", [reach, NOBODY]
        )
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


def open_letters(most: int = 200) -> list[Waiting]:
    """Give the letters that wait for an answer, those due first before all."""
    with upkeep() as cursor:
        cursor.execute(_OPEN, [most])
        return [
            Waiting(id_, at, due, person, tuple(intents.split()), scope, owner)
            for id_, at, due, person, intents, scope, owner in cursor.fetchall()
        ]


def take(letter: UUID, staff: UUID) -> None:
    """Give an open letter to a member of staff."""
    with upkeep() as cursor:
        cursor.execute("UPDATE letter SET owner = %s WHERE id = %s AND state = 'open'", [staff, letter])


def close(letter: UUID, staff: UUID, note: str) -> None:
    """Close a letter with what was answered; the last one of a person ends the case.

    Raises RecordError if there is no such letter that is open.
    """
    with transaction.atomic():
        with upkeep() as cursor:
            cursor.execute(_CLOSE, [note, staff, letter])
            row = cursor.fetchone()
        if row is None:
            raise RecordError("there is no such open letter", "somebody may have closed it meanwhile")
        _end({row[0]})


def tidy() -> int:
    """End the letters and petitions whose reply has gone out, and the cases that were open for it; give how many."""
    with transaction.atomic():
        with upkeep() as cursor:
            cursor.execute(_TIDY)
            ended = [row[0] for row in cursor.fetchall()]
            cursor.execute(_TOLD)
            ended += [row[0] for row in cursor.fetchall()]
        _end(set(ended))
    return len(ended)


def blank(persons: Collection[UUID]) -> None:
    """Empty the letters of persons who are forgotten, and take their bytes off the disk once that is committed."""
    with upkeep() as cursor:
        cursor.execute(_BLANK, [NOBODY, list(persons)])
        gone = [row[0] for row in cursor.fetchall()]
    transaction.on_commit(lambda: destroy(gone))


def _end(persons: Collection[UUID]) -> None:
    for person in sorted({*persons} - {NOBODY}):
        with upkeep() as cursor:
            cursor.execute(_LAST, [person, person])
            more = cursor.fetchone()
        if more is None:
            close_case(person)
