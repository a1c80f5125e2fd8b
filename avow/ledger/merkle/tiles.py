"""Name the tiles in which others fetch the tree, in the public format c2sp.org/tlog-tiles."""

import re
from typing import NamedTuple

from avow.errors import LedgerError

HEIGHT = 8
"""Levels of the tree that a tile spans."""
WIDTH = 1 << HEIGHT
"""Hashes of a full tile."""
LARGEST = (1 << 63) - 1
"""The largest index that anything may have."""
ENTRIES = -1
"""The level of the tiles that hold the entries themselves."""
_PATH = re.compile(r"(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_HIGHEST = 63


class Full(NamedTuple):
    """A hash of the tree that spans a full tile of the level below: its level (1 or higher), number, hash.

    Those of the lowest level are the leaves, which are stored anyway.
    """

    level: int
    number: int
    hash: bytes


class Tile(NamedTuple):
    """A tile: its level (0 at the leaves, or ENTRIES), its number there, how many of 256 it has."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Write its address below `tile/`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @property
    def first(self) -> int:
        """Give the number of its first hash on its level, or of its first entry."""
        return self.number * WIDTH

    def stands(self, size: int) -> bool:
        """Say whether a tree of this size has all of it."""
        return self.first + self.width <= size >> HEIGHT * max(self.level, 0)

    @classmethod
    def read(cls, path: str) -> "Tile":
        """Read an address below `tile/`; raise LedgerError for any but the one form that `path` writes."""
        found = _PATH.fullmatch(path)
        if found:
            level, number, width = found.groups()
            digits = int(number.replace("x", "").replace("/", ""))
            tile = cls(ENTRIES if level == "entries" else int(level), digits, int(width or WIDTH))
            if tile.path == path and tile.level <= _HIGHEST and tile.first + WIDTH <= LARGEST:
                return tile
        raise LedgerError("this is not the address of a tile", "it is tile/LEVEL/NUMBER, see c2sp.org/tlog-tiles")


def tiles(size: int) -> list[Tile]:
    """Give every tile of hashes that a tree of this size has, level by level."""
    found, level, count = list[Tile](), 0, size
    while count:
        found += [Tile(level, number) for number in range(count // WIDTH)]
        if count % WIDTH:
            found.append(Tile(level, count // WIDTH, count % WIDTH))
        level, count = level + 1, count // WIDTH
    return found
