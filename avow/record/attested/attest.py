"""Prepare what needs two members of staff, take their attestations, and do it once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import canonical, commit, new_salt
from avow.record.declare import keeping
from avow.terms import EntryKind

NEEDED: Final = 2
"""Members of staff who must attest, where the words do not say how many."""
FRESH: Final = timedelta(days=7)
"""How long after it was prepared something can be attested and done."""
_SHORTEST: Final = 8
_OPEN: Final = "SELECT digest, words, prepared, at FROM attested WHERE done IS NULL AND at > %s"
_STAFF: Final = "SELECT attested, staff, at, entry FROM attestation WHERE attested = ANY(%s) ORDER BY at, staff"

Words = Mapping[str, str | list[str]]
"""What is attested, as a flat map that staff can read."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What waits to be attested: its digest, its words, who prepared it and when, who attested it by which entry."""

    digest: bytes
    words: Words
    prepared: str
    at: datetime
    staff: tuple[tuple[str, datetime, int], ...]

    @property
    def needed(self) -> int:
        """Give how many members of staff must attest it."""
        return int(str(self.words.get("approvals", NEEDED)))

    @property
    def lacks(self) -> int:
        """Give how many members of staff must attest it still."""
        return max(self.needed - len(self.staff), 0)


def prepare(words: Words, by: str) -> Prepared:
    """Prepare something to be attested, or find it where the very same is open; nothing is done yet."""
    now, text = datetime.now(UTC), _written(words)
    with keeping() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('attested'))")
        cursor.execute(f"{_OPEN} AND words = %s ORDER BY at DESC LIMIT 1", [now - FRESH, text])
        row = cursor.fetchone()
        if row is None:
            row = (hashlib.sha256(canonical([text, by, now])).digest(), text, by, now)
            cursor.execute("INSERT INTO attested (digest, words, prepared, at) VALUES (%s, %s, %s, %s)", row)
        return _read(cursor, [row])[0]


def find(begin: str) -> Prepared:
    """Find what is open by the first digits of its digest (hex, 8 or more); raise RecordError if it is not one."""
    digits = begin.strip().lower()
    with keeping() as cursor:
        cursor.execute(f"{_OPEN} AND encode(digest, 'hex') LIKE %s", [datetime.now(UTC) - FRESH, f"{digits}%"])
        rows = cursor.fetchall()
        if len(digits) < _SHORTEST or not digits.isalnum() or len(rows) != 1:
            raise RecordError(
                f"nothing that waits to be attested has the digest {begin[:64]!r}",
                f"what was prepared waits {FRESH.days} days; give {_SHORTEST} digits of its digest or more",
            )
        return _read(cursor, rows)[0]


def waiting() -> list[Prepared]:
    """Give everything that is open, the oldest first."""
    with keeping() as cursor:
        cursor.execute(f"{_OPEN} ORDER BY at", [datetime.now(UTC) - FRESH])
        return _read(cursor, cursor.fetchall())


def attest(digest: bytes, staff: str) -> Prepared:
    """Let a member of staff attest what is open; raise RecordError if it is not, or they did so before.

    The entry *attested* covers who, what and when.
    """
    now, salt = datetime.now(UTC), new_salt()
    with keeping() as cursor:
        found = _locked(cursor, digest)
        if any(who == staff for who, _, _ in found.staff):
            raise RecordError(f"{staff} attested this before", "another member of staff must attest it, too")
        record = attestation_record((digest, staff, now, _written(found.words), found.prepared, found.at))
        entry = append(EntryKind.ATTESTED, now, [commit(salt, record)])
        cursor.execute(
            "INSERT INTO attestation (attested, staff, at, salt, entry, pos) VALUES (%s, %s, %s, %s, %s, 0)",
            [digest, staff, now, salt, entry],
        )
        return _locked(cursor, digest)


def use(found: Prepared) -> Prepared:
    """Use up what enough members of staff attested, within the act that it is for; raise RecordError otherwise."""
    with keeping() as cursor:
        now = _locked(cursor, found.digest)
        if now.lacks:
            raise RecordError(f"{now.lacks} more must attest this", f"avow people attest {now.digest.hex()[:16]}")
        cursor.execute("UPDATE attested SET done = %s WHERE digest = %s", [datetime.now(UTC), now.digest])
        return now


def attestation_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of an attestation.

    The row holds digest, staff, at, the words, who prepared it, and when.
    """
    return ["attested", *row]


def _locked(cursor: CursorWrapper, digest: bytes) -> Prepared:
    cursor.execute(f"{_OPEN} AND digest = %s FOR UPDATE", [datetime.now(UTC) - FRESH, digest])
    row = cursor.fetchone()
    if row is None:
        raise RecordError("this waits no more: it was done, or is too old", "prepare it again")
    return _read(cursor, [row])[0]


def _read(cursor: CursorWrapper, rows: Sequence[tuple[bytes, str, str, datetime]]) -> list[Prepared]:
    """Read what was prepared, with who attested each, in one statement however much there is."""
    staff: dict[bytes, list[tuple[str, datetime, int]]] = {bytes(digest): [] for digest, *_ in rows}
    cursor.execute(_STAFF, [list(staff)])
    for digest, *told in cursor.fetchall():
        staff[bytes(digest)].append((told[0], told[1], told[2]))
    return [
        Prepared(bytes(digest), json.loads(text), prepared, at, tuple(staff[bytes(digest)]))
        for digest, text, prepared, at in rows
    ]


def _written(words: Words) -> str:
    return json.dumps(dict(words), sort_keys=True, ensure_ascii=False)
