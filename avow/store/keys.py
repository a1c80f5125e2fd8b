"""Keep the secrets of a store: made once, 32 bytes each, never rotated in routine."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from avow.config import config
from avow.errors import KeyMissing

NAMES = ("reach", "token", "ledger")
"""Keys of a store: of addresses, of links, of the ledger's checkpoints."""


def make_keys(folder: Path) -> None:
    """Make each key that is missing, in a folder that only its owner reads."""
    make_secrets(folder, [f"{name}.key" for name in NAMES])


def make_secrets(folder: Path, names: Iterable[str]) -> None:
    """Make each secret file that is missing (64 hex digits, mode 0600); it appears whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        if not (folder / name).exists():
            _write(folder, name)


def _write(folder: Path, name: str) -> None:
    draft = folder / f".{name}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        (folder / name).hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first, and its secret stands
    finally:
        draft.unlink()


def password(folder: Path, role: str) -> str:
    """Give the password of a role of the embedded server; raise KeyMissing if the folder lacks it."""
    path = folder / f"{role}.password"
    try:
        return path.read_text().strip()
    except OSError as error:
        raise KeyMissing(f"the password {path} cannot be read", "restore it from the backup") from error


@cache
def key(name: str) -> bytes:
    """Give a key (32 bytes); raise KeyMissing if the store's folder lacks it."""
    path = config().data / "keys" / f"{name}.key"
    try:
        return bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise KeyMissing(
            f"the key {path} cannot be read", "restore it from the backup; a new one would not fit"
        ) from error


def draw(name: str) -> bytes:
    """Make the secret that is to follow a key (32 bytes), in a file beside it; one that was never taken up goes."""
    folder = config().data / "keys"
    (folder / f"{name}.key.next").unlink(missing_ok=True)
    _write(folder, f"{name}.key.next")
    fresh = following(name)
    if fresh is None:
        raise KeyMissing(f"a new key {name} cannot be written to {folder}", "see who may write there, and try again")
    return fresh


def following(name: str) -> bytes | None:
    """Give the secret that is to follow a key, if one was drawn and not taken up."""
    try:
        return bytes.fromhex((config().data / "keys" / f"{name}.key.next").read_text().strip())
    except (OSError, ValueError):
        return None


def take_up(name: str) -> None:
    """Let the secret that was drawn be the key from now on; the old one is destroyed."""
    folder = config().data / "keys"
    (folder / f"{name}.key.next").replace(folder / f"{name}.key")
    key.cache_clear()


def derived(name: str, act: str) -> str:
    """Give a secret for one act that is made from a key and tells nothing of it (64 hex digits)."""
    return hmac.digest(key(name), b"avow/derived/" + act.encode(), hashlib.sha256).hex()


def fingerprint(name: str) -> bytes:
    """Give the fingerprint of a key, which may be stored beside what the key protects (32 bytes)."""
    return fingerprint_of(key(name))


def fingerprint_of(secret: bytes) -> bytes:
    """Give the fingerprint of a secret (32 bytes)."""
    return hmac.digest(secret, b"avow/key-print/v1", hashlib.sha256)
