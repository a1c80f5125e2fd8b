"""Say what the checker is handed: entries, leaves, checkpoints and rows as they are stored."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from avow.ledger.merkle.tiles import Full


class Stored(NamedTuple):
    """An entry, the leaf hash at its place in the tree (or none), and whether it waits for a place."""

    id: int
    kind: str
    at: datetime
    data: bytes
    covers: bytes
    hash: bytes | None
    waits: bool


class Placed(NamedTuple):
    """A leaf: its place in the tree (0-based), whose it is, its hash."""

    place: int
    entry: int
    hash: bytes


class Signed(NamedTuple):
    """A checkpoint: its size, root, note, and the edge to go on from."""

    size: int
    root: bytes
    note: str
    edge: bytes


class Covered(NamedTuple):
    """A row that the ledger covers: where it stands, which commitment is its own, its salt and canonical record."""

    table: str
    key: str
    entry: int
    pos: int
    salt: bytes
    record: object


class Counted(NamedTuple):
    """What is counted of a kind: entries with a place, the commitments that they cover, the instant of the first."""

    kind: str
    entries: int
    covers: int
    since: datetime


class Source(Protocol):
    """Where a ledger is read from, all of it at one instant."""

    def entries(self) -> Iterator[Stored]:
        """Give every entry in the order of ids."""

    def leaves(self) -> Iterator[Placed]:
        """Give every leaf in the order of indices."""

    def checkpoints(self) -> Iterator[Signed]:
        """Give every checkpoint in the order of sizes."""

    def tiles(self) -> Iterator[Full]:
        """Give every stored hash of a full tile, in the order in which the leaves fill them, the lowest level first."""

    def rotations(self) -> Iterator[tuple[int, str]]:
        """Give every list of keys, by the size after which its last key signs."""

    def counted(self) -> Iterator[Counted]:
        """Give what is counted of each kind."""

    def commitments(self, places: Sequence[tuple[int, int]]) -> list[bytes]:
        """Give the commitment at each (entry, position); empty where there is none."""
