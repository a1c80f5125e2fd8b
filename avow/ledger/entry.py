"""Give the exact bytes of an entry: what it is, when, and what it commits to; never whom it is about."""

import re
from collections.abc import Sequence
from datetime import datetime

from avow.errors import LedgerError
from avow.ledger.commitment import canonical
from avow.ledger.merkle.tree import HASH_BYTES, leaf, root
from avow.terms import EntryKind

NAMING = frozenset({EntryKind.AMENDED, EntryKind.FORGOTTEN, EntryKind.UNLINKED, EntryKind.RESTORED})
"""Kinds of entry that may name earlier commitments, whose rows they change or destroy."""
_WORDS = {kind: canonical(kind.value) for kind in EntryKind}
_LINE = b"avow/entry/v1\n"
_NAME = re.compile(rb"l(\d+):i(\d+):(\d+)i(\d+):(\d+)")

Names = Sequence[tuple[int, int]]


def entry_bytes(kind: EntryKind, at: datetime, commitments: Sequence[bytes], names: Names = ()) -> bytes:
    """Give the bytes that are hashed into the leaf.

    They are a line that names the format, then the canonical list of kind, time, the root over the commitments,
    their number, and the (entry, position) pairs that the entry names.
    """
    return bytes_of(head(kind, at), commitments, canonical([list(pair) for pair in names]) if names else b"l0:")


def head(kind: EntryKind, at: datetime) -> bytes:
    """Give the part that entries of one kind and time have in common."""
    return _WORDS[kind] + canonical(at)


def bytes_of(common: bytes, commitments: Sequence[bytes], names: bytes = b"l0:") -> bytes:
    """Give the bytes of an entry from its head and the canonical list of its names."""
    body = _covering(common, commitments) + names
    return b"%bl%d:%b" % (_LINE, len(body), body)


def _covering(common: bytes, commitments: Sequence[bytes]) -> bytes:
    if len(commitments) == 1:  # as most have
        return b"%bb32:%bi1:1" % (common, leaf(commitments[0]))
    return b"%bb32:%b%b" % (common, root(commitments), canonical(len(commitments)))


def split(covers: bytes) -> list[bytes]:
    """Part the stored commitments of an entry, 32 bytes each."""
    if len(covers) == HASH_BYTES:
        return [covers]
    return [covers[i : i + HASH_BYTES] for i in range(0, len(covers), HASH_BYTES)]


def names_in(data: bytes, common: bytes, commitments: Sequence[bytes]) -> list[tuple[int, int]]:
    """Read what an entry names, and check every byte beside: raise LedgerError if they are not this entry's."""
    if data == bytes_of(common, commitments):
        return []
    _, _, rest = data.partition(_covering(common, commitments))
    names = [(int(entry), int(pos)) for _, _, entry, _, pos in _NAME.findall(rest)]
    if not names or data != bytes_of(common, commitments, canonical([list(pair) for pair in names])):
        raise LedgerError("its bytes are not those of its kind, time and commitments", "it was changed")
    return names
