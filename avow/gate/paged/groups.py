"""Find the groups of items that a use permits: items of one category whose masks are alike, decided once for all."""

from dataclasses import dataclass
from typing import Final

from django.db.backends.utils import CursorWrapper

from avow.decision.plan import Plan
from avow.record.mask import to_bits

_GROUPS: Final = """
WITH RECURSIVE found AS (
    (SELECT stated, accepted, refused FROM item WHERE category = %s ORDER BY stated, accepted, refused LIMIT 1)
    UNION ALL
    SELECT next.* FROM found, LATERAL (
        SELECT stated, accepted, refused FROM item
        WHERE category = %s AND (stated, accepted, refused) > (found.stated, found.accepted, found.refused)
        ORDER BY stated, accepted, refused LIMIT 1
    ) AS next
)
SELECT stated::text, accepted::text, refused::text FROM found
WHERE (stated | accepted) & %s::bit(256) <> 0::bit(256) AND refused & %s::bit(256) = 0::bit(256)
"""
"""Steps from group to group in the index, so that it costs as many steps as there are groups, however many items."""


@dataclass(frozen=True, slots=True)
class Group:
    """Items of a category with the same stated, accepted and refused masks (as 256 digits each)."""

    category: str
    stated: str
    accepted: str
    refused: str


def groups(cursor: CursorWrapper, category: str, plan: Plan) -> list[Group]:
    """Give the groups of a category that a plan permits, as the keeping role; the guard still looks at each item."""
    if not plan.use:
        return []
    cursor.execute(_GROUPS, [category, category, to_bits(plan.use), to_bits(plan.forbid)])
    return [Group(category, *masks) for masks in cursor.fetchall()]
