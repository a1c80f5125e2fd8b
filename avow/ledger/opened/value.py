"""Read a value back from its canonical bytes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from avow.errors import LedgerError
from avow.ledger.commitment import canonical

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEEPEST = 20
_PLAIN: dict[bytes, object] = {b"n": None, b"t": True, b"f": False}
_READERS: dict[bytes, Callable[[bytes], object]] = {
    b"s": bytes.decode,
    b"i": int,
    b"b": bytes,
    b"u": lambda content: UUID(bytes=content),
    b"d": lambda content: _EPOCH + timedelta(microseconds=int(content)),
}


def value(data: bytes) -> object:
    """Give the value whose canonical bytes these are; lists come as lists, ids and times as such.

    Raises LedgerError for bytes that are not exactly those of a value.
    """
    try:
        found, end = _value(data, 0, 0)
        whole = end == len(data) and canonical(found) == data
    except (ValueError, OverflowError, KeyError, LedgerError):
        whole, found = False, None
    if not whole:
        raise LedgerError("these are not the canonical bytes of a value", "copy the whole file anew")
    return found


def _value(data: bytes, at: int, depth: int) -> tuple[object, int]:
    letter = data[at : at + 1]
    if letter in _PLAIN:
        return _PLAIN[letter], at + 1
    content, end = _content(data, at)
    if letter == b"l":
        return _list(content, depth + 1), end
    if letter == b"m":
        return _map(content, depth + 1), end
    return _READERS[letter](content), end


def _content(data: bytes, at: int) -> tuple[bytes, int]:
    """Give what stands behind letter, length and colon, and where it ends."""
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at + 1 : colon])
    if not colon < end <= len(data):
        raise ValueError("shorter than it says")
    return data[colon + 1 : end], end


def _list(content: bytes, depth: int) -> list[object]:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    found, at = list[object](), 0
    while at < len(content):
        part, at = _value(content, at, depth)
        found.append(part)
    return found


def _map(content: bytes, depth: int) -> dict[str, object]:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    found, at = dict[str, object](), 0
    while at < len(content):
        key, at = _content(content, at)
        found[key.decode()], at = _value(content, at, depth)
    return found
