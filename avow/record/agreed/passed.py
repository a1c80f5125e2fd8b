"""Tell those who work for us what to do with what they read of a person, and keep it until they say that they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.key import NOBODY, new_key
from avow.terms import EntryKind, Promise, Role

CORRECTED, ERASED = "corrected", "erased"
"""What an organization is told: that something was put right, or that the person is erased."""
PATIENCE: Final = timedelta(days=7)
"""How long an organization has to say that it did so before that counts as late."""
_READERS: Final = """
SELECT s.agreement, string_agg(DISTINCT r.categories, ' ') FROM reading r JOIN seat s ON s.id = r.staff
WHERE r.person_id = %s AND r.role = %s AND (%s = '' OR %s = ANY(string_to_array(r.categories, ' ')))
GROUP BY 1 ORDER BY 1
"""
_INSERT: Final = """
INSERT INTO passed (person_id, id, agreement, act, categories, at, how, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, %s, '', %s, %s, 0)
"""
_AGAIN: Final = """
UPDATE passed SET acknowledged = %s, how = %s WHERE person_id = %s AND acknowledged IS NULL
    AND agreement = %s AND (%s OR act = %s AND categories = %s)
"""
_ALL: Final = """
SELECT p.id, p.agreement, a.organization, p.person_id, p.act, p.categories, p.at FROM passed p
JOIN agreement a ON a.id = p.agreement WHERE p.acknowledged IS NULL AND (%s OR p.agreement = %s) ORDER BY p.at, p.id
LIMIT %s
"""
_ACKNOWLEDGE: Final = """
UPDATE passed SET acknowledged = %s, how = %s, person_id = CASE WHEN act = 'erased' THEN %s ELSE person_id END
WHERE id = %s AND acknowledged IS NULL AND (%s OR agreement = %s)
"""


@dataclass(frozen=True, slots=True)
class Passed:
    """What an organization was told of a person, whom it calls `person`, and did not acknowledge yet."""

    id: UUID
    agreement: str
    organization: str
    person: UUID
    act: str
    categories: tuple[str, ...]
    at: datetime

    @property
    def late(self) -> bool:
        """Say whether it waits for longer than an organization has."""
        return self.at + PATIENCE < datetime.now(UTC)


@keeps(Promise.CORRECTION, Promise.PROCESSORS_BOUND)
def pass_on(cursor: CursorWrapper, person: UUID, act: str, category: str = "") -> int:
    """Tell every organization that read a category of a person, or any, what became of it; give how many.

    It is written in the transaction of the act, and the ledger covers it. What was told before of the same, and waits,
    is taken up by it: who is erased is to be erased, whatever was put right.
    """
    cursor.execute(_READERS, [person, Role.PROCESSOR.value, category, category])
    readers = cursor.fetchall()
    now = datetime.now(UTC)
    for agreement, categories in readers:
        named = category or " ".join(sorted({*categories.split()}))
        later = [now, "taken up by a later notice", person, agreement, act == ERASED, act, named]
        cursor.execute(_AGAIN, later)
        key, salt = new_key(), new_salt()
        entry = append(EntryKind.PASSED, now, [commit(salt, passed_record((key, agreement, act, now)))])
        cursor.execute(_INSERT, [person, key, agreement, act, named, now, salt, entry])
    return len(readers)


def unacknowledged(agreement: str | None = None, most: int = 500) -> list[Passed]:
    """Give what was told and not acknowledged, the oldest first: to everybody, or under one agreement."""
    with keeping() as cursor:
        cursor.execute(_ALL, [agreement is None, agreement, most])
        return [
            Passed(id_, name, organization, person, act, tuple(categories.split()), at)
            for id_, name, organization, person, act, categories, at in cursor.fetchall()
        ]


def acknowledge(key: UUID, how: str, agreement: str | None = None) -> bool:
    """Note that an organization did as it was told, and how that is known; say whether that was news.

    With an `agreement` it must be told under that. Whom it was told to erase is named no more.
    """
    with keeping() as cursor:
        cursor.execute(_ACKNOWLEDGE, [datetime.now(UTC), how, NOBODY, key, agreement is None, agreement])
        return bool(cursor.rowcount)


def passed_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of what was passed on: id, agreement, act, at."""
    return ["passed", *row]
