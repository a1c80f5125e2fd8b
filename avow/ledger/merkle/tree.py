"""Build and prove the Merkle tree of RFC 6962 (SHA-256)."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf(data: bytes) -> bytes:
    """Hash the bytes of an entry into a leaf (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent (RFC 6962, section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(datas: Iterable[bytes]) -> bytes:
    """Give the root over a list of entries' bytes; the root of none is the hash of nothing."""
    return root_of([leaf(data) for data in datas])


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes."""
    if not leaves:
        return EMPTY
    level = leaves
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def _parents(level: Sequence[bytes]) -> list[bytes]:
    """Hash neighbours; one that is left alone at the end goes up as it is."""
    pairs = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + list(level[len(level) - len(level) % 2 :])


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give the hashes from leaf `index` to the root, lowest first (RFC 6962, section 2.1.1)."""
    proof, level = [], leaves
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            proof.append(level[beside])
        level, index = _parents(level), index >> 1
    return proof


def included(expected: bytes, size: int, index: int, leaf_hash: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the leaf stands at `index` in the tree of this size and root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf_hash
    for step in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node(step, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node(found, step)
        here, last = here >> 1, last >> 1
    return last == 0 and found == expected


def grown(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give the proof that the tree over the first `old` leaves is a beginning of the tree over all.

    RFC 6962, section 2.1.2; empty where `old` is 0 or the whole. Raises ValueError if `old` is more than the whole.
    """
    if not 0 <= old <= len(leaves):
        raise ValueError("the older tree must not be the larger one")
    return [] if old in {0, len(leaves)} else _grown(old, leaves, whole=True)


def _grown(old: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= half:
        return [*_grown(old, leaves[:half], whole=whole), root_of(leaves[half:])]
    return [*_grown(old - half, leaves[half:], whole=False), root_of(leaves[:half])]


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the tree of size `new` begins with the tree of size `old` (RFC 9162, section 2.1.4.2)."""
    if old > new or old < 0 or old in {0, new}:
        return _trivially(old, old_root, new, new_root) and not proof
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps or not proof:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node(step, before), node(step, after)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            after = node(after, step)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _trivially(old: int, old_root: bytes, new: int, new_root: bytes) -> bool:
    if old == 0:
        return new >= 0 and old_root == EMPTY and (new > 0 or new_root == EMPTY)
    return old == new and old_root == new_root
