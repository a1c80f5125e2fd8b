"""Open and close a person's case: while it is open, what they have a right to can be answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import ENTERED, append, entered
from avow.ledger.commitment import commit, new_salt
from avow.record.declare import keeping
from avow.record.key import NOBODY, new_key
from avow.terms import EntryKind, Relation

_LOCK: Final = "SELECT id FROM person WHERE id = %s FOR NO KEY UPDATE"
_OPEN: Final = "SELECT staff, at, words FROM rights_case WHERE person_id = %s ORDER BY at LIMIT 1"
_INSERT: Final = f"""
WITH {ENTERED}, opened AS (
    INSERT INTO rights_case (person_id, id, staff, at, words, salt, entry, pos)
    VALUES (%s, %s, %s, %s, %s, %s, (SELECT id FROM entered), 0)
)
UPDATE person SET relations = relations | %s WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A case that is open: who of the staff opened it (NOBODY: the person did), when, what the person asked for."""

    staff: UUID
    at: datetime
    words: str


def open_case(person: UUID, staff: UUID, words: str, *, new: bool = False) -> None:
    """Open a person's case, unless one is open; raise RecordError if there is no such person.

    Of somebody `new`, who was made in this transaction, no case can be open yet.
    """
    with keeping() as cursor:
        if not new and _is_open(cursor, person):
            return
        now, id_, salt = datetime.now(UTC), new_key(), new_salt()
        entry = entered(EntryKind.OPENED, now, [commit(salt, case_record((person, id_, staff, now, words)))])
        cursor.execute(_INSERT, [*entry, person, id_, staff, now, words, salt, Relation.CASE.mask, person])


def _is_open(cursor: CursorWrapper, person: UUID) -> bool:
    """Say whether a case of a person is open, whom nobody changes until this transaction ends."""
    cursor.execute(_LOCK, [person])
    if cursor.fetchone() is None:
        raise RecordError("there is no such person", "look at the id")
    cursor.execute(_OPEN, [person])
    return cursor.fetchone() is not None


@contextmanager
def answering(person: UUID, words: str) -> Iterator[None]:
    """Hold a person's own case open while it is answered within, in one transaction; one that is open stays open."""
    with keeping():
        before = case_of(person)
        if before is None:
            open_case(person, NOBODY, words)
        yield
        if before is None:
            close_case(person)


def close_case(person: UUID) -> None:
    """Close a person's case, if one is open: its row goes, and the entry *forgotten* names its leaf."""
    with keeping() as cursor:
        cursor.execute(_LOCK, [person])
        cursor.execute("DELETE FROM rights_case WHERE person_id = %s RETURNING entry, pos", [person])
        leaves = [(int(entry), int(pos)) for entry, pos in cursor.fetchall()]
        if leaves:
            append(EntryKind.FORGOTTEN, datetime.now(UTC), [], sorted(leaves))
        cursor.execute(
            "UPDATE person SET relations = relations & ~%s::bigint WHERE id = %s", [Relation.CASE.mask, person]
        )


def case_of(person: UUID) -> Case | None:
    """Give a person's open case, if there is one."""
    with keeping() as cursor:
        cursor.execute(_OPEN, [person])
        row = cursor.fetchone()
        return Case(*row) if row else None


def case_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a case: person, id, staff, at, words."""
    return ["case", *row]
