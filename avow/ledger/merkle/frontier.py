"""Grow a tree by its right edge alone: the roots of the whole subtrees, one for each bit of the size."""

from collections.abc import Iterable
from hashlib import sha256

from avow.errors import LedgerError
from avow.ledger.merkle.tree import EMPTY, HASH_BYTES, node


class Frontier:
    """The right edge of a tree of `size` leaves; `edge` holds the subtrees' roots, the largest first."""

    __slots__ = ("edge", "size")

    def __init__(self, size: int = 0, edge: bytes = b"") -> None:
        """Go on from a size and its edge as `packed` gave it; raise LedgerError if they do not fit."""
        if len(edge) != size.bit_count() * HASH_BYTES:
            raise LedgerError(f"an edge of {len(edge)} bytes does not fit a tree of {size}", "run avow ledger fsck")
        self.size = size
        self.edge = [edge[i : i + HASH_BYTES] for i in range(0, len(edge), HASH_BYTES)]

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes; each joins the subtrees of its own size."""
        edge, size = self.edge, self.size
        for leaf in leaves:
            top, count = leaf, size
            while count & 1:
                top = sha256(b"\x01" + edge.pop() + top).digest()
                count >>= 1
            edge.append(top)
            size += 1
        self.size = size

    @property
    def root(self) -> bytes:
        """Fold the edge from the right into the root (RFC 6962, section 2.1)."""
        if not self.edge:
            return EMPTY
        top = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            top = node(left, top)
        return top

    @property
    def packed(self) -> bytes:
        """Give the edge as bytes, 32 a hash, to be stored beside the size."""
        return b"".join(self.edge)
