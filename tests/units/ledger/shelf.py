"""Keep covered rows in memory, as the record keeps them in its tables, so that the ledger is tested alone."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import transaction

from avow.ledger.append import append, append_many
from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.report import Report
from avow.ledger.checked.snapshot import snapshot
from avow.ledger.checked.stored import Covered
from avow.ledger.commitment import commit, new_salt
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.note import Signer
from avow.ledger.sequencer import sequence
from avow.store.keys import key
from avow.terms import EntryKind

AT = datetime(2025, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
PEOPLE = ("Alice", "Bob", "Carol", "Mallory")


class Shelf:
    """Rows by their number; each has its salt and its place in the ledger."""

    def __init__(self) -> None:
        """Begin empty."""
        self.rows: dict[int, Covered] = {}
        self.kept = 0

    def _row(self, number: int, name: str, salt: bytes, entry: int, pos: int) -> None:
        self.kept = max(self.kept, number + 1)
        self.rows[number] = Covered("shelf", str(number), entry, pos, salt, {"no": number, "name": name})

    def keep(self, count: int) -> None:
        """Keep so many rows, each under its own entry."""
        first, salts = self.kept, [new_salt() for _ in range(count)]
        fresh = [(first + i, PEOPLE[(first + i) % 4], salt) for i, salt in enumerate(salts)]
        with transaction.atomic():
            commitments = [commit(salt, {"no": number, "name": name}) for number, name, salt in fresh]
            ids = append_many(EntryKind.COLLECTED, AT, [([one], ()) for one in commitments])
        for entry, (number, name, salt) in zip(ids, fresh, strict=True):
            self._row(number, name, salt, entry, 0)

    def keep_batch(self, count: int) -> None:
        """Keep so many rows under one entry."""
        first, salts = self.kept, [new_salt() for _ in range(count)]
        with transaction.atomic():
            commitments = [commit(salt, {"no": first + i, "name": "Bob"}) for i, salt in enumerate(salts)]
            entry = append(EntryKind.IMPORTED, AT, commitments)
        for i, salt in enumerate(salts):
            self._row(first + i, "Bob", salt, entry, i)

    def amend(self, number: int, name: str) -> None:
        """Change a row, and say so."""
        old, salt = self.rows[number], new_salt()
        with transaction.atomic():
            entry = append(EntryKind.AMENDED, AT, [commit(salt, {"no": number, "name": name})], [(old.entry, old.pos)])
        self._row(number, name, salt, entry, 0)

    def forget(self, *numbers: int) -> None:
        """Destroy rows, and say so in one entry."""
        gone = [self.rows.pop(number) for number in numbers]
        with transaction.atomic():
            append(EntryKind.FORGOTTEN, AT, [], [(row.entry, row.pos) for row in gone])

    def covered(self) -> Iterator[Covered]:
        """Give the rows."""
        return iter(list(self.rows.values()))


def public() -> bytes:
    """Give the public key of the test's ledger."""
    return Signer("ledger", key("ledger")).verifier.public


def check(shelf: Shelf | None = None, *outside: Checkpoint) -> Report:
    """Check the ledger, with the rows of a shelf if there is one."""
    with snapshot() as source:
        return fsck(source, shelf.covered() if shelf else None, public(), outside=outside)


def sequence_all() -> int:
    """Place whatever waits, and give its number."""
    total = 0
    while placed := sequence():
        total += placed
    return total
