"""Remember that data of people was written to a file."""

from datetime import UTC, datetime

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.record.declare import keeping
from avow.terms import EntryKind


def exported(use: str, people: int, file: bytes, attested: bytes | None) -> int:
    """Append the entry that a file (its SHA-256) holds so many people for one use; give the entry's id."""
    now = datetime.now(UTC)
    with keeping():
        return append(EntryKind.EXPORTED, now, [commit(new_salt(), ["exported", use, people, file, attested, now])])
