"""Grow the Merkle tree of RFC 6962 (SHA-256)."""

from collections.abc import Iterable
from hashlib import sha256

HASH = 32
"""Bytes of a hash."""


def leaf(data: bytes) -> bytes:
    """Hash the bytes of a leaf."""
    return sha256(b"\0" + data).digest()


class Tree:
    """A tree that grows to the right; only the roots of its whole subtrees are kept."""

    def __init__(self) -> None:
        """Begin without leaves."""
        self.size = 0
        self._edge: list[bytes] = []

    def add(self, hash_: bytes) -> None:
        """Append the hash of a leaf; subtrees of one size are joined."""
        level = self.size
        while level & 1:
            hash_ = sha256(b"\1" + self._edge.pop() + hash_).digest()
            level >>= 1
        self._edge.append(hash_)
        self.size += 1

    @property
    def root(self) -> bytes:
        """Fold the subtrees from the right."""
        if not self._edge:
            return sha256(b"").digest()
        root = self._edge[-1]
        for left in self._edge[-2::-1]:
            root = sha256(b"\1" + left + root).digest()
        return root


def root(leaves: Iterable[bytes]) -> bytes:
    """Give the root over the bytes of leaves."""
    tree = Tree()
    for data in leaves:
        tree.add(leaf(data))
    return tree.root
