"""Write records in the one form that commitments are made over: type letter, length, content."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

NOTHING = b"n"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def text(words: str | None) -> bytes:
    """Write a text in UTF-8, or nothing."""
    return NOTHING if words is None else sized(b"s", words.encode())


def number(value: int | None) -> bytes:
    """Write a whole number, or nothing."""
    return NOTHING if value is None else sized(b"i", b"%d" % value)


def octets(digits: str | None) -> bytes:
    """Write bytes that are given in hex digits, or nothing."""
    return NOTHING if digits is None else sized(b"b", bytes.fromhex(digits))


def key(uuid: str | None) -> bytes:
    """Write a UUID, or nothing."""
    if uuid is None:
        return NOTHING
    content = bytes.fromhex(uuid.replace("-", ""))
    if len(content) != 16:  # noqa: PLR2004 -- bytes of a UUID
        raise ValueError(f"{uuid!r} is no UUID")
    return b"u16:" + content


def instant(micros: int | None) -> bytes:
    """Write an instant in microseconds since 1970 (UTC), or nothing."""
    return NOTHING if micros is None else sized(b"d", b"%d" % micros)


@lru_cache(maxsize=65_536)
def micros(written: str) -> int:
    """Read an instant with its zone (ISO 8601) as microseconds since 1970."""
    return (datetime.fromisoformat(written) - _EPOCH) // _MICROSECOND


def micros_or_none(written: str | None) -> int | None:
    """Read an instant, or nothing."""
    return None if written is None else micros(written)


def listed(*parts: bytes) -> bytes:
    """Write a list of parts that are written already."""
    return sized(b"l", b"".join(parts))


def texts(words: Iterable[str]) -> bytes:
    """Write a list of texts."""
    return listed(*map(text, words))


def sized(letter: bytes, content: bytes) -> bytes:
    """Write content behind its letter and length."""
    return b"%b%d:%b" % (letter, len(content), content)


def commitment(salt: str, record: bytes) -> bytes:
    """Give the commitment of a written record under a salt in hex digits (SHA-256)."""
    return sha256(bytes.fromhex(salt) + record).digest()
