"""Find items by what the policy lets staff look people up by; no field is read."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from avow.record.declare import keeping
from avow.record.mask import to_bits
from avow.record.pinned.aside import ASIDE
from avow.record.taken.lookup import sought

MOST: Final = 500
"""Items that a search looks at."""
_FIND: Final = """
SELECT person_id, id FROM item
WHERE (lookup @> %s::bigint[] OR lookup @> %s::bigint[]) AND lookup IS NOT NULL AND category = ANY(%s)
    AND refused & %s::bit(256) <> %s::bit(256) LIMIT %s
"""


def find(text: str, categories: Collection[str], most: int = MOST) -> list[tuple[UUID, UUID]]:
    """Give (person, item) of items of some categories that hold every word of a text, or the whole of it.

    Nobody is found by what is set aside.
    """
    words, whole = sought(text)
    aside = to_bits(ASIDE)
    if not words:
        return []
    with keeping() as cursor:
        cursor.execute(_FIND, [words, whole, sorted(categories), aside, aside, most])
        return [(person, item) for person, item in cursor.fetchall()]
