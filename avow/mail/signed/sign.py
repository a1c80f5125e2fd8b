"""Sign the bytes of a message under each of our keys (RFC 6376, RFC 8463); what may be altered on the way is not."""

import hashlib
import re
import time
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from avow.store.dkim.keys import SigningKey

ALWAYS: Final = (b"from", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id")
"""Covered once more than they stand in the message, so that none can be added (RFC 6376, section 8.15)."""
PRESENT: Final = (
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"content-language",
    b"auto-submitted",
    b"in-reply-to",
    b"references",
    b"list-id",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
"""Covered so too where they stand; a mailing list that others run may add its own (RFC 8058, section 4)."""
_FIELD: Final = re.compile(rb"^([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)(?:\r\n|\Z)", re.MULTILINE)
_SPACES: Final = re.compile(rb"[ \t]+")
_FOLD: Final = re.compile(rb"\r\n(?=[ \t])")
_WIDTH: Final = 72
_PADDING, _HASH = PKCS1v15(), SHA256()


def signed(data: bytes, keys: Sequence[SigningKey]) -> bytes:
    """Give a message (CRLF lines) with a signature of each key above it; without keys as it is."""
    if not keys:
        return data
    head, _, body = data.partition(b"\r\n\r\n")
    names, covered = _covered(head)
    common = b"t=%d; h=%s;\r\n bh=%s" % (time.time(), _folded(b":".join(names)), digest(body))
    return b"".join([*(_signature(key, common, covered) for key in keys), data])


def digest(body: bytes) -> bytes:
    """Hash a body as it reads without what mail servers may change of it (relaxed; RFC 6376, section 3.4.4)."""
    if b"  " in body or b"\t" in body:
        body = _SPACES.sub(b" ", body)
    body = body.replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return b64encode(hashlib.sha256(body + b"\r\n" if body else b"").digest())


def relaxed(value: bytes) -> bytes:
    """Give a header's value on one line with single spaces (RFC 6376, section 3.4.2)."""
    return _SPACES.sub(b" ", _FOLD.sub(b"", value)).strip(b" ")


def _covered(head: bytes) -> tuple[list[bytes], bytes]:
    """Give the names to sign, and what is signed of the message's headers, the lowest of a name first."""
    found: dict[bytes, list[bytes]] = {}
    for field, value in _FIELD.findall(head):
        found.setdefault(field.lower(), []).append(value)
    names: list[bytes] = []
    lines: list[bytes] = []
    for name in (*ALWAYS, *(name for name in PRESENT if name in found)):
        values = found.get(name, [])
        names += [name] * (len(values) + 1)
        lines += [b"%s:%s\r\n" % (name, relaxed(value)) for value in reversed(values)]
    return names, b"".join(lines)


def _signature(key: SigningKey, common: bytes, covered: bytes) -> bytes:
    """Give the header with one key's signature over the covered headers and itself."""
    value = b" %s;\r\n %s;\r\n b=" % (_first(key), common)
    signing = covered + b"dkim-signature:" + relaxed(value)
    if isinstance(key.secret, Ed25519PrivateKey):
        made = key.secret.sign(hashlib.sha256(signing).digest())
    else:
        made = key.secret.sign(signing, _PADDING, _HASH)
    seal = b64encode(made)
    lines = b"\r\n ".join(seal[at : at + _WIDTH] for at in range(0, len(seal), _WIDTH))
    return b"DKIM-Signature:" + value + lines + b"\r\n"


def _first(key: SigningKey) -> bytes:
    return f"v=1; a={key.algorithm}-sha256; c=relaxed/relaxed; d={key.domain}; s={key.selector}".encode()


@cache
def _folded(names: bytes) -> bytes:
    """Break the list of names into lines that no mail server breaks for us."""
    lines, line = [], b""
    for name in names.split(b":"):
        if len(line) + len(name) > _WIDTH:
            lines.append(line)
            line = b" "
        line += name + b":"
    return b"\r\n".join([*lines, line.removesuffix(b":")])
