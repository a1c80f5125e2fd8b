"""Set items aside that say otherwise than what was corrected: seen for rights and by law, used for nothing."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.declare import keeping
from avow.record.key import NOBODY
from avow.record.mask import to_bits
from avow.terms import Scope

ASIDE: Final = Scope.CONTESTED.mask | Scope.SUSPENDED.mask
"""The two conditions of an item that is set aside: together they bar all but rights and the law."""
_SAME: Final = "DELETE FROM aside WHERE item = ANY(%s) AND field = ANY(%s)"
_DIFFER: Final = """
INSERT INTO aside (person_id, item, field, by, at)
SELECT *, now() FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[]) ON CONFLICT DO NOTHING
"""
_MEET: Final = """
INSERT INTO aside (person_id, item, field, by, at)
SELECT DISTINCT i.person_id, i.id, p.field, p.person_id, now() FROM pin p JOIN item i ON i.category = p.category
WHERE p.person_id = ANY(%s) AND i.person_id = ANY(%s) ON CONFLICT DO NOTHING
"""
_SETTLE: Final = """
WITH latest AS (
    SELECT DISTINCT ON (category, field) category, field, person_id FROM pin
    WHERE person_id = ANY(%s) ORDER BY category, field, at DESC, id DESC
), stands AS (
    SELECT i.person_id, i.id, p.refused & %s::bit(256) | CASE WHEN EXISTS (
        SELECT FROM aside a LEFT JOIN latest l ON l.category = i.category AND l.field = a.field
        WHERE a.person_id = i.person_id AND a.item = i.id AND a.by IN (l.person_id, %s)
    ) OR EXISTS (
        SELECT FROM address d WHERE d.person_id = i.person_id AND d.reach_id = i.reach_id
        HAVING bool_and(d.ended IS NOT NULL)
    ) THEN %s::bit(256) WHEN EXISTS (
        SELECT FROM petition q WHERE q.person_id = i.person_id AND q.item = i.id AND q.state IN ('open', 'disputed')
    ) THEN %s::bit(256) ELSE 0::bit(256) END AS bits
    FROM item i JOIN person p ON p.id = i.person_id WHERE i.person_id = ANY(%s)
)
UPDATE item SET refused = item.refused & ~ %s::bit(256) | stands.bits FROM stands
WHERE item.person_id = stands.person_id AND item.id = stands.id AND item.refused & %s::bit(256) <> stands.bits
"""
_DOUBTED: Final = """
SELECT id, refused::text FROM item WHERE person_id = ANY(%s) AND refused & %s::bit(256) <> 0::bit(256)
"""
_OF: Final = "SELECT id, refused::text FROM item WHERE person_id = %s AND refused & %s::bit(256) <> 0::bit(256)"


def differ(cursor: CursorWrapper, rows: Sequence[tuple[UUID, UUID, str, UUID]]) -> None:
    """Note (person, item, field, by) that an item is not known to say what `by` pinned; NOBODY: what nobody may use."""
    if rows:
        cursor.execute(_DIFFER, [list(column) for column in zip(*rows, strict=True)])


def same(cursor: CursorWrapper, items: Sequence[UUID], fields: Sequence[str]) -> None:
    """Take back what was noted of some fields of items: they say now what is pinned."""
    cursor.execute(_SAME, [list(items), list(fields)])


def meet(cursor: CursorWrapper, mine: Sequence[UUID], theirs: Sequence[UUID]) -> None:
    """Note, of persons who are taken for one from now on, that items of either side may differ from pins of the other.

    No field is read: until somebody looks, what is not known to agree counts as different.
    """
    cursor.execute(_MEET, [list(mine), list(theirs)])
    cursor.execute(_MEET, [list(theirs), list(mine)])


def settle(cursor: CursorWrapper, circle: Sequence[UUID]) -> None:
    """Make the items of persons who are all linked say whether they count: what the latest pins say of them.

    An item is set aside that is not known to agree, or whose address ended; one whose correction waits is contested;
    what bars a person bars every item of theirs.
    """
    bits, contested, whom = to_bits(ASIDE), to_bits(Scope.CONTESTED.mask), list(circle)
    cursor.execute(_SETTLE, [whom, bits, NOBODY, bits, contested, whom, bits, bits])


def asides(person: UUID) -> Mapping[UUID, bool]:
    """Give the items of a person that do not count now, each with whether it is set aside, or else contested."""
    with keeping() as cursor:
        cursor.execute(_OF, [person, to_bits(ASIDE)])
        return {item: int(refused, 2) & ASIDE == ASIDE for item, refused in cursor.fetchall()}


def standings(persons: Sequence[UUID]) -> Mapping[UUID, bool]:
    """Give the items of some persons whose value is in doubt, each with whether it is set aside, or else contested.

    What is only barred, like every other item of its person, is not among them.
    """
    with keeping() as cursor:
        cursor.execute(_DOUBTED, [list(persons), to_bits(Scope.CONTESTED.mask)])
        return {item: int(refused, 2) & ASIDE == ASIDE for item, refused in cursor.fetchall()}
