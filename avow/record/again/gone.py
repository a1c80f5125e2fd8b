"""Say in the ledger which rows it commits to an older store has lost, so that nothing is missing unsaid."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from avow.ledger.append import append
from avow.ledger.checked.fsck import ROWLESS
from avow.ledger.entry import NAMING, head, names_in, split
from avow.record.covered import carried
from avow.record.declare import keeping
from avow.terms import EntryKind

MOST: Final = 2_000
"""Commitments that one entry names: entries stay below the 65,535 bytes that the public format lets them have."""
_ROWS: Final = "SELECT id, length(covers) / 32 FROM entry WHERE id = ANY(%s) AND kind <> ALL(%s)"
_NAMING: Final = "SELECT kind, at, data, covers FROM entry WHERE (id = ANY(%s) OR id > %s) AND kind = ANY(%s)"
_SWEPT: Final = """
WITH row AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS row (entry, pos)),
files AS (DELETE FROM enclosed e USING row WHERE e.entry = row.entry AND e.pos = row.pos AND e.salt <> '')
DELETE FROM item USING row WHERE item.entry = row.entry AND item.pos = row.pos
"""
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM entry"
_UNWRITTEN: Final = "DELETE FROM unwritten WHERE entry = ANY(%s)"

Names = frozenset[tuple[int, int]]


def newest() -> int:
    """Give the highest id of an entry."""
    with keeping() as cursor:
        cursor.execute(_NEWEST)
        return int(cursor.fetchone()[0])


def names_of(entries: Collection[int], kinds: Collection[EntryKind] = NAMING, beyond: int = 1 << 62) -> Names:
    """Give the (entry, position) of all that some entries name, and those with an id beyond."""
    with keeping() as cursor:
        cursor.execute(_NAMING, [list(entries), beyond, [kind.value for kind in kinds]])
        return frozenset(
            name
            for kind, at, data, covers in cursor.fetchall()
            for name in names_in(bytes(data), head(EntryKind(kind), at), split(bytes(covers)))
        )


def sweep(entries: Collection[int]) -> int:
    """Let the items and files go that some entries say were forgotten, and give how many were there."""
    names = sorted(names_of(entries, [EntryKind.FORGOTTEN]))
    with keeping() as cursor:
        cursor.execute(_UNWRITTEN, [list(entries)])  # the journal is where they come from
        cursor.execute(_SWEPT, [[entry for entry, _ in names], [pos for _, pos in names]])
        return int(cursor.rowcount)


def restored(entries: Collection[int], beyond: int) -> int:
    """Append what names each commitment of the entries put back whose row is gone; give the last such entry.

    `beyond` is the id after which entries are those of the replay itself.
    """
    with keeping() as cursor:
        cursor.execute(_ROWS, [list(entries), [kind.value for kind in (*ROWLESS, EntryKind.RESTORED)]])
        covers = {(entry, pos) for entry, count in cursor.fetchall() for pos in range(count)}
        missing = sorted(covers - carried(cursor, entries) - names_of(entries, beyond=beyond))
        now = datetime.now(UTC)
        groups = [missing[at : at + MOST] for at in range(0, len(missing), MOST)] or [[]]
        return [append(EntryKind.RESTORED, now, [], group) for group in groups][-1]
