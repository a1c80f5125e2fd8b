"""Copy out what was published of the ledger, and put it back, byte for byte, into a store that is older."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from avow.errors import LedgerError
from avow.ledger.keys import alone, ring
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.ring import Ring
from avow.ledger.merkle.tiles import Full
from avow.ledger.merkle.tree import leaf
from avow.ledger.sequencer import COUNT, TILES

BATCH = 200
"""Entries that are read, and put back, at a time."""
_PLACED = """
SELECT l.index, e.id, e.kind, e.at, e.data, e.covers FROM leaf l JOIN entry e ON e.id = l.entry_id
WHERE l.index >= %s AND l.index < (SELECT max(size) FROM checkpoint) ORDER BY l.index LIMIT %s
"""
_SIGNED = "SELECT size, at, root, note, frontier FROM checkpoint WHERE size > %s AND size <= %s ORDER BY size"
_ENTRY = "INSERT INTO entry (id, kind, at, data, covers) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
_LEAF = "INSERT INTO leaf (index, entry_id, hash) VALUES (%s, %s, %s)"
_FOUND = "SELECT kind, at, length(covers) / 32 AS covers FROM entry WHERE id = ANY(%s)"
_CHECKPOINT = "INSERT INTO checkpoint (size, at, root, note, frontier) VALUES (%s, %s, %s, %s, %s)"
_FOREIGN = "entries were written that the journal does not have: restore the backup again, and replay it first"


@dataclass(frozen=True, slots=True)
class Published:
    """Lines for the journal: entries by index, each checkpoint behind its last leaf; the newest of them, if any.

    `last` is the highest id of an entry among them.
    """

    lines: tuple[Mapping[str, object], ...]
    checkpoint: tuple[int, bytes] | None
    last: int

    @staticmethod
    def root_at(size: int) -> bytes | None:
        """Give the root that this store signed over `size` leaves."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT root FROM checkpoint WHERE size = %s", [size])
            row = cursor.fetchone()
        return bytes(row[0]) if row else None


def published(start: int) -> Published | None:
    """Give what was published from leaf `start` on, some hundred entries at most; None if there is nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, [start, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return None
        cursor.execute(_SIGNED, [start, rows[-1][0] + 1])
        signed = {size: (size, *rest) for size, *rest in cursor.fetchall()}
    lines: list[Mapping[str, object]] = []
    for index, entry, kind, at, *parts in rows:
        data, covers = map(_out, parts)
        told = {"id": entry, "kind": kind, "at": at.isoformat(), "data": data, "covers": covers}
        lines.append({"next": index + 1} | told)
        if index + 1 in signed:
            size, when, root, note, edge = signed[index + 1]
            told = {"size": size, "at": when.isoformat(), "root": _out(root), "note": note, "edge": _out(edge)}
            lines.append({"next": size} | told)
    newest = max(signed.values(), default=None, key=lambda row: int(row[0]))
    return Published(tuple(lines), (newest[0], bytes(newest[2])) if newest else None, max(row[1] for row in rows))


def put_back(lines: Iterable[Mapping[str, Any]], last: int) -> frozenset[int]:
    """Put back what this store lacks of a ledger that was published, and give the ids of those entries.

    No entry that is appended later has an id up to `last`. The tree is grown anew from the store's own edge, and each
    checkpoint must be the one that was signed over it.
    Raises LedgerError, and the transaction must be given up, if the store is no earlier state of that ledger.
    """
    if not connection.in_atomic_block:
        raise LedgerError("a tail is put back as a whole or not at all", "put it back inside transaction.atomic()")
    keys = ring()
    with connection.cursor() as cursor:
        alone(cursor)
        _beyond(cursor, last)
        tree = _edge(cursor)
        start, ids, group = tree.size, list[int](), list[Mapping[str, Any]]()
        for line in lines:
            if int(line["next"]) <= start:
                continue
            if "size" not in line:
                group.append(line)
                continue
            _place(cursor, group, tree)
            _signed(cursor, line, tree, keys)
            ids += [int(one["id"]) for one in group]
            group = []
        cursor.execute("DELETE FROM waiting WHERE entry_id = ANY(%s)", [ids])
        _entries(cursor, group)  # under no checkpoint that the journal has: they wait for their place again
    return frozenset([*ids, *(int(one["id"]) for one in group)])


def _beyond(cursor: CursorWrapper, last: int) -> None:
    cursor.execute("SELECT nextval('entry_id_seq')")
    cursor.execute("SELECT count(nextval('entry_id_seq')) FROM generate_series(1, %s)", [last - cursor.fetchone()[0]])


def _edge(cursor: CursorWrapper) -> Frontier:
    cursor.execute("SELECT size, frontier FROM checkpoint ORDER BY size DESC LIMIT 1")
    row = cursor.fetchone()
    return Frontier(row[0], bytes(row[1])) if row else Frontier()


def _place(cursor: CursorWrapper, group: Sequence[Mapping[str, Any]], tree: Frontier) -> None:
    """Put back the entries under one checkpoint, with their leaves."""
    begin = tree.size
    lacks = next((begin + at for at, line in enumerate(group) if int(line["next"]) != begin + at + 1), None)
    if lacks is not None:
        raise LedgerError(f"the journal lacks leaf {lacks}", "restore the journal from a copy")
    hashes = [leaf(data) for data in _entries(cursor, group)]
    cursor.executemany(_LEAF, [(begin + at, line["id"], hashes[at]) for at, line in enumerate(group)])
    full = list[Full]()
    tree.extend(hashes, full)
    if full:
        cursor.execute(TILES, [list(column) for column in zip(*full, strict=True)])
    cursor.execute(f"WITH found AS ({_FOUND}) {COUNT}", [[line["id"] for line in group]])


def _entries(cursor: CursorWrapper, group: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Put back some entries, give their bytes; what the store has must be the same."""
    all_data = [b64decode(line["data"]) for line in group]
    for line, data in zip(group, all_data, strict=True):
        at = datetime.fromisoformat(line["at"])
        cursor.execute(_ENTRY, (line["id"], line["kind"], at, data, b64decode(line["covers"])))
        if not cursor.rowcount:
            cursor.execute("SELECT data FROM entry WHERE id = %s", [line["id"]])
            if bytes(cursor.fetchone()[0]) != data:
                raise LedgerError(f"entry {line['id']} is not the one that was published", _FOREIGN)
    return all_data


def _signed(cursor: CursorWrapper, line: Mapping[str, Any], tree: Frontier, keys: Ring) -> None:
    """Put back a checkpoint, if it was signed over this very tree."""
    signed = keys.opened(line["note"])
    if (signed.size, signed.root) != (tree.size, tree.root) or b64decode(line["edge"]) != tree.packed:
        raise LedgerError(f"checkpoint {line['size']} was signed over another tree than this store's", _FOREIGN)
    cursor.execute(_CHECKPOINT, [tree.size, datetime.fromisoformat(line["at"]), tree.root, line["note"], tree.packed])


def _out(value: bytes | memoryview) -> str:
    return b64encode(bytes(value)).decode()
