"""Put a choice into effect: the masks of persons, reaches and items, the lists, all under the locks of the act."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.mask import to_bits
from avow.record.said.circle import LINKED
from avow.terms import Relation, Scope

ITEM_CONDITIONS: Final = Scope.UNVERIFIED.mask | Scope.SUSPENDED.mask | Scope.CONTESTED.mask
"""Conditions that hang on one item and come from no person or reach."""

_TIGHTEN_PERSONS: Final = """
UPDATE person SET own = own | bits, refused = refused | bits, choice_no = greatest(choice_no, no)
FROM (SELECT %s::bit(256) AS bits, %s::bigint AS no) AS act
WHERE id = ANY(%s) AND (choice_no < no OR own & refused & bits <> bits)
"""
_TIGHTEN_REACHES: Final = """
UPDATE reach SET refused = refused | bits, choice_no = greatest(choice_no, no)
FROM (SELECT %s::bit(256) AS bits, %s::bigint AS no) AS act
WHERE id = ANY(%s) AND (choice_no < no OR refused & bits <> bits)
"""
_TIGHTEN_ITEMS: Final = (
    "UPDATE item SET refused = refused | %s::bit(256) WHERE (person_id = ANY(%s) OR reach_id = ANY(%s))"
    " AND refused & %s::bit(256) <> %s::bit(256)"
)
_LOOSEN_PERSONS: Final = "UPDATE person SET own = own & ~ %s::bit(256), choice_no = %s WHERE id = ANY(%s)"
_LOOSEN_REACHES: Final = "UPDATE reach SET refused = refused & ~ %s::bit(256), choice_no = %s WHERE id = ANY(%s)"
_UNION: Final = f"""
UPDATE person SET refused = whole.refused FROM (
    {LINKED} SELECT bit_or(own) AS refused FROM person WHERE id IN (SELECT id FROM one)
) AS whole WHERE person.id = ANY(%s) AND person.refused <> whole.refused
"""
_FRESH: Final = """
SELECT i.person_id, i.id, (i.refused & %s::bit(256)) | p.refused | coalesce(r.refused, 0::bit(256)) AS refused
FROM item i JOIN person p ON p.id = i.person_id LEFT JOIN reach r ON r.id = i.reach_id
"""
_LOCK_STALE: Final = f"""
SELECT item.person_id, item.id FROM ({_FRESH} WHERE i.person_id = ANY(%s) OR i.reach_id = ANY(%s)) AS fresh
JOIN item ON item.person_id = fresh.person_id AND item.id = fresh.id AND item.refused <> fresh.refused
ORDER BY item.person_id, item.id FOR NO KEY UPDATE OF item
"""
_SETTLE_ITEMS: Final = f"""
UPDATE item SET refused = fresh.refused FROM ({_FRESH} WHERE i.person_id = ANY(%s) AND i.id = ANY(%s)) AS fresh
WHERE item.person_id = fresh.person_id AND item.id = fresh.id AND item.refused <> fresh.refused
"""
_LEAVE: Final = """
INSERT INTO subscription (list_id, person_id, joined, at)
SELECT list, person, false, now() FROM unnest(%s::text[]) AS list, unnest(%s::uuid[]) AS person
ON CONFLICT (list_id, person_id) DO UPDATE SET joined = false, at = excluded.at WHERE subscription.joined
"""
_UNLIST: Final = """
INSERT INTO unlisted (reach_id, list_id, at)
SELECT reach, list, now() FROM unnest(%s::bytea[]) AS reach, unnest(%s::text[]) AS list ON CONFLICT DO NOTHING
"""
_JOIN: Final = """
INSERT INTO subscription (list_id, person_id, joined, at) SELECT list, %s, true, now() FROM unnest(%s::text[]) AS list
ON CONFLICT (list_id, person_id) DO UPDATE SET joined = true, at = excluded.at WHERE NOT subscription.joined
"""
_RELATE: Final = """
UPDATE person SET relations = relations & ~ %s::bigint
    | CASE WHEN EXISTS (SELECT 1 FROM subscription WHERE person_id = person.id AND joined) THEN %s ELSE 0 END
    | CASE WHEN EXISTS (SELECT 1 FROM subscription s JOIN board b ON b.list_id = s.list_id
        WHERE s.person_id = person.id AND s.joined) THEN %s ELSE 0 END
WHERE id = ANY(%s)
"""
_ACCEPT: Final = """
UPDATE item SET accepted = accepted | mask::bit(256), withheld = nullif(withheld & ~ mask::bit(256), 0::bit(256))
FROM unnest(%s::text[], %s::text[]) AS asked (category, mask)
WHERE person_id = ANY(%s) AND item.category = asked.category
"""
_TAKE_BACK: Final = """
UPDATE item SET accepted = accepted & ~ mask::bit(256), withheld = nullif(withheld & ~ mask::bit(256), 0::bit(256))
FROM unnest(%s::text[], %s::text[]) AS asked (category, mask)
WHERE person_id = ANY(%s) AND item.category = asked.category
    AND (accepted | coalesce(withheld, 0::bit(256))) & mask::bit(256) <> 0::bit(256)
"""

_ANSWERED: Final = """
UPDATE question SET yes = CASE WHEN act.give THEN yes | act.bits ELSE yes & ~ act.bits END,
    no = CASE WHEN act.give THEN no & ~ act.bits ELSE no | act.bits END, answered = clock_timestamp()
FROM (SELECT %s::bit(256) AS bits, %s AS give) AS act
WHERE person_id = ANY(%s) AND version = %s AND uses & act.bits <> 0::bit(256)
"""


def tighten(cursor: CursorWrapper, persons: list[UUID], reaches: list[bytes], mask: int, no: int) -> None:
    """Refuse the scopes of a mask for persons, mailboxes, and all items of either; write where that is news."""
    bits = to_bits(mask)
    if persons:
        cursor.execute(_TIGHTEN_PERSONS, [bits, no, persons])
    if reaches:
        cursor.execute(_TIGHTEN_REACHES, [bits, no, reaches])
    if mask:
        cursor.execute(_TIGHTEN_ITEMS, [bits, persons, reaches, bits, bits])


def loosen(cursor: CursorWrapper, persons: list[UUID], reaches: list[bytes], mask: int, no: int) -> None:
    """End the refusal of a mask for linked persons and proven mailboxes; what others refused stays on every item."""
    bits = to_bits(mask)
    cursor.execute(_LOOSEN_PERSONS, [bits, no, persons])
    if reaches:
        cursor.execute(_LOOSEN_REACHES, [bits, no, reaches])
    if mask:
        settle(cursor, persons, reaches)


def settle(cursor: CursorWrapper, persons: list[UUID], reaches: list[bytes]) -> None:
    """Make persons who are all linked refuse what any of them does, and their items and those of mailboxes likewise.

    An item also lies at mailboxes, or with persons, that are not locked here: it is locked itself, and what holds
    for it is read in a later statement, so that no refusal which commits meanwhile is written over.
    """
    if persons:
        cursor.execute(_UNION, [persons, persons])
    own = to_bits(ITEM_CONDITIONS)
    cursor.execute(_LOCK_STALE, [own, persons, reaches])
    stale = cursor.fetchall()
    if stale:
        cursor.execute(_SETTLE_ITEMS, [own, *map(list, zip(*stale, strict=True))])


def leave(cursor: CursorWrapper, persons: list[UUID], reaches: list[bytes], lists: list[str]) -> None:
    """Take persons and mailboxes off lists, for good."""
    if lists:
        cursor.execute(_LEAVE, [lists, persons])
        cursor.execute(_UNLIST, [reaches, lists])
        relate(cursor, persons)


def join(cursor: CursorWrapper, person: UUID, reaches: list[bytes], lists: list[str]) -> None:
    """Put a person, and the proven mailbox, on lists."""
    if lists:
        cursor.execute(_JOIN, [person, lists])
        cursor.execute("DELETE FROM unlisted WHERE reach_id = ANY(%s) AND list_id = ANY(%s)", [reaches, lists])
        relate(cursor, [person])


def relate(cursor: CursorWrapper, persons: list[UUID]) -> None:
    """Note on persons whether they joined any list, and whether any community."""
    joined, member = Relation.JOINED.mask, Relation.MEMBER.mask
    cursor.execute(_RELATE, [joined | member, joined, member, persons])


def put_on_file(cursor: CursorWrapper, persons: list[UUID], relations: int, *, give: bool) -> None:
    """Note relations that a yes brings with it on persons, or take them off again."""
    if relations and persons:
        new = "relations | act.bits" if give else "relations & ~ act.bits"
        query = f"UPDATE person SET relations = {new} FROM (SELECT %s::bigint AS bits) AS act WHERE id = ANY(%s)"
        cursor.execute(query, [relations, persons])


def accept(cursor: CursorWrapper, persons: list[UUID], masks: Sequence[tuple[str, int]], *, give: bool) -> None:
    """Accept uses for the items of persons, by category, or take the acceptance back."""
    if masks and persons:
        columns = [[category for category, _ in masks], [to_bits(mask) for _, mask in masks]]
        cursor.execute(_ACCEPT if give else _TAKE_BACK, [*columns, persons])


def answered(cursor: CursorWrapper, persons: list[UUID], version: str, mask: int, *, give: bool) -> None:
    """Note what persons answered to the question of a version, where they were asked."""
    cursor.execute(_ANSWERED, [to_bits(mask), give, persons, version])
