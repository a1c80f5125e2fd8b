"""Say of every purpose at once what may be done with a person's data, and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from avow.decision.decision import Decision
from avow.decision.explain import explain
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.gate.facts import JOINED, KEPT, NOT_STORED, SAID, Held, Lists
from avow.gate.ruling import Ruling, ruling, verdict
from avow.policy.document import Purpose
from avow.record.declare import keeping
from avow.record.mask import from_bits
from avow.record.shown.versions import in_force
from avow.terms import RecipientClass

_LISTS: Final = """
SELECT id, purpose, topic, joined_only FROM list WHERE NOT EXISTS (SELECT FROM reserved WHERE list_id = id) ORDER BY id
"""
_STANDS: Final = """
SELECT p.relations, p.choice_no,
    ARRAY(SELECT list_id FROM subscription WHERE person_id = p.id AND joined),
    ARRAY(SELECT list_id FROM subscription WHERE person_id = p.id AND NOT joined
        UNION SELECT u.list_id FROM address a JOIN unlisted u ON u.reach_id = a.reach_id WHERE a.person_id = p.id)
FROM person p WHERE p.id = %s
"""
_ITEMS: Final = f"""
SELECT i.id, i.category, i.at, i.reach_id, i.stated, i.accepted,
    p.refused | coalesce(i.refused, 0::bit(256)) | coalesce(r.refused, 0::bit(256)),
    greatest(p.choice_no, r.choice_no), p.refused, p.choice_no
FROM person p LEFT JOIN item i ON i.person_id = p.id AND {KEPT} LEFT JOIN reach r ON r.id = i.reach_id
WHERE p.id = %s ORDER BY i.at, i.id
"""


@dataclass(frozen=True, slots=True)
class May:
    """Whether a use towards a recipient class (on one list, if any) is permitted now, and the sentences that say so."""

    purpose: Purpose
    recipient: RecipientClass
    list: str | None
    decision: Decision
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stands:
    """How a person stands: relations, lists joined and left, and what is known of each item."""

    relations: int
    joined: frozenset[str]
    left: frozenset[str]
    items: Sequence[tuple[Any, ...]]


def may(person: UUID) -> tuple[May, ...]:
    """Give every purpose of the policy in force, in its order: as `why` decides it, in a fixed number of queries.

    No field is read and nothing is used. Whoever is not known may not be used for anything.
    """
    with transaction.atomic(), keeping() as cursor:
        cursor.execute(_LISTS)
        lists = cursor.fetchall()
        cursor.execute(_STANDS, [person])
        row: tuple[Any, ...] = cursor.fetchone() or (0, 0, [], [])
        cursor.execute(_ITEMS, [person])
        stands = _Stands(row[0] & ~NOT_STORED, frozenset(row[2]), frozenset(row[3]), cursor.fetchall())
    return tuple(
        _may(purpose, _recipient(purpose), one, lists, stands)
        for purpose in in_force().purposes.values()
        for one in [name for name, of, *_ in lists if of == purpose.id] or [None]
    )


def _may(
    purpose: Purpose, recipient: RecipientClass, one: str | None, lists: Sequence[tuple[Any, ...]], stands: _Stands
) -> May:
    request = Request(purpose.id, purpose.categories, recipient)
    ruled = ruling(request)
    found = {name: only for name, of, topic, only in lists if (of, topic) == (purpose.id, ruled.plan.request.topic)}
    outside = recipient is RecipientClass.OUTSIDE
    joinable = (one,) if one else () if outside else tuple(found)
    on = Lists(one, joinable, bool(one and found.get(one)), says=SAID if outside else JOINED)
    decision = verdict(ruled, on, _held(ruled, on, stands)).decision
    return May(purpose, recipient, one, decision, explain(ruled.policy, decision, request))


def _held(ruled: Ruling, on: Lists, stands: _Stands) -> list[Held]:
    """Give what is known of each item of the request, or of the person where there is none, as `facts` does."""
    relations = stands.relations | (on.says if stands.joined.intersection(on.joinable) else 0)
    left = on.one in stands.left
    asked = ruled.plan.request.categories
    rows = [row for row in stands.items if row[1] in asked] or stands.items[:1]
    return [_one(row, asked, relations, left=left) for row in rows]


def _one(row: tuple[Any, ...], asked: frozenset[str], relations: int, *, left: bool) -> Held:
    item, category, at, reach, stated, accepted, refused, number, own, no = row
    if category not in asked:
        item, category, at, reach, stated, accepted, refused, number = None, "", None, None, "0", "0", own, no
    masks = Facts(from_bits(stated), from_bits(accepted), from_bits(refused), relations)
    return Held(_NOBODY, item, category, at, None if reach is None else bytes(reach), masks, number, left)


_NOBODY: Final = UUID(int=0)


def _recipient(purpose: Purpose) -> RecipientClass:
    return next((one for one in RecipientClass if one in purpose.recipients), RecipientClass.COMPANY)


def by_purpose(found: Sequence[May]) -> Mapping[str, May]:
    """Give what may be done by the id of its purpose."""
    return {one.purpose.id: one for one in found}
