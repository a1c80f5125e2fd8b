"""Copy the ledger into the journal as it grows, so that an older store can be brought to what was published again."""

from time import monotonic
from typing import Final

from django.db import transaction

from avow.errors import LedgerError
from avow.ledger.again.put_back import Published, published
from avow.record.journal.journal import claim_journal, journal
from avow.store.journal.chain import Chain
from avow.store.journal.folder import folder
from avow.store.journal.head import Head, head, raise_head

_SECONDS: Final = 2.0
"""Longest time that one round keeps other work waiting."""


def keep() -> int:
    """Write into the journal what it lacks: rights first, then what was published of the ledger; give how many lines.

    Raises StoreError where the disk does not take it, and LedgerError if the ledger is not the one that it holds.
    """
    return journal() + _ledger()


def _ledger() -> int:
    done, until = 0, monotonic() + _SECONDS
    with Chain("ledger").held() as chain:
        while True:
            line = chain.tail().line or {}
            with transaction.atomic():
                found = published(int(str(line.get("next", 0))))
            if found is None:
                return done
            if not done:
                claim_journal()
                _same(found)
            chain.append(found.lines)
            if found.checkpoint:
                size, root = found.checkpoint
                raise_head(Head(size, root.hex(), max(found.last, head().last)))
            done += len(found.lines)
            if monotonic() > until:
                return done


def _same(found: Published) -> None:
    """Refuse to go on from a checkpoint that this store does not have."""
    before = head()
    if before.size and found.root_at(before.size) != bytes.fromhex(before.root):
        raise LedgerError(
            f"checkpoint {before.size} in {folder()} is not that of this store",
            "two ledgers were signed: run avow ledger fsck, and ask which of them was published",
        )
