"""Append what was handed over, one entry a batch, in the transaction that records it."""

from collections.abc import Sequence
from datetime import datetime

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.terms import EntryKind


def sent(at: datetime, acts: Sequence[object]) -> tuple[int, tuple[bytes, ...]]:
    """Commit to each act of handing over; give the entry's id and the salts, in the order of the acts."""
    salts = tuple(new_salt() for _ in acts)
    return append(EntryKind.SENT, at, [commit(salt, act) for salt, act in zip(salts, acts, strict=True)]), salts
