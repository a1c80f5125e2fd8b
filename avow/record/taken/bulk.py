"""Take many people in at once: laid out and written batch by batch, side by side, all or nothing."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import psycopg
from django.db.backends.utils import CursorWrapper

from avow.ledger.append import append
from avow.record.declare import keeping
from avow.record.known.attach import inherit
from avow.record.mask import to_bits
from avow.record.pinned.brought import known_wrong, set_aside
from avow.record.said.choices import act
from avow.record.said.chosen import aims
from avow.record.said.circle import LINKED
from avow.record.said.confirm import confirm
from avow.record.said.inherited import inherited
from avow.record.said.withheld import withdrawn_at
from avow.record.shown.versions import history
from avow.record.taken.staged import Arrival, Layout, Spoiled, Staged, batches, raise_at
from avow.terms import Actor, Answer, EntryKind, Scope

__all__ = ["Arrival", "Taken", "take"]

BATCH: Final = 5_000
"""People written at a time; the items of a batch are covered by one entry."""

_TABLES: Final = (
    (
        "CREATE TEMPORARY TABLE arrival (person uuid, exact bytea, reach bytea, at timestamptz, proven boolean,"
        " relations bigint) ON COMMIT DROP"
    ),
    (
        "CREATE TEMPORARY TABLE arrival_item (person uuid, id uuid, event uuid, at timestamptz, proven boolean,"
        " sort int, salt bytea, pos int, reach bytea, fields jsonb, lookup bigint[]) ON COMMIT DROP"
    ),
    "CREATE TEMPORARY TABLE sort (no int, stamp uuid, category text, stated bit(256), days int) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE taken (person uuid, reach bytea) ON COMMIT DROP",
)
_STAMP: Final = """
INSERT INTO stamp (id, channel, source, version, notice, purposes, attested) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_SORT: Final = "INSERT INTO sort VALUES (%s, %s, %s, %s::bit(256), %s)"
_PERSONS: Final = """
INSERT INTO person (id, at, own, refused, relations, choice_no)
SELECT person, at, 0::bit(256), 0::bit(256), relations, 0 FROM arrival
"""
_ADDRESSES: Final = """
INSERT INTO address (person_id, exact, reach_id, at, verified)
SELECT person, exact, reach, at, CASE WHEN proven THEN at END FROM arrival
"""
_ITEMS: Final = """
INSERT INTO item (
    person_id, id, category, stamp_id, at, event, reach_id, fields, stated, accepted, refused, until, salt, lookup,
    entry, pos)
SELECT i.person, i.id, s.category, s.stamp, i.at, i.event, i.reach, i.fields, s.stated, 0::bit(256),
    CASE WHEN i.reach IS NULL OR i.proven THEN 0::bit(256) ELSE %s::bit(256) END,
    i.at + make_interval(days => s.days), i.salt, i.lookup, %s::bigint, i.pos
FROM arrival_item i JOIN sort s ON s.no = i.sort
"""
_DONE: Final = (
    "INSERT INTO taken SELECT person, reach FROM arrival",
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET CONSTRAINTS ALL DEFERRED",
    "TRUNCATE arrival, arrival_item",
)
_REACHES: Final = """
INSERT INTO reach (id, at, refused, choice_no, bounces)
SELECT DISTINCT reach, %s::timestamptz, 0::bit(256), 0, 0 FROM taken ORDER BY reach ON CONFLICT DO NOTHING
"""
_LOCK: Final = """
SELECT count(*) FROM (
    SELECT 1 FROM reach WHERE id IN (
        SELECT reach FROM taken UNION SELECT reach_id FROM address WHERE person_id = ANY(%s)
    ) AND at <> %s ORDER BY id FOR NO KEY UPDATE
) AS known
"""
_HOLDERS: Final = "SELECT DISTINCT person_id FROM address WHERE reach_id = ANY(%s)"
_LOCK_AROUND: Final = f"""
SELECT id FROM person WHERE id IN ({LINKED} SELECT id FROM one) AND id NOT IN (SELECT person FROM taken)
ORDER BY id FOR NO KEY UPDATE
"""
_LEFT_BY_HOLDERS: Final = """
SELECT t.person, array_agg(DISTINCT s.list_id ORDER BY s.list_id) FROM taken t JOIN address a ON a.reach_id = t.reach
    JOIN subscription s ON s.person_id = a.person_id
WHERE NOT s.joined AND NOT EXISTS (SELECT FROM unlisted u WHERE u.reach_id = t.reach AND u.list_id = s.list_id)
GROUP BY 1
"""
_HELD: Final = "SELECT DISTINCT exact FROM address WHERE exact = ANY(%s) AND ended IS NULL"
_LEFT: Final = """
SELECT reach_id FROM unlisted WHERE reach_id = ANY(%s)
UNION SELECT reach FROM inheriting WHERE reach = ANY(%s) AND refused | further <> 0::bit(256)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many people and items were taken in, and how many of the people their mailboxes had refused something."""

    people: int
    items: int
    refused: int


def take(
    arrivals: Iterable[Arrival],
    tick: Callable[[int], object] = lambda _: None,
    spoiled: Spoiled = raise_at,
    known: Callable[[Arrival], object] | None = None,
) -> Taken:
    """Take people in, all or none, and say how many; `tick` is told how many were looked at.

    Each arrival makes a new person; what its mailbox refused before holds from the first instant, so nothing is
    ever undone by an import. While it is written, whoever refuses at one of these mailboxes waits for the end.
    Where `known` is given, it is told of each arrival whose address somebody here holds, and which is left out.
    Raises CollectionError if any of it is not declared, and then nothing is kept of all; `spoiled` may leave it out.
    """
    layout = Layout(history(), datetime.now(UTC))
    chosen: list[Arrival] = []
    people = items = 0
    with keeping() as cursor, ThreadPoolExecutor(1, "import") as beside:
        for table in _TABLES:
            cursor.execute(table)
        pinned = known_wrong(cursor)
        written: Future[None] | None = None
        carried = Staged()
        for batch in batches(iter(arrivals), BATCH):
            staged = layout.lay_out(batch, spoiled)
            if written:
                written.result()
            if known:
                staged = _strangers(cursor, layout, staged, known)
            carried = staged = _joined(carried, staged)
            if staged.taken:
                carried = Staged()
                entry = append(EntryKind.IMPORTED, layout.now, staged.commitments)
                written = beside.submit(_write, cursor.connection, staged, entry, pinned=pinned)
            chosen += [one for one in staged.taken if one.chosen]
            people, items = people + len(staged.taken), items + len(staged.commitments)
            tick(len(batch))
        if written:
            written.result()
        return Taken(people, items, _settle(cursor, layout, chosen))


def _strangers(cursor: CursorWrapper, layout: Layout, staged: Staged, known: Callable[[Arrival], object]) -> Staged:
    """Leave out who is known, or came before in the batch; a batch of strangers alone stays as it was laid out."""
    cursor.execute(_HELD, [[one.address.exact_id for one in staged.taken]])
    held = {bytes(exact) for (exact,) in cursor.fetchall()}
    rest = list[Arrival]()
    for one in staged.taken:
        if one.address.exact_id in held:
            known(one)
        else:
            held.add(one.address.exact_id)
            rest.append(one)
    return staged if len(rest) == len(staged.taken) else _joined(staged, layout.lay_out(rest))


def _joined(before: Staged, staged: Staged) -> Staged:
    """Let a batch write the stamps and sorts of one that is not written."""
    staged.stamps, staged.sorts = before.stamps + staged.stamps, before.sorts + staged.sorts
    return staged


def _write(connection: psycopg.Connection, staged: Staged, entry: int, *, pinned: bool) -> None:
    """Write a batch as if its mailboxes had refused nothing; nobody sees it before the end. Only this thread writes.

    `pinned` says that something was put right, which is not brought back.
    """
    with psycopg.Cursor(connection) as cursor:
        cursor.executemany(_STAMP, staged.stamps)
        cursor.executemany(_SORT, staged.sorts)
        for table, rows in (("arrival", staged.people), ("arrival_item", staged.items)):
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
                copy.write(b"".join(rows))
        cursor.execute(_PERSONS)
        cursor.execute(_ADDRESSES)
        cursor.execute(_ITEMS, [to_bits(Scope.UNVERIFIED.mask), entry])
        if pinned:
            set_aside(cursor)
        for statement in _DONE:
            cursor.execute(statement.encode())


def _settle(cursor: CursorWrapper, layout: Layout, chosen: list[Arrival]) -> int:
    """Make and lock the mailboxes, take over what they refuse, then take what was chosen; give how many refuse."""
    cursor.execute("ANALYZE taken")
    around = _lock_around(cursor, [one.address.reach_id for one in chosen if _refuses(one)])
    cursor.execute(_REACHES, [layout.now])
    cursor.execute(_LOCK, [around, layout.now])
    refused = inherited(cursor, layout.now)
    cursor.execute(_LEFT_BY_HOLDERS)
    for person, lists in cursor.fetchall():
        inherit(cursor, person, None, 0, lists)
    closed = _closed(cursor, [one.address.reach_id for one in chosen]) if chosen else set()
    for one in chosen:
        _choose(cursor, layout, one, closed)
    return refused


def _lock_around(cursor: CursorWrapper, reaches: list[bytes]) -> list[UUID]:
    """Lock those whom a no at these mailboxes will touch, before any mailbox: whoever acts locks in this order."""
    if not reaches:
        return []
    cursor.execute(_HOLDERS, [reaches])
    cursor.execute(_LOCK_AROUND, [[person for (person,) in cursor.fetchall()]])
    return [person for (person,) in cursor.fetchall()]


def _closed(cursor: CursorWrapper, reaches: list[bytes]) -> set[bytes]:
    """Find the mailboxes that refuse anything: a scope, by themselves or their holders, a list or a purpose."""
    cursor.execute(_LEFT, [reaches, reaches])
    return {bytes(reach) for (reach,) in cursor.fetchall()} | {reach for reach, _ in withdrawn_at(cursor, reaches)}


def _choose(cursor: CursorWrapper, layout: Layout, one: Arrival, closed: set[bytes]) -> None:
    """Take the choices that came with an arrival; a yes counts where the address was proven and refuses nothing.

    Taking people in loosens nothing: at a mailbox that said no to anything (`closed`), a yes waits for its holder.
    """
    policy = layout.stamps[one.shown, one.source].policy
    found = aims(cursor, layout.history, policy, one.chosen)
    who = (one.person, one.address.reach_id)
    act(cursor, found, Actor.PERSON_UNVERIFIED, f"with {one.source}", who)
    if _refuses(one):
        closed.add(one.address.reach_id)
    elif one.proven and one.address.reach_id not in closed:
        confirm(cursor, one.person, one.address.reach_id, f"with {one.source}")


def _refuses(one: Arrival) -> bool:
    return any(chosen.answer is Answer.NO for chosen in one.chosen)
