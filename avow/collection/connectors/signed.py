"""Check who signed what a system tells, by the bytes as they came: Standard Webhooks 1.0.0, and Shopify."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Final

TOLERANCE: Final = 300
"""Seconds that the clock of who signs may differ from ours, either way."""
_LONGEST: Final = 256


def standard(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes]) -> str | None:
    """Give the id of a message that one of the secrets signed within the tolerance; None for any other.

    HMAC-SHA256 over id, timestamp and body with dots between; a header may hold several signatures.
    """
    id_, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [one.partition(",") for one in headers.get("webhook-signature", "").split()]
    if not 0 < len(id_) <= _LONGEST or not _fresh(at):
        return None
    signed = b"%b.%b.%b" % (id_.encode(), at.encode(), body)
    wanted = [hmac.digest(known, signed, hashlib.sha256) for secret in secrets if (known := _key(secret))]
    found = [_bytes(words) for scheme, _, words in given if scheme == "v1"]
    return id_ if any(hmac.compare_digest(one, each) for one in found for each in wanted) else None


def shopify(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes]) -> str | None:
    """Give the id of a delivery that one of the secrets signed; None for any other.

    HMAC-SHA256 over the body alone, so its id and its topic are told by nobody's word but the sender's.
    """
    found = _bytes(headers.get("x-shopify-hmac-sha256", ""))
    right = [hmac.compare_digest(found, hmac.digest(secret, body, hashlib.sha256)) for secret in secrets if secret]
    return headers.get("x-shopify-webhook-id", "")[:_LONGEST] or "-" if any(right) else None


def sign(id_: str, at: int, body: bytes, secret: str) -> str:
    """Sign as Standard Webhooks do; `at` is in seconds since 1970."""
    signed = b"%b.%d.%b" % (id_.encode(), at, body)
    return "v1," + base64.b64encode(hmac.digest(_key(secret.encode()), signed, hashlib.sha256)).decode()


def _fresh(at: str) -> bool:
    return at.isascii() and at.isdigit() and len(at) < 12 and abs(time.time() - int(at)) <= TOLERANCE  # noqa: PLR2004 -- the digits of a second


def _key(secret: bytes) -> bytes:
    """Give the bytes of a secret that is written as whsec_ and base64; any other is its own bytes."""
    return _bytes(secret.removeprefix(b"whsec_").decode()) if secret.startswith(b"whsec_") else secret


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
