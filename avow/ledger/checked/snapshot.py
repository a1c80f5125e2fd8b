"""Read all of the ledger at one instant, in streams."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from avow.ledger.checked.stored import Counted, Placed, Signed, Stored
from avow.ledger.merkle.tiles import Full

_AHEAD = 5_000
_ENTRIES = (
    "SELECT e.id, e.kind, e.at, e.data, e.covers, l.hash, w.entry_id IS NOT NULL"
    " FROM entry e LEFT JOIN leaf l ON l.entry_id = e.id LEFT JOIN waiting w ON w.entry_id = e.id ORDER BY e.id"
)
_TILES = "SELECT level, number, hash FROM tile ORDER BY (number + 1) * 256::numeric ^ level, level"
_ROTATIONS = "SELECT after, note FROM rotation ORDER BY after"
_COMMITMENTS = (
    "SELECT coalesce(substring(e.covers FROM 32 * p.pos + 1 FOR 32), '')"
    " FROM unnest(%s::bigint[], %s::int[]) WITH ORDINALITY AS p (entry, pos, no)"
    " LEFT JOIN entry e ON e.id = p.entry AND p.pos BETWEEN 0 AND 33554431 ORDER BY p.no"
)


class Snapshot:
    """The ledger as one transaction sees it; rows come by server-side cursors, so memory stays flat.

    `name` lets another connection see the same instant, by SET TRANSACTION SNAPSHOT.
    """

    def __init__(self, name: str) -> None:
        """Hold the name that PostgreSQL gave to the instant."""
        self.name = name

    def entries(self) -> Iterator[Stored]:
        """Give every entry in the order of ids."""
        return map(Stored._make, _stream("entries", _ENTRIES))

    def leaves(self) -> Iterator[Placed]:
        """Give every leaf in the order of indices."""
        return map(Placed._make, _stream("leaves", "SELECT index, entry_id, hash FROM leaf ORDER BY index"))

    def checkpoints(self) -> Iterator[Signed]:
        """Give every checkpoint in the order of sizes."""
        return map(
            Signed._make, _stream("checkpoints", "SELECT size, root, note, frontier FROM checkpoint ORDER BY size")
        )

    def tiles(self) -> Iterator[Full]:
        """Give every stored hash of a full tile, in the order in which the leaves fill them, the lowest level first."""
        return map(Full._make, _stream("tiles", _TILES))

    def rotations(self) -> Iterator[tuple[int, str]]:
        """Give every list of keys, by the size after which its last key signs."""
        return ((after, note) for after, note in _stream("rotations", _ROTATIONS))

    def counted(self) -> Iterator[Counted]:
        """Give what is counted of each kind."""
        return map(Counted._make, _stream("counted", "SELECT kind, entries, covers, since FROM counted"))

    def commitments(self, places: Sequence[tuple[int, int]]) -> list[bytes]:
        """Give the commitment at each (entry, position); empty where there is none."""
        with connection.cursor() as cursor:
            cursor.execute(_COMMITMENTS, [[entry for entry, _ in places], [pos for _, pos in places]])
            return [bytes(row[0]) for row in cursor.fetchall()]

    def size(self) -> int:
        """Count what is to be checked: entries, and as many rows as they commit to."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) + coalesce(sum(length(covers)), 0) / 32 FROM entry")
            return int(cursor.fetchone()[0])


def _stream(name: str, statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.connection.cursor(name=f"ledger_{name}") as cursor:
        cursor.execute(statement, binary=True)
        while rows := cursor.fetchmany(_AHEAD):
            yield from rows


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """Open a read-only transaction in which everything is read as of one instant."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = str(cursor.fetchone()[0])
        yield Snapshot(name)
