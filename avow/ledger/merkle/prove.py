"""Prove inclusion and growth from a few stored hashes: of leaves, and of the full tiles above them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from avow.errors import LedgerError
from avow.ledger.merkle.tiles import HEIGHT
from avow.ledger.merkle.tree import EMPTY, node, root_of


class Span(NamedTuple):
    """Hashes that follow one another on a level of tiles (0 is the leaves): the first's number, and how many."""

    level: int
    first: int
    size: int


class Part(NamedTuple):
    """A part of the tree by the leaves it spans: the first's index, and how many."""

    first: int
    size: int


Reader = Callable[[Sequence[Span]], Mapping[Span, Sequence[bytes]]]
"""Whatever reads stored hashes, all spans at once."""


def inclusion(index: int, size: int, read: Reader) -> list[bytes]:
    """Give the hashes that lead from the leaf at `index` to the root of the tree of `size`, lowest first.

    Reads a number of hashes that grows with the logarithm of the size. Raises LedgerError if there is no such leaf.
    """
    if not 0 <= index < size:
        raise LedgerError(f"there is no leaf {index} in a tree of {size}", "ask with the size of a signed checkpoint")
    return _roots(list(_beside(index, Part(0, size))), read)


def growth(old: int, size: int, read: Reader) -> list[bytes]:
    """Give the proof that the tree of `old` is a beginning of the tree of `size` (RFC 6962, section 2.1.2)."""
    if not 0 <= old <= size:
        raise LedgerError(f"a tree of {size} cannot have grown from one of {old}", "name the smaller size first")
    return _roots(list(_grown(old, Part(0, size), whole=True)) if old else [], read)


def root_at(size: int, read: Reader) -> bytes:
    """Give the root of the tree as it was at a size."""
    return _roots([Part(0, size)], read)[0] if size else EMPTY


def _beside(index: int, part: Part) -> Iterator[Part]:
    """Give the parts beside the way from a leaf up, lowest first (RFC 6962, section 2.1.1)."""
    if part.size > 1:
        left, right = _halves(part)
        here, other = (left, right) if index < right.first else (right, left)
        yield from _beside(index, here)
        yield other


def _grown(old: int, part: Part, *, whole: bool) -> Iterator[Part]:
    """Give the parts of a proof of growth: `old` is the end of the older tree, `whole` that it ends a whole part."""
    if old == part.first + part.size:
        if not whole:
            yield part
        return
    left, right = _halves(part)
    if old <= right.first:
        yield from _grown(old, left, whole=whole)
        yield right
    else:
        yield from _grown(old, right, whole=False)
        yield left


def _halves(part: Part) -> tuple[Part, Part]:
    half = 1 << (part.size - 1).bit_length() - 1
    return Part(part.first, half), Part(part.first + half, part.size - half)


def _roots(parts: Sequence[Part], read: Reader) -> list[bytes]:
    """Give the root of each part, having read whatever all of them need at once."""
    spans = [list(_spans(part)) for part in parts]
    found = read([span for row in spans for span in row])
    return [_fold([root_of(_whole(found, span)) for span in row]) for row in spans]


def _whole(found: Mapping[Span, Sequence[bytes]], span: Span) -> Sequence[bytes]:
    hashes = found.get(span, ())
    if len(hashes) != span.size:
        raise LedgerError("hashes of the tree are missing", "run avow ledger fsck; it names them")
    return hashes


def _spans(part: Part) -> Iterator[Span]:
    """Cut a part into whole subtrees, the largest first, and name the fewest stored hashes that each follows from."""
    first, left = part
    while left:
        height = left.bit_length() - 1
        level, beneath = divmod(height, HEIGHT)
        yield Span(level, first >> level * HEIGHT, 1 << beneath)
        first, left = first + (1 << height), left - (1 << height)


def _fold(hashes: Sequence[bytes]) -> bytes:
    top = hashes[-1]
    for left in reversed(hashes[:-1]):
        top = node(left, top)
    return top
