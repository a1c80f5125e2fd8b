"""Open signed checkpoints in the public formats c2sp.org/signed-note and c2sp.org/tlog-checkpoint."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ED25519 = b"\x01"
_KEY, _ID, _HASH = 32, 4, 32
_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who may have signed: a name, an Ed25519 public key, and the four bytes that find it."""

    name: str
    public: bytes
    id: bytes

    @classmethod
    def read(cls, written: str) -> "Verifier":
        """Read `name+id+key`; raise ValueError if it is malformed or its id is not its own."""
        name, found, key = written.strip().split("+", 2)
        data = decode(key)
        id_ = sha256(name.encode() + b"\n" + data).digest()[:_ID]
        if data[:1] != _ED25519 or len(data) != 1 + _KEY or id_.hex() != found:
            raise ValueError(f"{written.strip()!r} is no verifier key of type Ed25519")
        return cls(name, data[1:], id_)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was signed: the name of the log, its size, its root."""

    origin: str
    size: int
    root: bytes


def checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Open a checkpoint that one of these keys signed; raise ValueError that says why it does not open."""
    cut = note.rfind("\n\n")
    if cut < 0 or not note.endswith("\n"):
        raise ValueError("it is no signed note")
    text, lines = note[: cut + 1], note[cut + 2 : -1].split("\n")
    known = {(one.name, one.id): one for one in verifiers}
    signed = False
    for line in lines:
        name, _, written = line.removeprefix(_DASH).partition(" ")
        data = decode(written)
        verifier = known.get((name, data[:_ID])) if line.startswith(_DASH) else None
        if verifier is not None:
            _verify(verifier, text, data[_ID:])
            signed = True
    if not signed:
        raise ValueError("no key that is known has signed it")
    return _read(text)


def _verify(verifier: Verifier, text: str, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, text.encode())
    except InvalidSignature as error:
        raise ValueError(f"the signature of {verifier.name} does not fit it") from error


def _read(text: str) -> Checkpoint:
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    found = decode(root)
    if not origin or not (size.isascii() and size.isdecimal()) or len(found) != _HASH:
        raise ValueError("it is no checkpoint: a name, a size and a root")
    return Checkpoint(origin, int(size), found)


def decode(written: str) -> bytes:
    """Read base64; raise ValueError for anything else."""
    try:
        return base64.b64decode(written, validate=True)
    except binascii.Error as error:
        raise ValueError("it is no base64") from error
