"""Append entries in the transaction of their act."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from struct import pack

from django.db import connection

from avow.errors import LedgerError
from avow.ledger.commitment import canonical
from avow.ledger.entry import NAMING, Names, bytes_of, entry_bytes, head
from avow.ledger.merkle.tree import HASH_BYTES
from avow.store.server.prepared import prepared
from avow.terms import EntryKind

MOST_NAMES = 1_000
"""How many commitments one entry names: others fetch entries of at most 65,535 bytes."""
_CHUNK = 1 << 18
_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
_INSERT = "INSERT INTO entry (kind, at, data, covers) VALUES (%s, %s, %s, %s) RETURNING id"
ENTERED = f"entered AS ({_INSERT})"
"""The part of a statement that appends an entry beside the rows that it covers; `entered` gives what it takes."""
_IDS = "SELECT nextval('entry_id_seq') FROM generate_series(1, %s)"
_COPY = "COPY entry (id, kind, at, data, covers) FROM STDIN (FORMAT BINARY)"


def append(kind: EntryKind, at: datetime, commitments: Sequence[bytes], names: Names = ()) -> int:
    """Append one entry that covers rows by their commitments (32 bytes each), and give its id.

    `names` are the (entry, position) of earlier commitments that this entry amends or forgets; where they are too
    many for one and nothing is covered, several entries share them, and the last one's id is given.
    Raises LedgerError outside a transaction: an entry stands or falls with its act.
    """
    _demand(kind, at, [(commitments, names)])
    while not commitments and len(names) > MOST_NAMES:
        _insert(kind, at, (), names[:MOST_NAMES])
        names = names[MOST_NAMES:]
    return _insert(kind, at, commitments, names)


def _insert(kind: EntryKind, at: datetime, commitments: Sequence[bytes], names: Names) -> int:
    data = entry_bytes(kind, at, commitments, names)
    with prepared() as cursor:
        cursor.execute(_INSERT, [kind.value, at, data, b"".join(commitments)])
        row = cursor.fetchone()
    return int(row[0])


def entered(kind: EntryKind, at: datetime, commitments: Sequence[bytes]) -> list[str | datetime | bytes]:
    """Give what `ENTERED` takes, for one entry that covers the rows of its own statement.

    Raises LedgerError as `append` does.
    """
    _demand(kind, at, [(commitments, ())])
    return [kind.value, at, entry_bytes(kind, at, commitments, ()), b"".join(commitments)]


def append_many(kind: EntryKind, at: datetime, entries: Sequence[tuple[Sequence[bytes], Names]]) -> list[int]:
    """Append one entry for each (commitments, names), by one COPY, and give their ids in the same order.

    Raises LedgerError as `append` does.
    """
    _demand(kind, at, entries)
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [len(entries)])
        ids = [int(row[0]) for row in cursor.fetchall()]
        with cursor.copy(_COPY) as copy:
            for chunk in _chunks(_rows(kind, at, ids, entries)):
                copy.write(chunk)
    return ids


def _demand(kind: EntryKind, at: datetime, entries: Sequence[tuple[Sequence[bytes], Names]]) -> None:
    """Refuse what would not be an entry."""
    if not connection.in_atomic_block:
        raise LedgerError("an entry needs the transaction of its act", "append inside transaction.atomic()")
    if not isinstance(kind, EntryKind):
        raise LedgerError(f"{kind!r} is no kind of entry", "the kinds are listed in terms.EntryKind")
    if at.tzinfo is None:
        raise LedgerError("an entry needs an instant with its zone", "give an aware time, such as UTC now")
    if any(len(part) != HASH_BYTES for commitments, _ in entries for part in commitments):
        raise LedgerError("a commitment has 32 bytes", "make it by ledger.commitment.commit")
    if kind not in NAMING and any(names for _, names in entries):
        raise LedgerError(f"an entry {kind.value!r} cannot name others", "only what amends, forgets or unlinks does")


def _rows(
    kind: EntryKind, at: datetime, ids: Sequence[int], entries: Sequence[tuple[Sequence[bytes], Names]]
) -> Iterator[bytes]:
    """Write each entry as a row of PostgreSQL's binary COPY: what all rows share is written once."""
    common, word = head(kind, at), kind.value.encode()
    micros = (at - _EPOCH) // (datetime.resolution)
    shared = pack(f"!i{len(word)}siq", len(word), word, 8, micros)
    yield b"PGCOPY\n\xff\r\n\x00" + pack("!ii", 0, 0)
    for entry, (commitments, names) in zip(ids, entries, strict=True):
        data = bytes_of(common, commitments, canonical([list(pair) for pair in names]) if names else b"l0:")
        covers = b"".join(commitments)
        yield b"%b%b%b%b%b%b" % (
            pack("!hiq", 5, 8, entry),
            shared,
            pack("!i", len(data)),
            data,
            pack("!i", len(covers)),
            covers,
        )
    yield pack("!h", -1)


def _chunks(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Join rows into pieces of about a quarter of a megabyte."""
    held: list[bytes] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(row)
        if size >= _CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
