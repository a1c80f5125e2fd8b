"""Read stored hashes of the tree, the tiles made of them, and the proofs that follow from them."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.db import connection

from avow.errors import LedgerError
from avow.ledger.merkle.proof import Proof
from avow.ledger.merkle.prove import Span, growth, inclusion, root_at
from avow.ledger.merkle.tiles import ENTRIES, Tile
from avow.ledger.merkle.tree import HASH_BYTES

__all__ = ["grown", "path_of", "proof_of", "root", "signed_size", "tile"]

LONGEST = (1 << 16) - 1
"""Bytes that an entry in a tile may have."""
_HASHES = """
SELECT s.no, (SELECT string_agg(hash, ''::bytea ORDER BY index) FROM leaf
    WHERE s.level = 0 AND index >= s.first AND index < s.first + s.count)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS s (level, first, count, no) WHERE s.level = 0
UNION ALL
SELECT s.no, (SELECT string_agg(hash, ''::bytea ORDER BY number) FROM tile
    WHERE level = s.level AND number >= s.first AND number < s.first + s.count)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS s (level, first, count, no) WHERE s.level > 0
"""
_ENTRIES = """
SELECT data FROM leaf JOIN entry ON id = entry_id WHERE index >= %s AND index < %s ORDER BY index
"""
_ENTRY = "SELECT data, index FROM entry LEFT JOIN leaf ON entry_id = id WHERE id = %s"
_NEWEST = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1"
_SIZE = "SELECT coalesce((SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1), 0)"


def signed_size() -> int:
    """Give the size of the newest checkpoint; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        return int(cursor.fetchone()[0])


def path_of(index: int, size: int) -> list[bytes]:
    """Give the hashes that lead from the leaf at `index` to the root of the tree of `size`, lowest first.

    Raises LedgerError if the tree is smaller, or the leaf is not in it.
    """
    return inclusion(index, _placed(size), _read)


def proof_of(entry: int) -> Proof:
    """Give the proof that an entry is in the tree that was signed last; its extra are the entry's bytes.

    Raises LedgerError if there is no such entry, or it has no place yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [entry])
        row = cursor.fetchone()
        cursor.execute(_NEWEST)
        newest = cursor.fetchone()
    if row is None:
        raise LedgerError(f"there is no entry {entry}", "`avow ledger tail` shows the last ones")
    if row[1] is None or newest is None or row[1] >= newest[0]:
        raise LedgerError(f"entry {entry} waits for its place", "ask again in a second; `avow work` must run")
    size, note = newest
    return Proof(row[1], tuple(inclusion(row[1], size, _read)), note, bytes(row[0]))


def grown(old: int, size: int) -> list[bytes]:
    """Give the proof that the tree of `size` begins with the tree of `old`; raise LedgerError if there is none."""
    return growth(old, _placed(size), _read)


def root(size: int) -> bytes:
    """Give the root of the tree as it was at a size; raise LedgerError if it is smaller."""
    return root_at(_placed(size), _read)


def tile(wanted: Tile) -> bytes | None:
    """Give the bytes of a tile, or None if the tree that is signed does not have all of it.

    Tiles of entries have each entry behind its length in two bytes; raises LedgerError where one is longer.
    """
    if not wanted.stands(signed_size()):
        return None
    if wanted.level == ENTRIES:
        return _bundle(wanted)
    span = Span(wanted.level, wanted.first, wanted.width)
    hashes = _read([span])[span]
    if len(hashes) != wanted.width:
        raise LedgerError("hashes of the tree are missing", "run avow ledger fsck; it names them")
    return b"".join(hashes)


def _bundle(wanted: Tile) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [wanted.first, wanted.first + wanted.width])
        entries = [bytes(row[0]) for row in cursor.fetchall()]
    if len(entries) != wanted.width:
        raise LedgerError("entries of the tree are missing", "run avow ledger fsck; it names them")
    if any(len(entry) > LONGEST for entry in entries):
        raise LedgerError("an entry here is longer than a tile can hold", "`avow ledger prove` proves it by itself")
    return b"".join(b"%b%b" % (len(entry).to_bytes(2), entry) for entry in entries)


def _placed(size: int) -> int:
    """Give the size, if that many leaves have their place."""
    if size > signed_size():
        raise LedgerError(f"no tree of {size} is signed yet", "ask with the size of a signed checkpoint")
    return size


def _read(spans: Sequence[Span]) -> Mapping[Span, Sequence[bytes]]:
    """Read the hashes of all spans in one statement."""
    columns = [list(column) for column in zip(*spans, strict=True)] or [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, [*columns, *columns])
        found = {spans[number - 1]: bytes(hashes or b"") for number, hashes in cursor.fetchall()}
    return {span: list(map(partial(_cut, hashes), range(0, len(hashes), HASH_BYTES))) for span, hashes in found.items()}


def _cut(hashes: bytes, at: int) -> bytes:
    return hashes[at : at + HASH_BYTES]
