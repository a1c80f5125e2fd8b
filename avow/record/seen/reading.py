"""Note that a member of staff read people, and tell who read whom, and how much on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.key import new_key
from avow.terms import EntryKind, Promise, Role

_INSERT: Final = """
INSERT INTO reading (person_id, id, staff, role, purpose, categories, at, salt, entry, pos)
SELECT person_id, id, %s, %s, %s, categories, %s, salt, %s, pos - 1
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bytea[])
    WITH ORDINALITY AS row (person_id, id, categories, salt, pos)
"""
_OF: Final = """
SELECT r.staff, r.role, r.purpose, string_agg(DISTINCT r.categories, ' '), r.at::date, max(r.at), count(*),
    coalesce(max(a.organization), '')
FROM reading r LEFT JOIN seat s ON s.id = r.staff LEFT JOIN agreement a ON a.id = s.agreement
WHERE r.person_id = %s GROUP BY r.staff, r.role, r.purpose, r.at::date ORDER BY max(r.at) DESC LIMIT %s
"""
_DAYS: Final = """
SELECT staff, at::date, count(*), count(DISTINCT person_id) FROM reading WHERE at >= %s
GROUP BY 1, 2 ORDER BY 2 DESC, 3 DESC
"""


@dataclass(frozen=True, slots=True)
class Read:
    """How often a member of staff read a person in one role for one purpose on one day, what, and when last (UTC).

    `organization` says for whom they read, where that is a processor; else it is empty.
    """

    staff: UUID
    role: str
    purpose: str
    categories: tuple[str, ...]
    day: date
    last: datetime
    times: int
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """How often a member of staff read on one day (UTC), and how many people."""

    staff: UUID
    day: date
    times: int
    people: int


@keeps(Promise.CONFIDENTIAL)
def note(staff: UUID, role: Role, purpose: str, seen: Mapping[UUID, Sequence[str]]) -> int:
    """Note that staff read the categories named of each person, and give the entry that covers it."""
    now, columns = datetime.now(UTC), tuple[list[Any], ...]([] for _ in range(4))
    commitments = []
    for person, categories in seen.items():
        id_, salt, named = new_key(), new_salt(), " ".join(sorted(categories))
        commitments.append(commit(salt, reading_record((person, id_, staff, role.value, purpose, named, now))))
        for column, value in zip(columns, (person, id_, named, salt), strict=True):
            column.append(value)
    with keeping() as cursor:
        entry = append(EntryKind.READ, now, commitments)
        cursor.execute(_INSERT, [staff, role.value, purpose, now, entry, *columns])
    return entry


def reads_of(person: UUID, most: int = 500) -> list[Read]:
    """Give who read a person, the latest first: one line for each member of staff, role, purpose and day."""
    with keeping() as cursor:
        cursor.execute(_OF, [person, most])
        return [
            Read(staff, role, purpose, tuple(sorted({*categories.split()})), day, last, times, organization)
            for staff, role, purpose, categories, day, last, times, organization in cursor.fetchall()
        ]


def reads_by_day(since: datetime) -> list[Day]:
    """Give how often each member of staff read on each day since an instant, the latest day first."""
    with keeping() as cursor:
        cursor.execute(_DAYS, [since])
        return [Day(*row) for row in cursor.fetchall()]


def reading_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a reading: person, id, staff, role, purpose, categories, at."""
    return ["reading", *row]
