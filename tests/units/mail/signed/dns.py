"""Verify signatures with dkimpy, which shares no code with us, against records as the DNS would publish them."""

import dkim  # type: ignore[import-untyped]  # it ships no marker of its types

from avow.store.dkim.keys import SigningKey
from avow.store.dkim.published import name, words


def verified(data: bytes, keys: tuple[SigningKey, ...]) -> list[bool]:
    """Say of each signature of a message, uppermost first, whether it holds."""
    records = {f"{name(key)}.".encode(): words(key).encode() for key in keys}

    def answer(asked: bytes, timeout: int = 5) -> bytes | None:
        _ = timeout
        return records.get(asked)

    found = data.partition(b"\r\n\r\n")[0].lower().count(b"dkim-signature:")
    return [_holds(data, at, answer) for at in range(found)]


def _holds(data: bytes, at: int, answer: object) -> bool:
    try:
        return bool(dkim.DKIM(data).verify(idx=at, dnsfunc=answer))
    except dkim.DKIMException:
        return False
