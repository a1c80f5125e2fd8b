"""Say what the DNS has to publish, so that others can verify what we sign."""

from base64 import b64encode
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from avow.store.dkim.keys import SigningKey

_LONGEST: Final = 255
"""Octets of one string of a TXT record (RFC 1035, section 3.3)."""


def name(key: SigningKey) -> str:
    """Give the name in the DNS under which a key is looked for."""
    return f"{key.selector}._domainkey.{key.domain}"


def words(key: SigningKey) -> str:
    """Give what the record says: the algorithm and the public key (RFC 6376, section 3.6.1; RFC 8463, section 4)."""
    public = key.secret.public_key()
    if isinstance(key.secret, Ed25519PrivateKey):
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    else:
        raw = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k={key.algorithm}; p={b64encode(raw).decode()}"


def line(key: SigningKey) -> str:
    """Give the record as a line of a zone file, in strings that are short enough."""
    said = words(key)
    strings = " ".join(f'"{said[at : at + _LONGEST]}"' for at in range(0, len(said), _LONGEST))
    return f"{name(key)}. IN TXT ( {strings} )"
