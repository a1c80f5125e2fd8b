"""Let a processor read everybody whom its agreement is about, page by page, each page decided when it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.decision.request import Request
from avow.gate.clear import clear, released
from avow.gate.ruling import ruling, seeing
from avow.gate.seen.reader import Reader, request_of
from avow.policy.proof.keeps import keeps
from avow.record.seen.reading import note
from avow.terms import Promise

PAGE: Final = 100
"""People on a page."""
_NEXT: Final = """
SELECT DISTINCT person_id FROM item WHERE person_id > %s AND category = ANY(%s) ORDER BY person_id LIMIT %s
"""
_ITEMS: Final = """
SELECT person_id, id, category, at, fields FROM item
WHERE person_id = ANY(%s::uuid[]) AND category = ANY(%s) ORDER BY person_id, at, id
"""


@dataclass(frozen=True, slots=True)
class One:
    """An item as it is given to a processor: what it is, when it came, its fields."""

    id: UUID
    category: str
    at: datetime
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a run: each person with their items, oldest first, the ledger's entry, where the next page goes on.

    `entry` is None where nobody was read, `after` where nobody is left.
    """

    people: Mapping[UUID, tuple[One, ...]]
    entry: int | None
    after: UUID | None


@keeps(Promise.PROCESSORS_BOUND)
def run(by: Reader, purpose: str, after: UUID, most: int = PAGE) -> Page:
    """Read the next people under an agreement, in the order of their ids, and note it in the same transaction.

    Who is denied is not on the page, and was not read. Raises Denied if the agreement is not in force at this instant,
    or is not for the purpose.
    """
    with transaction.atomic():
        request = request_of(by, purpose)
        with seeing(ruling(request)) as cursor:
            cursor.execute(_NEXT, [after, sorted(request.categories), most])
            next_ = [person for (person,) in cursor.fetchall()]
        people = _items(request, [one.person for one in clear(request, next_).allowed])
        seen = {person: sorted({one.category for one in items}) for person, items in people.items()}
        entry = note(by.staff, by.role, purpose, seen) if seen else None
    return Page(people, entry, next_[-1] if len(next_) == most else None)


def _items(request: Request, people: list[UUID]) -> Mapping[UUID, tuple[One, ...]]:
    """Read every item of some people that the request sees."""
    found: dict[UUID, list[One]] = {}
    with seeing(ruling(request)) as cursor:
        cursor.execute(_ITEMS, [people, sorted(request.categories)])
        for person, id_, category, at, fields in cursor.fetchall():
            found.setdefault(person, []).append(One(id_, category, at, released(fields)))
    return {person: tuple(items) for person, items in found.items()}
