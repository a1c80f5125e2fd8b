"""Account for every commitment: a row carries it, or a later entry names it."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

_ROOM = 1 << 12


class Account:
    """Every commitment by a running number, with one bit for "a row has it" and one for "it was named".

    Sixteen bytes an entry and two bits a commitment, so a ledger of any size fits.
    """

    def __init__(self) -> None:
        """Begin without entries."""
        self._ids, self._starts = array("q"), array("q", [0])
        self._rowless = bytearray()
        self._seen, self._named = bytearray(), bytearray()

    def add(self, entry: int, count: int, *, rowless: bool) -> None:
        """Add an entry with so many commitments; ids must rise."""
        end = self._starts[-1] + count
        self._ids.append(entry)
        self._starts.append(end)
        self._rowless.append(rowless)
        if end >> 3 >= len(self._seen):
            room = bytes((end >> 3) + _ROOM - len(self._seen))
            self._seen.extend(room)
            self._named.extend(room)

    def knows(self, entry: int) -> bool:
        """Say whether the entry was added."""
        at = bisect_left(self._ids, entry)
        return at < len(self._ids) and self._ids[at] == entry

    def see(self, entry: int, pos: int) -> bool:
        """Note that a row carries this commitment, and say whether it is the first."""
        number = self._number(entry, pos)
        return number is not None and _mark(self._seen, number)

    def name(self, entry: int, pos: int) -> bool:
        """Note that an entry names this commitment, and say whether there is one, not named before."""
        number = self._number(entry, pos)
        return number is not None and _mark(self._named, number)

    def named(self, entry: int, pos: int) -> bool:
        """Say whether an entry names this commitment."""
        number = self._number(entry, pos)
        return number is not None and bool(self._named[number >> 3] & 1 << (number & 7))

    def missing(self) -> Iterator[tuple[int, int]]:
        """Give the (entry, position) of each commitment that neither a row carries nor an entry names."""
        for at, entry in enumerate(self._ids):
            if not self._rowless[at]:
                first = self._starts[at]
                for number in range(first, self._starts[at + 1]):
                    if not (self._seen[number >> 3] | self._named[number >> 3]) & 1 << (number & 7):
                        yield entry, number - first

    def _number(self, entry: int, pos: int) -> int | None:
        at = bisect_left(self._ids, entry)
        if at == len(self._ids) or self._ids[at] != entry or not 0 <= pos < self._starts[at + 1] - self._starts[at]:
            return None
        return self._starts[at] + pos


def _mark(bits: bytearray, number: int) -> bool:
    """Set a bit, and say whether it was clear."""
    at, bit = number >> 3, 1 << (number & 7)
    clear = not bits[at] & bit
    bits[at] |= bit
    return clear
