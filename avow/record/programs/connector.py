"""Keep which other systems hand in signed data: by which channel, which fields, under which notices."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.fernet import Fernet

from avow.errors import RecordError
from avow.record.declare import keeping
from avow.record.programs.acts import ConnectorKind
from avow.store.keys import key
from avow.terms import ChannelKind

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LISTED: Final = 50
_PREFIX: Final = "whsec_"
_SHORTEST: Final = 16
"""Bytes of a secret."""
_INSERT: Final = """
INSERT INTO connector (id, kind, channel, fields, notices, consent, secret, at, taken, again, dropped, unheard)
VALUES (%s, %s, %s, %s, '[]', %s, %s, %s, 0, 0, 0, 0) ON CONFLICT (id) DO NOTHING
"""
_SELECT: Final = """
SELECT id, kind, channel, fields, notices, consent, secret, former, at, ended, untaken, taken, again, dropped, unheard
FROM connector
"""
_COUNT: Final = """
UPDATE connector SET taken = taken + %s, again = again + %s, dropped = dropped + %s, unheard = unheard + %s
WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """Which words a channel showed from when until when: the version, and their hash (SHA-256)."""

    version: str
    words: bytes
    language: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Untaken:
    """A delivery that was signed and not taken: its number with its system, when it came, why."""

    number: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were taken, came again, how many fields no map names, how many choices did not count."""

    taken: int = 0
    again: int = 0
    dropped: int = 0
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class Connector:
    """Another system: its dialect, its channel, the policy's fields and what fills them, its notices, its secrets."""

    name: str
    kind: ConnectorKind
    channel: ChannelKind
    fields: Mapping[str, str]
    notices: tuple[Notice, ...]
    consent: str
    secrets: tuple[bytes, ...]
    at: datetime
    ended: datetime | None
    counts: Counts
    untaken: tuple[Untaken, ...] = ()

    def shown(self, at: datetime) -> Notice | None:
        """Give the words that the channel showed at an instant, the latest declared first; None if none is known."""
        found = (one for one in reversed(self.notices) if one.since <= at < one.until)
        return next(found, None)


def new_secret() -> str:
    """Make a secret as Standard Webhooks write one."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def check_secret(secret: str) -> None:
    """Raise RecordError for a secret so short, or so written, that anybody could sign by it."""
    known = secret.encode()
    if secret.startswith(_PREFIX):
        try:
            known = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except ValueError as error:
            raise RecordError("what stands after whsec_ is no base64", "copy the whole secret") from error
    if len(known) < _SHORTEST:
        raise RecordError(
            f"a secret has {_SHORTEST} bytes at least, and this has {len(known)}", "copy the whole secret"
        )


def connect(
    name: str, kind: ConnectorKind, channel: ChannelKind, fields: Mapping[str, str], consent: str, secret: str
) -> None:
    """Declare a connector; raise RecordError if the name is none, or is taken, or the secret is none."""
    if not NAME.fullmatch(name):
        raise RecordError(f"{name!r} is no name for a connector", "take small letters, digits and dashes")
    check_secret(secret)
    row = [name, kind.value, channel.value, json.dumps(dict(fields)), consent, _sealed(secret), datetime.now(UTC)]
    with keeping() as cursor:
        cursor.execute(_INSERT, row)
        if not cursor.rowcount:
            raise RecordError(f"there is a connector {name!r} already", "take another name")


def tell(name: str, notice: Notice) -> None:
    """Declare which words the channel of a connector shows, or showed, from when until when."""
    with keeping() as cursor:
        found = _one(cursor, name)
        told = [*found.notices, notice]
        cursor.execute("UPDATE connector SET notices = %s WHERE id = %s", [json.dumps([*map(_told, told)]), name])


def rotate(name: str, secret: str) -> None:
    """Take a new secret; the one before goes on being good beside it, one before that does not.

    Raises RecordError where it is no secret.
    """
    check_secret(secret)
    with keeping() as cursor:
        _one(cursor, name)
        cursor.execute("UPDATE connector SET former = secret, secret = %s WHERE id = %s", [_sealed(secret), name])


def retire(name: str) -> None:
    """Let go of the secret before the newest one."""
    with keeping() as cursor:
        _one(cursor, name)
        cursor.execute("UPDATE connector SET former = NULL WHERE id = %s", [name])


def disconnect(name: str) -> None:
    """End a connector: nothing is taken from it any more."""
    with keeping() as cursor:
        _one(cursor, name)
        cursor.execute("UPDATE connector SET ended = %s WHERE id = %s", [datetime.now(UTC), name])


def count(name: str, more: Counts) -> None:
    """Add to what a connector counts."""
    with keeping() as cursor:
        cursor.execute(_COUNT, [more.taken, more.again, more.dropped, more.unheard, name])


def not_taken(name: str, number: str, why: str) -> None:
    """Note that a delivery was not taken, and why; what comes again is noted once, and the last fifty stay."""
    with keeping() as cursor:
        found = [one for one in _one(cursor, name).untaken if one.number != number]
        rows = [[one.number, one.at.isoformat(), one.why] for one in [*found, Untaken(number, datetime.now(UTC), why)]]
        cursor.execute("UPDATE connector SET untaken = %s WHERE id = %s", [json.dumps(rows[-_LISTED:]), name])


def connectors() -> list[Connector]:
    """Give every connector, by name."""
    with keeping() as cursor:
        cursor.execute(f"{_SELECT} ORDER BY id")
        return [_connector(row) for row in cursor.fetchall()]


def connector(name: str) -> Connector | None:
    """Give a connector that has not ended; None if there is none of this name."""
    if not NAME.fullmatch(name):
        return None
    with keeping() as cursor:
        cursor.execute(f"{_SELECT} WHERE id = %s AND ended IS NULL", [name])
        row = cursor.fetchone()
    return _connector(row) if row else None


def _one(cursor: Any, name: str) -> Connector:
    cursor.execute(f"{_SELECT} WHERE id = %s AND ended IS NULL FOR UPDATE", [name])
    row = cursor.fetchone()
    if row is None:
        raise RecordError(f"there is no connector {name!r}, or it ended", "`avow intake list` names them")
    return _connector(row)


def _connector(row: Sequence[Any]) -> Connector:
    name, kind, channel, fields, notices, consent, secret, former, at, ended, untaken, *counts = row
    told = tuple(_read(one) for one in json.loads(notices))
    known = tuple(_opened(bytes(one)) for one in (secret, former) if one is not None)
    channel, kind = ChannelKind(channel), ConnectorKind(kind)
    missed = tuple(Untaken(number, datetime.fromisoformat(came), why) for number, came, why in json.loads(untaken))
    return Connector(name, kind, channel, json.loads(fields), told, consent, known, at, ended, Counts(*counts), missed)


def _told(one: Notice) -> list[str]:
    return [one.version, one.words.hex(), one.language, one.since.isoformat(), one.until.isoformat()]


def _read(row: Sequence[str]) -> Notice:
    version, words, language, since, until = row
    return Notice(version, bytes.fromhex(words), language, datetime.fromisoformat(since), datetime.fromisoformat(until))


def _box() -> Fernet:
    """Give what seals secrets: they must be known in clear to check a signature, and stand in the store sealed."""
    return Fernet(base64.urlsafe_b64encode(hmac.digest(key("token"), b"connector", hashlib.sha256)))


def _sealed(secret: str) -> bytes:
    return _box().encrypt(secret.encode())


def _opened(sealed: bytes) -> bytes:
    return _box().decrypt(sealed)
