"""Find everybody whom a use reaches: one table, by keyset, under the guard."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from avow.decision.request import Request
from avow.gate.facts import JOINED, STANDING, Lists, lists
from avow.gate.paged.groups import Group, groups
from avow.gate.paged.page import Page, merged, spanned
from avow.gate.ruling import Ruling, ruling
from avow.record.declare import keeping
from avow.store.server.columns import columnar, packed_uuids

PAGE: Final = 20_000
"""People a page."""
FEW: Final = 32
"""Groups that are merged as they are read; of more, spans of people are read group by group and sorted."""
_FIRST: Final = UUID(int=0)
_LATER: Final = """
SELECT coalesce(
    (SELECT id FROM person WHERE id > %s ORDER BY id OFFSET %s LIMIT 1),
    (SELECT id FROM person WHERE id > %s ORDER BY id DESC LIMIT 1)
)
"""
_LISTED: Final = f"""
SELECT coalesce(string_agg(uuid_send(s.id), ''), '') FROM ({STANDING} WHERE p.id = ANY(%s::uuid[])) AS s
WHERE s.relations & %s::bigint = %s::bigint AND NOT s.left_list
"""


def audience(request: Request, list_id: str | None = None, page: int = PAGE) -> Iterator[Page]:
    """Give whom a use reaches, for one delivery a mailbox: as `members`, and in each page each mailbox once.

    A mailbox that people of two pages share comes twice: the key of a delivery lets it in once.
    """
    for found in members(request, list_id, page):
        yield found.once()


def members(request: Request, list_id: str | None = None, page: int = PAGE) -> Iterator[Page]:
    """Give everybody whom a use reaches, page by page, each person once, ordered by person.

    Each page is a transaction of its own, so the caller may write between two; memory stays flat.
    Being a member permits nothing yet: each use is cleared when it happens.
    Raises GateError if the list serves another use.
    """
    ruled = ruling(request)
    with keeping() as cursor:
        on = lists(cursor, ruled.plan.request, list_id)
        found = [group for head in ruled.heads for group in groups(cursor, head, ruled.plan)]
    for rows in _pages(ruled, found, page):
        listed = _listed(ruled, on, rows)
        if listed:
            yield listed


def _pages(ruled: Ruling, found: Sequence[Group], size: int) -> Iterator[Page]:
    """Read pages that are not empty, until there are no more people."""
    last: UUID | None = _FIRST
    if len(found) > FEW:
        while last and (until := _later(last, size)):
            rows, last = spanned(ruled, found, last, until), until
            if rows:
                yield rows
        return
    while found and (rows := merged(ruled, found, last or _FIRST, size)):
        last = rows[-1][0]
        yield rows


def _later(after: UUID, count: int) -> UUID | None:
    """Give the person who comes so many after one, or the last of all; None if nobody comes after."""
    with keeping() as cursor:
        cursor.execute(_LATER, [after, count - 1, after])
        found: UUID | None = cursor.fetchone()[0]
        return found


def _listed(ruled: Ruling, on: Lists, rows: Page) -> Page:
    """Keep those who have the relations that the use needs and have not left the list; outside the guard."""
    needs = ruled.plan.needs & ~on.brings | (JOINED if on.joined_only else 0)
    if not needs and on.one is None:
        return rows
    with keeping() as cursor, columnar(cursor) as asking:
        ((packed,),) = asking.ask(_LISTED, [*on.words, packed_uuids(rows.persons), needs, needs])
    kept = {packed[at : at + 16] for at in range(0, len(packed), 16)}
    return rows if len(kept) == len(rows) else rows.only(person in kept for person in rows.persons)
