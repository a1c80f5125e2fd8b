"""Re-derive the whole ledger from what is stored, and tell each disagreement."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import TypeVar

from avow.errors import LedgerError
from avow.ledger.checked.account import Account
from avow.ledger.checked.report import Report
from avow.ledger.checked.stored import Covered, Placed, Signed, Source, Stored
from avow.ledger.commitment import commit
from avow.ledger.entry import NAMING, head, names_in, split
from avow.ledger.merkle.checkpoint import Checkpoint, open_checkpoint
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.tree import leaf
from avow.terms import EntryKind

__all__ = ["Covered", "Report", "fsck"]

BATCH = 5_000
ROWLESS = frozenset(
    {
        EntryKind.DECIDED,
        EntryKind.SENT,
        EntryKind.READ,
        EntryKind.BOUNCED,
        EntryKind.CONFIRMED,
        EntryKind.EXPORTED,
    }
)
"""Kinds whose commitments may have no row: they cover acts, which are not kept as rows under a salt."""

_KINDS = {kind.value: kind for kind in EntryKind}
_T = TypeVar("_T")
Tick = Callable[[int], None]


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
    report, account = Report(), Account()
    for group in _batches(source.entries()):
        for stored in group:
            _entry(stored, account, report)
        tick(len(group))
    kept = sorted((checkpoint.size, checkpoint.root, "the checkpoint kept outside") for checkpoint in outside)
    _tree(source.leaves(), merge(_signed(source.checkpoints(), public, report), kept), account, report)
    if covered is not None:
        for rows in _batches(covered):
            _rows(rows, source, account, report)
            tick(len(rows))
        for entry, pos in account.missing():
            report.add(f"commitment {pos} of entry {entry} has no row, and no later entry says that it was forgotten")
    return report


def _entry(stored: Stored, account: Account, report: Report) -> None:
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
    if hash_ is not None and hash_ != leaf(data):
        report.add(f"entry {number}: its bytes are not those of its leaf")
    if names and kind not in NAMING:
        report.add(f"entry {number}: an entry {word!r} cannot name others")
    for entry, pos in names:
        _name(number, entry, pos, account, report)


def _name(naming: int, entry: int, pos: int, account: Account, report: Report) -> None:
    if entry >= naming or not account.name(entry, pos):
        report.add(f"entry {naming} names commitment {pos} of entry {entry}, which is not there or was named before")
    else:
        report.named += 1


def _tree(leaves: Iterator[Placed], roots: Iterable[tuple[int, bytes, str]], account: Account, report: Report) -> None:
    """Grow the tree leaf by leaf, and compare its root at each size that was signed."""
    tree, hashes = Frontier(), _hashes(leaves, account, report)
    for size, root, told in roots:
        tree.extend(islice(hashes, size - tree.size))
        if tree.size < size:
            report.add(f"{told}: it was signed over {size} leaves, and there are {tree.size}")
        elif tree.root != root:
            report.add(f"{told}: the root over its leaves is another")
    beyond = sum(1 for _ in hashes)
    if beyond:
        report.add(f"{beyond} leaves after leaf {tree.size - 1} are under no checkpoint")


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


def _signed(checkpoints: Iterable[Signed], public: bytes, report: Report) -> Iterator[tuple[int, bytes, str]]:
    """Open each checkpoint, and give its size, root and name; one that does not open is told and left out."""
    origin = ""
    for stored in checkpoints:
        report.checkpoints += 1
        told = f"checkpoint {stored.size}"
        try:
            signed, edge = open_checkpoint(stored.note, public), Frontier(stored.size, stored.edge)
        except LedgerError as error:
            report.add(f"{told}: {error}")
            continue
        origin = origin or signed.origin
        if (signed.origin, signed.size, signed.root) != (origin, stored.size, stored.root):
            report.add(f"{told}: its note was signed over another name, size or root")
        if edge.root != stored.root:
            report.add(f"{told}: its edge does not fold to its root")
        yield signed.size, signed.root, told


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
