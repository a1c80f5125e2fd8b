"""Call back what was given: who took the yes back, refused it, or is forgotten; told to each organization, once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.key import NOBODY, new_key
from avow.record.known.address import parse
from avow.record.mask import to_bits
from avow.terms import EntryKind, Promise, RecipientClass, Scope

PATIENCE: Final = timedelta(days=7)
"""How long an organization has to acknowledge a notice before it counts as late."""
_SCOPES: Final = to_bits(Scope.DISCLOSURE.mask | Scope.OPTIONAL.mask)
_DUE: Final = """
FROM disclosed d JOIN disclosure g ON g.id = d.disclosure AND g.recipient = %s JOIN outside o ON o.id = g.whom
LEFT JOIN person p ON p.id = d.person_id
LEFT JOIN subscription s ON s.list_id = o.list AND s.person_id = d.person_id
WHERE d.recall IS NULL AND (d.person_id = %s OR p.refused & %s::bit(256) <> 0::bit(256) OR s.joined IS NOT TRUE
    OR EXISTS (SELECT FROM address a JOIN unlisted u ON u.reach_id = a.reach_id
        WHERE a.person_id = d.person_id AND u.list_id = o.list))
"""
"""Finds who was given and does not agree any more, by themselves or by who holds their mailbox, or is forgotten."""
_WHOSE: Final = f"SELECT DISTINCT o.id, o.mailbox {_DUE} ORDER BY 1"
_MARK: Final = (
    f"UPDATE disclosed SET recall = %s WHERE (person_id, id) IN (SELECT d.person_id, d.id {_DUE} AND o.id = %s)"
)
_INSERT: Final = """
INSERT INTO recall (id, outside, people, at, mailbox, how, why, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, '', 'recalled', %s, %s, 0)
"""
_ALL: Final = """
SELECT r.id, r.outside, o.title, o.mailbox, r.people, r.at, r.sent, r.acknowledged, r.how, r.why
FROM recall r JOIN outside o ON o.id = r.outside
"""
_ACKNOWLEDGE: Final = """
UPDATE recall SET acknowledged = %s, how = %s WHERE id = %s AND acknowledged IS NULL
"""


@dataclass(frozen=True, slots=True)
class Recall:
    """A notice to an organization: about how many people, when it was made, sent and acknowledged, and how.

    `why` is "recalled" where they do not agree any more, or "corrected" where what was given of them was put right.
    """

    id: UUID
    outside: str
    title: str
    mailbox: str
    people: int
    at: datetime
    sent: datetime | None
    acknowledged: datetime | None
    how: str
    why: str

    @property
    def late(self) -> bool:
        """Say whether it waits for longer than an organization has."""
        return self.acknowledged is None and self.at + PATIENCE < datetime.now(UTC)


@keeps(Promise.NOT_GIVEN_OUT)
def recall() -> int:
    """Make a notice to each organization of all who were given to it and agree no more; give how many there are.

    Each person of a file stands in one notice; the ledger covers it.
    """
    words: list[Any] = [RecipientClass.OUTSIDE.value, NOBODY, _SCOPES]
    with keeping() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('recall'))")
        cursor.execute(_WHOSE, words)
        whose = cursor.fetchall()
        for to, mailbox in whose:
            key, now, salt = new_key(), datetime.now(UTC), new_salt()
            cursor.execute(_MARK, [key, *words, to])
            row = (key, to, cursor.rowcount, now)
            entry = append(EntryKind.DISCLOSED, now, [commit(salt, recall_record(row))])
            cursor.execute(_INSERT, [*row, parse(mailbox).reach_id, salt, entry])
    return len(whose)


def recalls(*, waiting: bool = False) -> list[Recall]:
    """Give the notices, the oldest first; those that wait to be acknowledged alone, if asked."""
    with keeping() as cursor:
        cursor.execute(f"{_ALL} {'WHERE r.acknowledged IS NULL' if waiting else ''} ORDER BY r.at, r.id")
        return [Recall(*row) for row in cursor.fetchall()]


def recalled(key: UUID) -> Recall:
    """Find a notice; raise RecordError if there is none."""
    with keeping() as cursor:
        cursor.execute(f"{_ALL} WHERE r.id = %s", [key])
        row = cursor.fetchone()
    if row is None:
        raise RecordError("there is no such notice", "`avow disclosure recalls` shows them")
    return Recall(*row)


def references(key: UUID) -> Iterator[UUID]:
    """Give what the files called the people of a notice."""
    with keeping() as cursor:
        cursor.execute("SELECT id FROM disclosed WHERE recall = %s OR corrected = %s ORDER BY id", [key, key])
        yield from (row[0] for row in cursor.fetchall())


def mark_sent(key: UUID) -> None:
    """Note that a notice went out."""
    with keeping() as cursor:
        cursor.execute("UPDATE recall SET sent = %s WHERE id = %s AND sent IS NULL", [datetime.now(UTC), key])


def acknowledge(key: UUID, how: str) -> bool:
    """Note that an organization acknowledged a notice, and how that is known; say whether that was news."""
    with keeping() as cursor:
        cursor.execute(_ACKNOWLEDGE, [datetime.now(UTC), how, key])
        return bool(cursor.rowcount)


def recall_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a notice: id, organization, people, at."""
    return ["recall", *row]
