"""Grow the tree again leaf by leaf, and compare it with all that was stored and signed of it."""

from collections.abc import Iterable, Iterator
from itertools import islice

from avow.errors import LedgerError
from avow.ledger.checked.account import Account
from avow.ledger.checked.report import Report
from avow.ledger.checked.stored import Placed, Signed
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.ring import Ring, handed_over
from avow.ledger.merkle.tiles import WIDTH, Full


def keys(rotations: Iterable[tuple[int, str]], public: bytes, report: Report) -> Ring:
    """Give the keys of the log out of the newest list, which the key at hand must have signed; check each list.

    Without a list that it signed, the key at hand stands alone.
    """
    stored = list(rotations)
    if not stored:
        return Ring((public,))
    try:
        origin, ring = handed_over(stored[-1][1], public)
    except LedgerError as error:
        report.add(f"the newest list of keys: {error}")
        return Ring((public,))
    if ring.keys[-1] != public:
        report.add("the newest list of keys names a newer one than that at hand")
    if tuple(after for after, _ in stored) != ring.ends:
        report.add("the lists of keys are not those that the newest one names")
    for after, note in stored:
        _list(after, note, origin, ring, report)
    return ring


def _list(after: int, note: str, origin: str, ring: Ring, report: Report) -> None:
    """Check a list of keys: those there were, signed by the one that ended there and by the one that follows."""
    told, count = f"list of keys after {after}", sum(end <= after for end in ring.ends) + 1
    for public in ring.keys[max(count - 2, 0) : count]:
        try:
            found = handed_over(note, public)
        except LedgerError as error:
            report.add(f"{told}: {error}")
            return
        if found != (origin, ring.before(count)):
            report.add(f"{told}: it names other keys than the newest one")
            return


def signed(checkpoints: Iterable[Signed], ring: Ring, report: Report) -> Iterator[tuple[int, bytes, str]]:
    """Open each checkpoint, and give its size, root and name; one that does not open is told and left out."""
    origin = ""
    for stored in checkpoints:
        report.checkpoints += 1
        told = f"checkpoint {stored.size}"
        try:
            opened, edge = ring.opened(stored.note), Frontier(stored.size, stored.edge)
        except LedgerError as error:
            report.add(f"{told}: {error}")
            continue
        origin = origin or opened.origin
        if (opened.origin, opened.size, opened.root) != (origin, stored.size, stored.root):
            report.add(f"{told}: its note was signed over another name, size or root")
        if edge.root != stored.root:
            report.add(f"{told}: its edge does not fold to its root")
        yield opened.size, opened.root, told


class Tiles:
    """The stored hashes of full tiles, to be compared with those that the leaves make."""

    def __init__(self, stored: Iterator[Full], report: Report) -> None:
        """Hold them in the order in which the leaves make them."""
        self._stored, self._report = stored, report
        self._next = next(stored, None)

    def compare(self, made: Iterable[Full]) -> None:
        """Take the next that were made; tell each that is stored otherwise, or not at all, or should not be."""
        for one in made:
            while self._next and _order(self._next) < _order(one):
                self._beyond()
            if self._next is None or _order(self._next) != _order(one):
                self._report.add(f"{_told(one)} is missing")
            elif self._next != one:
                self._report.add(f"{_told(one)} is not that of its leaves")
            if self._next and _order(self._next) == _order(one):
                self._next = next(self._stored, None)

    def end(self) -> None:
        """Tell what is left: nothing makes it."""
        while self._next:
            self._beyond()

    def _beyond(self) -> None:
        if self._next:
            self._report.add(f"{_told(self._next)} is not one of a full tile")
        self._next = next(self._stored, None)


def _order(one: Full) -> tuple[int, int]:
    return (one.number + 1) * WIDTH**one.level, one.level


def _told(one: Full) -> str:
    return f"the hash {one.number} of tiles on level {one.level}"


def grow(
    leaves: Iterator[Placed],
    roots: Iterable[tuple[int, bytes, str]],
    tiles: Tiles,
    account: Account,
    report: Report,
) -> None:
    """Grow the tree leaf by leaf, and compare its root at each size that was signed, and each tile that it fills."""
    tree, hashes = Frontier(), _hashes(leaves, account, report)
    for size, root, told in roots:
        full = list[Full]()
        tree.extend(islice(hashes, size - tree.size), full)
        tiles.compare(full)
        if tree.size < size:
            report.add(f"{told}: it was signed over {size} leaves, and there are {tree.size}")
        elif tree.root != root:
            report.add(f"{told}: the root over its leaves is another")
    beyond = sum(1 for _ in hashes)
    if beyond:
        report.add(f"{beyond} leaves after leaf {tree.size - 1} are under no checkpoint")
    tiles.end()


def _hashes(leaves: Iterator[Placed], account: Account, report: Report) -> Iterator[bytes]:
    """Give the hashes of the leaves; indices must follow one another from 0, and each leaf have its entry."""
    awaited = 0
    for placed in leaves:
        if placed.place != awaited:
            report.add(f"leaf {awaited} is missing; the next is leaf {placed.place}")
        if not account.knows(placed.entry):
            report.add(f"leaf {placed.place} stands for entry {placed.entry}, which is missing")
        awaited = placed.place + 1
        report.leaves += 1
        yield placed.hash
