"""Keep by what an organization reads under its agreement: accounts of the desk, and tokens, of which a hash is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.record.agreed.agreement import find
from avow.record.declare import keeping
from avow.record.journal.journal import journalled
from avow.record.journal.whose import owe_end
from avow.record.key import new_key
from avow.store.keys import key
from avow.terms import EntryKind

_INSERT: Final = "INSERT INTO seat (id, agreement, name, purpose, hash, at) VALUES (%s, %s, %s, %s, %s, %s)"
_READ: Final = """
SELECT s.id, s.agreement, a.organization, s.name, s.purpose, s.hash IS NOT NULL, s.at, s.ended
FROM seat s JOIN agreement a ON a.id = s.agreement
"""
_REVOKE: Final = "UPDATE seat SET ended = %s WHERE id = %s AND ended IS NULL"


@dataclass(frozen=True, slots=True)
class Seat:
    """By what an organization reads: an account (any purpose of the agreement) or a token (its one purpose)."""

    id: UUID
    agreement: str
    organization: str
    name: str
    purpose: str
    token: bool
    at: datetime
    ended: datetime | None


def sit(account: UUID, agreement: str, name: str) -> None:
    """Let an account of the desk read under an agreement; raise RecordError if that has ended, or is not there."""
    _insert(account, agreement, name, "", None)


def token(agreement: str, purpose: str, name: str) -> str:
    """Make a token for one purpose of an agreement, and give it; it is told once, and a keyed hash is kept.

    Raises RecordError if the agreement does not name the purpose, has ended, or is not there.
    """
    made = secrets.token_urlsafe(32)
    _insert(new_key(), agreement, name, purpose, _hash(made))
    return made


def revoke(seat: UUID) -> None:
    """End a token or an account's seat at once, and in every backup; raise RecordError if there is none open."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        if not end_again(seat, now):
            raise RecordError("there is no such token, or it ended before", "`avow processor show` names them")
        owe_end(cursor, append(EntryKind.ENDED, now, [commit(new_salt(), ["seat", seat, now])]), seat)
    journalled()


def end_again(seat: UUID, at: datetime) -> bool:
    """End a seat that is open, or that an older store takes to be; say whether that was news."""
    with keeping() as cursor:
        cursor.execute(_REVOKE, [at, seat])
        return bool(cursor.rowcount)


def by_token(told: str) -> Seat | None:
    """Find what a token opens; None if it was revoked or was never ours."""
    return _one("s.hash = %s AND s.ended IS NULL", _hash(told))


def seat_of(account: UUID) -> Seat | None:
    """Give the seat of an account, if it is one of those who work for us and was not revoked."""
    return _one("s.id = %s AND s.ended IS NULL", account)


def seats_of(agreement: str) -> list[Seat]:
    """Give the seats of an agreement, those that ended too, the oldest first."""
    with keeping() as cursor:
        cursor.execute(f"{_READ} WHERE s.agreement = %s ORDER BY s.at, s.id", [agreement])
        return [Seat(*row) for row in cursor.fetchall()]


def open_seats() -> dict[str, tuple[Seat, ...]]:
    """Give the seats that are open, by agreement, the oldest first."""
    found: dict[str, tuple[Seat, ...]] = {}
    with keeping() as cursor:
        cursor.execute(f"{_READ} WHERE s.ended IS NULL ORDER BY s.at, s.id")
        for one in (Seat(*row) for row in cursor.fetchall()):
            found[one.agreement] = (*found.get(one.agreement, ()), one)
    return found


def organizations(readers: Collection[UUID]) -> dict[UUID, str]:
    """Give the organization for which each of some readers read, where it is not the company itself."""
    with keeping() as cursor:
        cursor.execute(f"{_READ} WHERE s.id = ANY(%s)", [list(readers)])
        return {seat.id: seat.organization for seat in (Seat(*row) for row in cursor.fetchall())}


def _one(which: str, word: UUID | bytes) -> Seat | None:
    with keeping() as cursor:
        cursor.execute(f"{_READ} WHERE {which}", [word])
        row = cursor.fetchone()
    return Seat(*row) if row else None


def _insert(seat: UUID, agreement: str, name: str, purpose: str, hashed: bytes | None) -> None:
    found = find(agreement)
    if found.over:
        raise RecordError(f"the agreement {agreement!r} has ended", "nobody can be let in under it any more")
    if purpose and purpose not in found.terms.purposes:
        raise RecordError(
            f"the agreement {agreement!r} is not for {purpose!r}", f"it is for: {', '.join(found.terms.purposes)}"
        )
    with keeping() as cursor:
        cursor.execute(_INSERT, [seat, agreement, name, purpose, hashed, datetime.now(UTC)])


def _hash(told: str) -> bytes:
    return hmac.digest(key("token"), b"processor\0" + told.encode(), hashlib.sha256)
