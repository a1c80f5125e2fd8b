"""Read all that the decisions about many people may know, set-based, and no field of any item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.errors import GateError
from avow.record.agreed.agreement import covers
from avow.record.declare import keeping
from avow.record.mask import from_bits, unpacked
from avow.store.server.columns import columnar, texts, uuids
from avow.terms import RecipientClass, Relation

JOINED: Final = Relation.JOINED.mask
CONSENTED: Final = Relation.CONSENTED.mask
SAID: Final = JOINED | CONSENTED
"""The relations that joining an organization's list is: the yes to it by its name."""
NOT_STORED: Final = SAID | Relation.AGREEMENT.mask
"""Relations that a person has by the list that is asked for, or the agreement that is asked under; never by a row."""

KEPT: Final = "(i.until IS NULL OR i.until > now())"
"""Says that an item has time left; what has had its time is not released, whether it was swept or not."""

STANDING: Final = f"""
SELECT p.id, p.refused, p.choice_no,
    p.relations & ~{NOT_STORED}::bigint | CASE WHEN EXISTS (
        SELECT FROM subscription s WHERE s.list_id = ANY(%s) AND s.person_id = p.id AND s.joined
    ) THEN %s ELSE 0 END AS relations,
    EXISTS (SELECT FROM subscription s WHERE s.list_id = ANY(%s) AND s.person_id = p.id AND NOT s.joined)
    OR EXISTS (
        SELECT FROM address a JOIN unlisted u ON u.reach_id = a.reach_id
        WHERE a.person_id = p.id AND u.list_id = ANY(%s)
    )
    OR EXISTS (SELECT FROM reserved WHERE list_id = %s) AND NOT EXISTS (
        SELECT FROM reserved v
        JOIN possession o ON o.product = v.product_id AND o.version = v.version AND o.series = v.series
        WHERE v.list_id = %s AND o.person_id = p.id AND o.ended IS NULL AND o.notice IS NOT NULL
            AND (v.until IS NULL OR v.until > clock_timestamp())
    ) AS left_list
FROM person p
"""
"""Each person's refusals, number, relations, and whether the list is not theirs: takes `Lists.words`.

It is not theirs who left it; nor, of a list that is reserved for owners, theirs who own nothing of it, or were not told
before, or whose series has ended.
"""

_FACTS: Final = f"""
WITH standing AS MATERIALIZED ({STANDING} WHERE p.id = ANY(%s::uuid[]))
SELECT s.id, s.relations, s.left_list, greatest(s.choice_no, r.choice_no), i.id, i.category, i.at, i.reach_id,
    i.stated, i.accepted, s.refused | coalesce(i.refused, 0::bit(256)) | coalesce(r.refused, 0::bit(256))
FROM standing s LEFT JOIN item i ON i.person_id = s.id AND i.category = ANY(%s) AND {KEPT}
LEFT JOIN reach r ON r.id = i.reach_id
ORDER BY i.at, i.id
"""


_CLASSES: Final = f"""
SELECT stated, accepted, refused, relations, left_list, array_agg(DISTINCT id) FROM (
    SELECT s.id, i.stated, i.accepted, s.relations, s.left_list,
        s.refused | i.refused | coalesce(r.refused, 0::bit(256)) AS refused
    FROM ({STANDING}) AS s JOIN item i ON i.person_id = s.id AND i.category = ANY(%s) AND {KEPT}
    LEFT JOIN reach r ON r.id = i.reach_id
) AS known GROUP BY 1, 2, 3, 4, 5
"""
"""Everybody by what is known of an item: people alike are decided once."""


_ALIKE: Final = """
SELECT DISTINCT other.list_id FROM reserved r JOIN reserved other USING (product_id, series)
WHERE r.list_id = %s AND other.list_id <> r.list_id
"""
"""The lists of other messages about the same product: who said no to one said no to all."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The list that a request goes by, if any, those whose members count as joined, and those that are left with it.

    `says` are the relations that joining one of them is: of an organization's list it is that person's yes by name.
    `brings` are the relations that the request brings with it: an agreement that is in force and covers it.
    """

    one: str | None
    joinable: tuple[str, ...]
    joined_only: bool
    alike: tuple[str, ...] = ()
    says: int = JOINED
    brings: int = 0

    @property
    def words(self) -> tuple[list[str], int, list[str], list[str], str | None, str | None]:
        """Give the parameters of STANDING."""
        left = [*([self.one] if self.one is not None else []), *self.alike]
        return list(self.joinable), self.says, left, left, self.one, self.one


@dataclass(frozen=True, slots=True)
class Held:
    """What is known about one item, or about a person without one (`item` is None)."""

    person: UUID
    item: UUID | None
    category: str
    at: datetime | None
    reach: bytes | None
    facts: Facts
    choice_no: int
    left: bool


def lists(cursor: CursorWrapper, request: Request, one: str | None) -> Lists:
    """Find the lists of a request; raise GateError if the one that is named serves another use.

    Towards the outside only the list of the organization that is named counts: a yes to another is none to it.
    """
    cursor.execute("SELECT id, topic, joined_only FROM list WHERE purpose = %s ORDER BY id", [request.purpose])
    found = {name: joined_only for name, topic, joined_only in cursor.fetchall() if topic == request.topic}
    agreed = request.agreement is not None and covers(request.agreement, request.purpose, request.categories)
    brings = Relation.AGREEMENT.mask if agreed else 0
    if one is not None and one not in found:
        raise GateError(f"the list {one!r} does not serve this use", f"it serves: {', '.join(found) or 'no list does'}")
    outside = request.recipient is RecipientClass.OUTSIDE
    if one is None:
        return Lists(None, () if outside else tuple(found), joined_only=False, brings=brings)
    cursor.execute(_ALIKE, [one])
    alike = tuple(name for (name,) in cursor.fetchall())
    return Lists(one, (one,), found[one], alike, SAID if outside else JOINED, brings)


def facts(cursor: CursorWrapper, request: Request, people: Sequence[UUID], on: Lists) -> list[Held]:
    """Give what is known of each item asked for, oldest first; one query, as the keeping role.

    A person without such an item has one row that says so; one whom nobody knows has none.
    """
    with columnar(cursor) as asking:
        rows = asking.ask(_FACTS, [*on.words, uuids(people), texts(sorted(request.categories))])
    known: dict[tuple[bytes | None, bytes | None, bytes, int], Facts] = {}
    return [_held(known, person, relations | on.brings, *row) for person, relations, *row in rows]


def classes(on: Lists, categories: Sequence[str]) -> list[tuple[Facts, bool, list[UUID]]]:
    """Give everybody who has an item of some categories, by what is known of it: (facts, left the list, people)."""
    with keeping() as cursor:
        cursor.execute(_CLASSES, [*on.words, list(categories)])
        return [
            (Facts(from_bits(stated), from_bits(accepted), from_bits(refused), relations | on.brings), left, people)
            for stated, accepted, refused, relations, left, people in cursor.fetchall()
        ]


def _held(  # noqa: PLR0913, PLR0917 -- the columns of _FACTS
    known: dict[tuple[bytes | None, bytes | None, bytes, int], Facts],
    person: UUID,
    relations: int,
    left: bool,
    choice_no: int,
    item: UUID | None,
    category: str | None,
    at: datetime | None,
    reach: bytes | None,
    stated: bytes | None,
    accepted: bytes | None,
    refused: bytes,
) -> Held:
    """Hold one row; of rows whose masks are alike, the masks are read once."""
    key = stated, accepted, refused, relations
    masks = known.get(key)
    if masks is None:
        told, allowed, no = (0 if word is None else unpacked(word) for word in (stated, accepted, refused))
        masks = known[key] = Facts(told, allowed, no, relations)
    return Held(person, item, category or "", at, reach, masks, choice_no, left)
