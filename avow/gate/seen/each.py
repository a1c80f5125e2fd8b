"""Release items that are named, each by its own decision: what was posted for anybody, and what staff may read.

What anybody reads leaves no entry each time it is read: the entry of the day it was posted, beside the words that said
so, is the evidence, and a visitor who reads writes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.gate.clear import released
from avow.gate.facts import KEPT, Lists
from avow.gate.ruling import Ruling, ruling
from avow.gate.seen.reader import Reader, request_of
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping, using
from avow.record.mask import from_bits
from avow.record.seen.reading import note
from avow.record.shown.versions import in_force
from avow.terms import Promise, RecipientClass

_NAMED: Final = """
FROM unnest(%s::uuid[], %s::uuid[]) AS row (person, named) JOIN item i ON i.person_id = person AND i.id = named
"""
_FACTS: Final = f"""
SELECT i.person_id, i.id, i.stated::text, i.accepted::text,
    (p.refused | i.refused | coalesce(r.refused, 0::bit(256)))::text, p.relations
{_NAMED} JOIN person p ON p.id = i.person_id LEFT JOIN reach r ON r.id = i.reach_id
WHERE i.category = ANY(%s::text[]) AND {KEPT}
"""
_FIELDS: Final = f"SELECT i.person_id, i.id, i.category, i.at, i.fields {_NAMED}"
_HOLDS: Final = f"SELECT i.person_id, i.id {_NAMED} WHERE i.fields::text ILIKE ALL(%s) LIMIT %s"
_NOBODY: Final = Lists(None, (), joined_only=False)

Named = tuple[UUID, UUID]
"""An item: whose, and which."""


@dataclass(frozen=True, slots=True)
class One:
    """An item as the gate released it."""

    person: UUID
    id: UUID
    category: str
    at: datetime
    fields: Mapping[str, str]


@keeps(Promise.FORUM, Promise.CONFIDENTIAL)
def public(named: Iterable[Named]) -> Mapping[UUID, One]:
    """Give anybody, by its id, each of these items that was said to be public before it was given, and no other.

    The number of queries does not depend on the number of items.
    """
    request = to_anybody()
    return _each(ruling(request), named) if request else {}


@keeps(Promise.FORUM)
def holding(named: Sequence[Named], words: Sequence[str], most: int) -> list[Named]:
    """Find those of these items that anybody may read and that hold every word somewhere, letter case aside.

    Words are letters and digits alone. It finds at least what `public` would show of it; who shows it looks again.
    """
    request = to_anybody()
    if request is None or not (named and words):
        return []
    ruled = ruling(request)
    with using(ruled.plan.use, ruled.plan.forbid, ruled.version) as cursor:
        cursor.execute(_HOLDS, [*_columns(named), [f"%{word}%" for word in words], most])
        return [(person, item) for person, item in cursor.fetchall()]


@keeps(Promise.CONFIDENTIAL, Promise.PURPOSES_ONLY)
def read_each(by: Reader, purpose: str, named: Iterable[Named]) -> Mapping[UUID, One]:
    """Let a member of staff read these items for one purpose, and note it in the same transaction; see `public`."""
    ruled = ruling(request_of(by, purpose))
    with transaction.atomic():
        found = _each(ruled, named)
        seen: dict[UUID, set[str]] = {}
        for one in found.values():
            seen.setdefault(one.person, set()).add(one.category)
        if seen:
            note(by.staff, by.role, purpose, {person: sorted(kinds) for person, kinds in seen.items()})
    return found


def to_anybody() -> Request | None:
    """Give the request of anybody who reads the site; None where the policy in force shows them nothing of anybody."""
    for purpose in in_force().purposes.values():
        if RecipientClass.PUBLIC in purpose.recipients:
            return Request(purpose.id, purpose.categories, RecipientClass.PUBLIC)
    return None


def _each(ruled: Ruling, named: Iterable[Named]) -> dict[UUID, One]:
    """Decide each item by its own facts, and read those that are allowed as the database shows them."""
    asked = list(dict.fromkeys(named))
    if not asked:
        return {}
    with transaction.atomic():
        with keeping() as cursor:
            cursor.execute(_FACTS, [*_columns(asked), sorted(ruled.plan.request.categories)])
            allowed = [(row[0], row[1]) for row in cursor.fetchall() if _allowed(ruled, row[2:])]
        with using(ruled.plan.use, ruled.plan.forbid, ruled.version) as cursor:
            cursor.execute(_FIELDS, _columns(allowed))
            return {
                item: One(person, item, category, at, released(fields))
                for person, item, category, at, fields in cursor.fetchall()
            }


def _allowed(ruled: Ruling, row: Sequence[Any]) -> bool:
    stated, accepted, refused, relations = row
    facts = Facts(from_bits(stated), from_bits(accepted), from_bits(refused), relations)
    return ruled.decide(facts, _NOBODY, left=False).allowed


def _columns(named: Sequence[Named]) -> list[list[UUID]]:
    return [[person for person, _ in named], [item for _, item in named]]
