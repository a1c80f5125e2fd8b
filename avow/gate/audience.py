"""Find everybody whom a use reaches: one table, by keyset, under the guard."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from avow.decision.request import Request
from avow.gate.facts import JOINED, STANDING, Lists, lists
from avow.gate.ruling import Ruling, ruling
from avow.record.declare import keeping, using

PAGE: Final = 20_000
"""People a page."""
_FIRST: Final = UUID(int=0)
Row = tuple[UUID, bytes | None]

ONE: Final = """
SELECT DISTINCT ON (person_id) person_id, reach_id FROM item WHERE category = %s AND person_id > %s
ORDER BY person_id, at DESC LIMIT %s
"""
"""A page of one category: each person once, with the mailbox of the newest permitted item."""

_LISTED: Final = f"""
SELECT s.id FROM ({STANDING} WHERE p.id = ANY(%s::uuid[])) AS s
WHERE s.relations & %s::bigint = %s::bigint AND NOT s.left_list
"""


def audience(request: Request, list_id: str | None = None, page: int = PAGE) -> Iterator[list[Row]]:
    """Give whom a use reaches, for one delivery a mailbox: as `members`, and in each batch each mailbox once.

    A mailbox that people of two batches share comes twice: the key of a delivery lets it in once.
    """
    for batch in members(request, list_id, page):
        yield _once(batch)


def members(request: Request, list_id: str | None = None, page: int = PAGE) -> Iterator[list[Row]]:
    """Give everybody whom a use reaches, in batches of (person, reach), each person once, ordered by person.

    Each batch is a transaction of its own, so the caller may write between two; memory stays flat.
    Being a member permits nothing yet: each use is cleared when it happens.
    Raises GateError if the list serves another use.
    """
    ruled = ruling(request)
    with keeping() as cursor:
        on = lists(cursor, ruled.plan.request, list_id)
    last = _FIRST
    while rows := _page(ruled, last, page):
        last = rows[-1][0]
        batch = _listed(ruled, on, rows)
        if batch:
            yield batch


def _page(ruled: Ruling, last: UUID, page: int) -> list[Row]:
    """Read the next page under the guard; of several categories the first n people of each hold the first n of all."""
    words: list[str | UUID | int] = [word for head in ruled.heads for word in (head, last, page)]
    query = ONE
    if not ruled.heads:
        return []
    if len(ruled.heads) > 1:
        union = " UNION ALL ".join(f"({ONE})" for _ in ruled.heads)
        query = (
            f"SELECT DISTINCT ON (person_id) person_id, reach_id FROM ({union}) AS head"
            " ORDER BY person_id, reach_id LIMIT %s"
        )
        words.append(page)
    with using(ruled.plan.use, ruled.plan.forbid, ruled.version) as cursor:
        cursor.execute(query, words)
        return [(person, reach) for person, reach in cursor.fetchall()]


def _listed(ruled: Ruling, on: Lists, rows: list[Row]) -> list[Row]:
    """Keep those who have the relations that the use needs and have not left the list; outside the guard."""
    needs = ruled.plan.needs | (JOINED if on.joined_only else 0)
    if not needs and on.one is None:
        return rows
    with keeping() as cursor:
        cursor.execute(_LISTED, [*on.words, [person for person, _ in rows], needs, needs])
        kept = {person for (person,) in cursor.fetchall()}
    return [row for row in rows if row[0] in kept]


def _once(rows: list[Row]) -> list[Row]:
    """Keep the first person of each mailbox."""
    if len({reach for _, reach in rows}) == len(rows):
        return rows
    first = {reach: person for person, reach in reversed(rows) if reach is not None}
    return [(person, reach) for person, reach in rows if reach is None or first[reach] == person]
