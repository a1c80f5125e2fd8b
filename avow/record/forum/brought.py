"""Take over the threads of an earlier forum at once: what was posted there was taken in before, as items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from avow.errors import RecordError
from avow.record.declare import keeping
from avow.record.key import new_key

_THREADS: Final = """
INSERT INTO thread (id, board_id, at, last, posts)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::int[])
"""
_POSTS: Final = """
INSERT INTO post (person_id, id, item, thread_id, no, at, state, why)
SELECT DISTINCT ON (row.id) row.person, row.id, i.id, row.thread, row.no, row.at, 'shown', ''
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::timestamptz[]) AS row (person, id, thread, no, at)
JOIN item i ON i.person_id = row.person AND i.category = %s AND i.at = row.at ORDER BY row.id, i.id
"""
_POSTERS: Final = """
INSERT INTO poster (person_id, name, exact, at)
SELECT DISTINCT ON (row.person) row.person, i.id, row.exact, row.at
FROM unnest(%s::uuid[], %s::bytea[], %s::timestamptz[]) AS row (person, exact, at)
JOIN item i ON i.person_id = row.person AND i.category = %s ORDER BY row.person, i.at DESC
ON CONFLICT (person_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """A post of an earlier forum: whose, the address (exact id) of notices to them, and when it was posted."""

    person: UUID
    exact: bytes
    at: datetime


def bring(threads: Sequence[tuple[str, Sequence[Moved]]], words: str, name: str) -> int:
    """Put posts in their places, thread by thread (board and posts in their order), in few statements; give how many.

    `words` and `name` are the categories of the items that hold what was posted, at that very instant, and under which
    name. Raises RecordError, and takes nothing over, if what was posted is not among the items.
    """
    rows = [
        (one.person, new_key(), key, no, one.at, one.exact)
        for key, (_, posts) in ((new_key(), thread) for thread in threads)
        for no, one in enumerate(posts, 1)
    ]
    with keeping() as cursor:
        firsts = list(dict.fromkeys(row[2] for row in rows))
        spans = [
            (key, board, posts[0].at, posts[-1].at, len(posts))
            for key, (board, posts) in zip(firsts, threads, strict=True)
        ]
        cursor.execute(_THREADS, [list(column) for column in zip(*spans, strict=True)])
        cursor.execute(_POSTS, [*([row[n] for row in rows] for n in range(5)), words])
        if cursor.rowcount != len(rows):
            raise RecordError("what was posted is not among what was taken in", "take it in first, each at its instant")
        cursor.execute(_POSTERS, [*([row[n] for row in rows] for n in (0, 5, 4)), name])
    return len(rows)
