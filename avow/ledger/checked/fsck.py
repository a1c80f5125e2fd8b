"""Re-derive the whole ledger from what is stored, and tell each disagreement."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TypeVar

from avow.errors import LedgerError
from avow.ledger.checked.account import Account
from avow.ledger.checked.grown import Tiles, grow, keys, signed
from avow.ledger.checked.report import Report
from avow.ledger.checked.stored import Counted, Covered, Source, Stored
from avow.ledger.commitment import commit
from avow.ledger.entry import NAMING, head, names_in, split
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.tree import leaf
from avow.terms import EntryKind

__all__ = ["Covered", "Report", "fsck"]

BATCH = 5_000
ROWLESS = frozenset(
    {EntryKind.DECIDED, EntryKind.SENT, EntryKind.BOUNCED, EntryKind.CONFIRMED, EntryKind.EXPORTED, EntryKind.ENDED},
)
"""Kinds whose commitments may have no row: they cover acts, which are not kept as rows under a salt."""

_KINDS = {kind.value: kind for kind in EntryKind}
_T = TypeVar("_T")
Tick = Callable[[int], None]


class Tally:
    """Entries of a kind, the commitments that they cover, the instant of the first."""

    __slots__ = ("covers", "entries", "since")

    def __init__(self, since: datetime) -> None:
        """Begin with none."""
        self.entries, self.covers, self.since = 0, 0, since

    def add(self, covers: int, at: datetime) -> None:
        """Count one more."""
        self.entries += 1
        self.covers += covers
        self.since = min(at, self.since)


def fsck(
    source: Source,
    covered: Iterable[Covered] | None,
    public: bytes,
    *,
    outside: Sequence[Checkpoint] = (),
    tick: Tick = lambda _: None,
) -> Report:
    """Check every entry, leaf, checkpoint and covered row against what they commit to.

    `covered` are all rows that carry commitments, or None to check the ledger alone; `public` is the key of the
    checkpoints (32 bytes); `outside` are checkpoints that were kept elsewhere. `tick` is told how many were done
    of entries and rows. Memory stays flat: see Account.
    """
    report, account, counts = Report(), Account(), dict[str, Tally]()
    for group in _batches(source.entries()):
        for stored in group:
            _entry(stored, account, counts, report)
        tick(len(group))
    ring = keys(source.rotations(), public, report)
    kept = sorted((checkpoint.size, checkpoint.root, "the checkpoint kept outside") for checkpoint in outside)
    roots = merge(signed(source.checkpoints(), ring, report), kept)
    grow(source.leaves(), roots, Tiles(source.tiles(), report), account, report)
    _counted({one.kind: one for one in source.counted()}, counts, report)
    if covered is not None:
        for rows in _batches(covered):
            _rows(rows, source, account, report)
            tick(len(rows))
        for entry, pos in account.missing():
            report.add(f"commitment {pos} of entry {entry} has no row, and no later entry says that it was forgotten")
    return report


def _entry(stored: Stored, account: Account, counts: dict[str, Tally], report: Report) -> None:
    """Check the bytes of an entry against its columns, its leaf against its bytes, and what it names."""
    number, word, at, data, covers, hash_, waits = stored
    commitments = split(covers)
    kind, names = _KINDS.get(word), list[tuple[int, int]]()
    if kind is None:
        report.add(f"entry {number}: {word!r} is no kind of entry")
    else:
        try:
            names = names_in(data, head(kind, at), commitments)
        except LedgerError as error:
            report.add(f"entry {number}: {error}")
    report.entries += 1
    report.waiting += waits
    report.covers += len(commitments)
    account.add(number, len(commitments), rowless=kind in ROWLESS)
    if waits is (hash_ is not None):
        report.add(f"entry {number} {'has a place and still waits for one' if waits else 'has no place, nor waits'}")
    if hash_ is not None:
        if hash_ != leaf(data):
            report.add(f"entry {number}: its bytes are not those of its leaf")
        counts.setdefault(word, Tally(at)).add(len(commitments), at)
    if names and kind not in NAMING:
        report.add(f"entry {number}: an entry {word!r} cannot name others")
    for entry, pos in names:
        _name(number, entry, pos, account, report)


def _name(naming: int, entry: int, pos: int, account: Account, report: Report) -> None:
    if entry >= naming or not account.name(entry, pos):
        report.add(f"entry {naming} names commitment {pos} of entry {entry}, which is not there or was named before")
    else:
        report.named += 1


def _counted(stored: dict[str, Counted], found: dict[str, Tally], report: Report) -> None:
    """Compare what is counted of each kind with the entries that have a place."""
    for kind in sorted(stored.keys() | found.keys()):
        told, tally = stored.get(kind), found.get(kind)
        if not (told and tally and told[1:] == (tally.entries, tally.covers, tally.since)):
            report.add(f"the count of {kind!r} is not that of its entries with a place")


def _rows(rows: Sequence[Covered], source: Source, account: Account, report: Report) -> None:
    """Check rows against their commitments; a row whose commitment was named may differ."""
    commitments = source.commitments([(row.entry, row.pos) for row in rows])
    for row, expected in zip(rows, commitments, strict=True):
        told = f"{row.table} {row.key}"
        report.rows += 1
        if not expected:
            report.add(f"{told}: its commitment {row.pos} of entry {row.entry} does not exist")
        elif not account.see(row.entry, row.pos):
            report.add(f"{told}: commitment {row.pos} of entry {row.entry} is another row's")
        elif not account.named(row.entry, row.pos) and commit(row.salt, row.record) != expected:
            report.add(f"{told}: it was changed since entry {row.entry}, and no later entry says so")


def _batches(things: Iterable[_T]) -> Iterator[list[_T]]:
    left = iter(things)
    while batch := list(islice(left, BATCH)):
        yield batch
