"""Hold a mailbox for a person: what either refused before holds for both."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.known.address import Address
from avow.record.mask import CHOICES, bits_of, from_bits
from avow.record.said.choices import act
from avow.record.said.chosen import Aim, no_more
from avow.record.said.circle import narrow
from avow.record.said.fold import Target
from avow.record.said.withheld import withdrawn, withdrawn_at
from avow.record.shown.versions import history
from avow.terms import Actor, Answer

_HOLD: Final = """
INSERT INTO address (person_id, exact, reach_id, at) VALUES (%s, %s, %s, now())
ON CONFLICT (person_id, exact) DO UPDATE
    SET ended = CASE WHEN %s THEN NULL ELSE address.ended END,
    verified = CASE WHEN address.ended IS NULL THEN address.verified END
RETURNING verified IS NOT NULL, xmax = 0
"""
HOLDERS: Final = """
SELECT coalesce(bit_or(p.refused), 0::bit(256)) AS refused, ARRAY(
    SELECT DISTINCT s.list_id FROM address a JOIN subscription s ON s.person_id = a.person_id
    WHERE a.reach_id = %s AND NOT s.joined AND NOT EXISTS (
        SELECT FROM unlisted u WHERE u.reach_id = %s AND u.list_id = s.list_id) ORDER BY 1) AS lists
FROM person p WHERE id IN (SELECT person_id FROM address WHERE reach_id = %s)
"""
"""What holders of a mailbox refuse, and the lists that they left, be it by who they are taken for."""
_LISTS: Final = """
WITH mine AS (SELECT list_id FROM subscription WHERE person_id = %s AND NOT joined),
theirs AS (SELECT list_id, reach_id = %s AS here FROM unlisted WHERE reach_id IN (
    SELECT reach_id FROM address WHERE person_id = %s))
SELECT list_id FROM (SELECT list_id FROM mine UNION SELECT list_id FROM theirs) AS refused
WHERE NOT (list_id IN (SELECT list_id FROM mine) AND list_id IN (SELECT list_id FROM theirs WHERE here)) ORDER BY 1
"""


def attach(cursor: CursorWrapper, person: UUID, address: Address, *, again: bool = True) -> tuple[int, bool]:
    """Hold one more mailbox for a person, unproven unless it was; give what it refuses and if it is proven.

    Deny spreads, both ways, and to nobody else. What other holders refuse, by who they are taken for, holds for the
    person, and leaves the mailbox as it was. One that ended is held `again`, or stays ended: what others hand in brings
    nobody back to an address that they left.
    """
    around, reach = narrow(cursor, person, address.reach_id), address.reach_id
    cursor.execute(HOLDERS, [reach] * 3)
    others, left = cursor.fetchone()
    cursor.execute(_HOLD, [person, address.exact_id, reach, again])
    proven, new = cursor.fetchone()
    own, refused = around.persons[person][0], around.reaches[reach]
    cursor.execute(_LISTS, [person, reach, person])
    lists = [row[0] for row in cursor.fetchall()]
    inherit(cursor, person, reach, (own ^ refused) & CHOICES, lists, _purposes(cursor, person, reach))
    if new:
        inherit(cursor, person, None, from_bits(others) & ~(own | refused) & CHOICES, left)
    return refused | own & CHOICES, bool(proven)


def _purposes(cursor: CursorWrapper, person: UUID, reach: bytes) -> list[str]:
    """Give the purposes that a person refuses anywhere, but for those refused by both person and mailbox already."""
    refused = withdrawn(cursor, [person])[person]
    here = {purpose for _, purpose in withdrawn_at(cursor, [reach])} if refused else set()
    return sorted(purpose for purpose, own in refused.items() if not (own and purpose in here))


def inherit(
    cursor: CursorWrapper,
    person: UUID,
    reach: bytes | None,
    mask: int,
    lists: Sequence[str] = (),
    purposes: Sequence[str] = (),
) -> None:
    """Take over for a person and a mailbox what either of them refused before: scopes, topics, lists, purposes."""
    aims = [Aim(Answer.NO, Target("scope", bit)) for bit in bits_of(mask)]
    aims += [Aim(Answer.NO, Target("list", name), (name,)) for name in lists]
    aims += [no_more(history(), name) for name in purposes]
    if aims:
        act(cursor, aims, Actor.SYSTEM, "held with what was refused before", (person, reach), near=True)
