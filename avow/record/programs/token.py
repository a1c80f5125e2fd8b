"""Keep by which tokens programs of the company come in: each for one purpose and some acts, until a day; hashed."""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.document import Policy
from avow.record.declare import keeping
from avow.record.journal.journal import journalled
from avow.record.journal.whose import owe_end
from avow.record.key import new_key
from avow.record.programs.acts import ProgramAct
from avow.record.shown.versions import in_force
from avow.store.keys import key
from avow.terms import EntryKind, RecipientClass, Role

LONGEST: Final = 366
"""Days that a token is good at most."""
PREFIX: Final = "avow_"
"""How each token begins, so that scanners for leaked secrets know one."""
_READING: Final = frozenset({ProgramAct.READ, ProgramAct.CHOICES})
_BY_PEOPLE: Final = Role.PRIVACY_OFFICER
"""The role whose work no program does: what people have a right to is answered by people."""
_INSERT: Final = """
INSERT INTO api_token (id, name, purpose, acts, hash, by, at, expires) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_SELECT: Final = "SELECT id, name, purpose, acts, by, at, expires, ended, hash FROM api_token"


@dataclass(frozen=True, slots=True)
class Program:
    """A program of ours, as its token says: what it may do, for which purpose, since when and until when."""

    id: UUID
    name: str
    purpose: str
    acts: frozenset[ProgramAct]
    by: str
    at: datetime
    expires: datetime
    ended: datetime | None

    @property
    def over(self) -> bool:
        """Say whether it opens nothing any more."""
        return self.ended is not None or self.expires <= datetime.now(UTC)

    @property
    def role(self) -> Role:
        """Give the role of the staff that reads for its purpose; raise RecordError if no such role does."""
        found = role_of(in_force(), self.purpose)
        if found is None:
            raise RecordError(f"nobody of the staff reads for {self.purpose!r}", "no program does either")
        return found


def role_of(policy: Policy, purpose: str) -> Role | None:
    """Give the role that reads for a purpose of a policy, and whose work a program may do; None if there is none."""
    found = policy.purposes.get(purpose)
    if found is None or found.kind is None or RecipientClass.COMPANY not in found.recipients:
        return None
    return next((role for role in Role if found.kind in role.kinds and role is not _BY_PEOPLE), None)


def make(name: str, purpose: str, acts: Collection[ProgramAct], days: int, by: str) -> str:
    """Make a token, and give it; it is told once, and a keyed hash is kept.

    Raises RecordError for a purpose that the policy does not state towards the company, for an act that reads
    where no role of the staff reads, and for a token that is good for no day, or for longer than LONGEST.
    """
    _check(name, purpose, acts, days)
    made, now = PREFIX + secrets.token_urlsafe(32), datetime.now(UTC)
    words = " ".join(act.value for act in ProgramAct if act in acts)
    named, expires = " ".join(name.split()), now + timedelta(days=days)
    with keeping() as cursor:
        cursor.execute(_INSERT, [new_key(), named, purpose, words, hashed(made), by, now, expires])
    return made


def revoke(token: UUID) -> None:
    """End a token at once, and in every backup; raise RecordError if there is none that is open."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        if not end_again(token, now):
            raise RecordError("there is no such token, or it ended before", "`avow token list` names them")
        owe_end(cursor, append(EntryKind.ENDED, now, [commit(new_salt(), ["token", token, now])]), token)
    journalled()


def end_again(token: UUID, at: datetime) -> bool:
    """End a token that is open, or that an older store takes to be; say whether that was news."""
    with keeping() as cursor:
        cursor.execute("UPDATE api_token SET ended = %s WHERE id = %s AND ended IS NULL", [at, token])
        return bool(cursor.rowcount)


def every() -> list[Program]:
    """Give every token there is or was, the newest first."""
    with keeping() as cursor:
        cursor.execute(f"{_SELECT} ORDER BY at DESC, id")
        return [_program(*row) for row in cursor.fetchall()]


def by_tokens(hashes: Sequence[bytes]) -> dict[bytes, Program]:
    """Find what tokens open, by their hashes; one that was revoked, is too old or was never ours opens nothing."""
    with keeping() as cursor:
        cursor.execute(f"{_SELECT} WHERE hash = ANY(%s) AND ended IS NULL AND expires > now()", [list(hashes)])
        return {bytes(row[-1]): _program(*row) for row in cursor.fetchall()}


def by_token(told: str) -> Program | None:
    """Find what a token opens; None if it opens nothing."""
    return next(iter(by_tokens([hashed(told)]).values()), None)


def names(ids: Collection[UUID]) -> dict[UUID, str]:
    """Give the names of those of some readers that are programs of ours."""
    with keeping() as cursor:
        cursor.execute("SELECT id, name FROM api_token WHERE id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def hashed(told: str) -> bytes:
    """Give the keyed hash by which a token is known again."""
    return hmac.digest(key("token"), b"program\0" + told.encode("utf-8", "replace"), hashlib.sha256)


def _check(name: str, purpose: str, acts: Collection[ProgramAct], days: int) -> None:
    stated = in_force().purposes.get(purpose)
    if stated is None or RecipientClass.COMPANY not in stated.recipients:
        ours = [one.id for one in in_force().purposes.values() if RecipientClass.COMPANY in one.recipients]
        raise RecordError(f"the policy states no purpose {purpose!r} of the company", f"it states {', '.join(ours)}")
    if not name.split() or not name.isprintable():
        raise RecordError("a token needs a name", "say in a word or two which program has it")
    if not acts:
        raise RecordError("a token that lets nothing be done is none", "name an act")
    if not 1 <= days <= LONGEST:
        raise RecordError(f"a token is good for 1 to {LONGEST} days", "make another one when it ends")
    if _READING.intersection(acts) and role_of(in_force(), purpose) is None:
        raise RecordError(
            f"nobody of the staff reads people for {purpose!r}, so no program does", "let it `decide`, which reads none"
        )


def _program(
    id_: UUID,
    name: str,
    purpose: str,
    acts: str,
    by: str,
    at: datetime,
    expires: datetime,
    ended: datetime | None,
    _hash: bytes,
) -> Program:
    return Program(id_, name, purpose, frozenset(map(ProgramAct, acts.split())), by, at, expires, ended)
