"""Commit to a row without telling it: a salted hash over its canonical bytes."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from avow.errors import LedgerError

SALT_BYTES = 32
OUTER = b"avow/outer"
"""What is hashed before a row's salt to make the salt that may be told."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def canonical(value: object) -> bytes:
    """Give the one byte string of a value: type letter, length, content; maps sorted by key bytes.

    Takes str, int, bool, None, bytes, UUID, aware datetimes (to the microsecond, as UTC), lists, tuples and
    maps with str keys; raises LedgerError for anything else.
    """
    writer = _WRITERS.get(type(value)) or _kin(value)
    try:
        return writer(value)
    except (TypeError, UnicodeEncodeError) as error:
        raise LedgerError(
            f"this {type(value).__name__} has no canonical bytes: {error}",
            "times need a zone, keys are text, text is Unicode without surrogates",
        ) from error


def _sized(letter: bytes, content: bytes) -> bytes:
    return b"%b%d:%b" % (letter, len(content), content)


def _time(value: datetime) -> bytes:
    return _sized(b"d", b"%d" % ((value - _EPOCH) // _MICROSECOND))


def _list(value: list[object] | tuple[object, ...]) -> bytes:
    return _sized(b"l", b"".join([canonical(part) for part in value]))


def _map(value: Mapping[str, object]) -> bytes:
    pairs = sorted([(str.encode(key), _part(part)) for key, part in value.items()])
    return _sized(b"m", b"".join([b"k%d:%b%b" % (len(key), key, part) for key, part in pairs]))


def _part(value: object) -> bytes:
    return _sized(b"s", value.encode()) if type(value) is str else canonical(value)


_WRITERS: dict[type, Callable[..., bytes]] = {
    str: lambda value: _sized(b"s", str.encode(value)),
    int: lambda value: _sized(b"i", b"%d" % value),
    bool: lambda value: b"t" if value else b"f",
    type(None): lambda _: b"n",
    bytes: lambda value: _sized(b"b", value),
    bytearray: lambda value: _sized(b"b", value),
    memoryview: lambda value: _sized(b"b", value.tobytes()),
    UUID: lambda value: _sized(b"u", value.bytes),
    datetime: _time,
    list: _list,
    tuple: _list,
    dict: _map,
}
_KIN: dict[type, Callable[..., bytes]] = {**_WRITERS, Mapping: _map}


def _kin(value: object) -> Callable[..., bytes]:
    """Find the writer of a type that is a kind of one that has a writer, such as an enum of text."""
    for kind, writer in _KIN.items():
        if isinstance(value, kind):
            return writer
    raise LedgerError(
        f"a {type(value).__name__} has no canonical bytes", "store text, numbers, times, ids or maps of them"
    )


def new_salt() -> bytes:
    """Make a salt of 32 bytes."""
    return secrets.token_bytes(SALT_BYTES)


def new_salts(count: int) -> list[bytes]:
    """Make so many salts."""
    drawn = secrets.token_bytes(SALT_BYTES * count)
    return [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]


def listed(parts: Iterable[bytes]) -> bytes:
    """Give the canonical bytes of a list whose parts are canonical already."""
    return _sized(b"l", b"".join(parts))


def commit_bytes(salt: bytes, record: bytes) -> bytes:
    """Give the commitment of a record whose canonical bytes are known (32 bytes)."""
    return sha256(salt + record).digest()


def commit(salt: bytes, record: object) -> bytes:
    """Give the commitment of a record under a salt: SHA-256 over salt and canonical bytes (32 bytes)."""
    return sha256(salt + canonical(record)).digest()


def outer(salt: bytes) -> bytes:
    """Give a salt that may be told, one way from the row's own: whoever knows it cannot try fields (32 bytes)."""
    return sha256(OUTER + salt).digest()


def inner(salt: bytes, fields: object) -> bytes:
    """Give the digest of fields under the row's own salt, which only the person is told (32 bytes)."""
    return sha256(salt + canonical(fields)).digest()
