"""Seal a few words into a link or a form field, so that nobody can forge or change them."""

import base64
import hashlib
import hmac
import time
from datetime import timedelta

from avow.errors import TokenError
from avow.store.keys import key

_MAC_BYTES = 16


def seal(act: str, *parts: str) -> str:
    """Give a token for one act over parts (no line feeds in them), stamped with the second it was made."""
    body = "\n".join((str(int(time.time())), *parts)).encode()
    return base64.urlsafe_b64encode(_mac(act, body) + body).decode().rstrip("=")


def unseal(act: str, token: str, within: timedelta | None = None) -> tuple[str, ...]:
    """Give the parts of a token; raise TokenError if it is forged, of another act, or older than `within`."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        body = raw[_MAC_BYTES:]
        made, *parts = body.decode().split("\n")
        age = timedelta(seconds=time.time() - int(made))
    except ValueError as error:
        raise TokenError("this link is damaged", "copy the whole link, or ask for a new one") from error
    if not hmac.compare_digest(raw[:_MAC_BYTES], _mac(act, body)):
        raise TokenError("this link is not ours", "copy the whole link, or ask for a new one")
    if within is not None and age > within:
        raise TokenError("this link is too old", "ask for a new one")
    return tuple(parts)


def _mac(act: str, body: bytes) -> bytes:
    return hmac.digest(key("token"), act.encode() + b"\0" + body, hashlib.sha256)[:_MAC_BYTES]
