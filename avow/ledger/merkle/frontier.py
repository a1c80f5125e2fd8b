"""Grow a tree by its right edge alone: the roots of the whole subtrees, one for each bit of the size."""

from collections.abc import Iterable
from hashlib import sha256
from itertools import islice

from avow.errors import LedgerError
from avow.ledger.merkle.tiles import HEIGHT, WIDTH, Full
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

    def extend(self, leaves: Iterable[bytes], full: list[Full] | None = None) -> None:
        """Append leaf hashes; each joins the subtrees of its own size. Each tile that this fills is added to `full`."""
        left = iter(leaves)
        while True:
            self._grow(islice(left, WIDTH - 1 - self.size % WIDTH))
            last = next(left, None)
            if last is None:
                return
            self._fill(last, full)

    def _grow(self, leaves: Iterable[bytes]) -> None:
        """Append leaves that fill no tile."""
        edge, size = self.edge, self.size
        for leaf in leaves:
            top, count = leaf, size
            while count & 1:
                top = sha256(b"\x01" + edge.pop() + top).digest()
                count >>= 1
            edge.append(top)
            size += 1
        self.size = size

    def _fill(self, leaf: bytes, full: list[Full] | None) -> None:
        """Append the leaf that fills a tile of the lowest level, and perhaps of those above."""
        top, count, height = leaf, self.size, 0
        while count & 1:
            top, count, height = node(self.edge.pop(), top), count >> 1, height + 1
            if full is not None and height % HEIGHT == 0:
                full.append(Full(height // HEIGHT, count, top))
        self.edge.append(top)
        self.size += 1

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
