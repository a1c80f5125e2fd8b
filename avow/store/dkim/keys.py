"""Keep the keys that sign what goes out: one of RSA, one of Ed25519, under a name that the DNS publishes (RFC 6376)."""

import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from avow.config import config
from avow.errors import ConfigError, KeyMissing

BITS: Final = 2048
"""Bits of an RSA key: what every receiver takes (RFC 8301), and what still fits the DNS."""
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
Private = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs mail: its domain, its selector in the DNS, its algorithm (rsa, ed25519), its secret."""

    domain: str
    selector: str
    algorithm: str
    secret: Private = field(repr=False)


def make(name: str) -> tuple[Path, ...]:
    """Make the keys of a name that are missing, each whole or not at all, mode 0600; give their files.

    Raises ConfigError for a name that the DNS does not take.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name of a key", "give small letters, digits and dashes, at most 32")
    folder = config().data / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = tuple(folder / _file(name, algorithm) for algorithm in ("rsa", "ed25519"))
    for path in found:
        if not path.exists():
            _write(path, generate_private_key(65537, BITS) if "-rsa" in path.name else Ed25519PrivateKey.generate())
    return found


def signing() -> tuple[SigningKey, ...]:
    """Give the keys that AVOW_DKIM names, read once; none if mail goes out unsigned.

    Raises KeyMissing if one cannot be read: nothing goes out unsigned that should be signed.
    """
    domain, _, name = config().dkim.partition(":")
    return keys_of(config().data / "keys", domain, name) if domain else ()


@cache
def keys_of(folder: Path, domain: str, name: str) -> tuple[SigningKey, ...]:
    """Give the keys of a name in a folder; raise KeyMissing if one is missing or is none."""
    return tuple(
        SigningKey(domain, f"{name}-{algorithm}", algorithm, _read(folder / _file(name, algorithm), algorithm))
        for algorithm in ("rsa", "ed25519")
    )


def aligned(mailbox: str, domain: str) -> bool:
    """Say whether the domain that signs is the sender's or one above it, as receivers ask (RFC 7489, section 3.1.1)."""
    sender = mailbox.rpartition("@")[2].lower()
    return sender == domain or sender.endswith(f".{domain}")


def _file(name: str, algorithm: str) -> str:
    return f"dkim-{name}-{algorithm}.key"


def _read(path: Path, algorithm: str) -> Private:
    hint = "restore it from the backup, or make keys under another name: avow mailing dkim NAME"
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyMissing(f"the key {path} cannot be read", hint) from error
    if algorithm == "rsa" and isinstance(found, RSAPrivateKey):
        return found
    if algorithm == "ed25519" and isinstance(found, Ed25519PrivateKey):
        return found
    raise KeyMissing(f"{path} is no key of {algorithm}", hint)


def _write(path: Path, secret: Private) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
