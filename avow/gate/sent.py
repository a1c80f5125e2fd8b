"""Append what was handed over, one entry a batch, in the transaction that records it."""

from collections.abc import Sequence
from datetime import datetime

from avow.ledger.append import append
from avow.ledger.commitment import commit_bytes, new_salts
from avow.terms import EntryKind


def sent(at: datetime, acts: Sequence[bytes]) -> tuple[int, Sequence[bytes]]:
    """Commit to the canonical bytes of each act of handing over; give the entry's id and the salts, in their order."""
    salts = new_salts(len(acts))
    return append(EntryKind.SENT, at, [commit_bytes(*pair) for pair in zip(salts, acts, strict=True)]), salts
