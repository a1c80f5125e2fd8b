"""Sign and open notes in the public format c2sp.org/signed-note (Ed25519)."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from avow.errors import LedgerError

ED25519 = b"\x01"
KEY_BYTES = 32
MAX_SIGNATURES = 64
_DASH = "\u2014 "
_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who may have signed: a name and an Ed25519 public key (32 bytes)."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name or a key that the format does not allow."""
        if not _is_name(self.name):
            raise LedgerError(f"{self.name!r} is not the name of a key", "no spaces, no plus, not empty")
        if len(self.public) != KEY_BYTES:
            raise LedgerError("this is not an Ed25519 public key", f"it has {KEY_BYTES} bytes")

    @property
    def id(self) -> bytes:
        """Give the four bytes that find this key in a signature line."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """Write the key as others configure it: name+id+key."""
        return f"{self.name}+{self.id.hex()}+{encode(ED25519 + self.public)}"

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """Read a key as it is configured; raise LedgerError if it is malformed or its id is not its own."""
        name, _, rest = text.partition("+")
        found_id, _, material = rest.partition("+")
        data = decode(material)
        if data[:1] != ED25519:
            raise LedgerError("this verifier key is not for Ed25519", "use one whose type is 1")
        verifier = cls(name, data[1:])
        if verifier.id.hex() != found_id:
            raise LedgerError(f"the id of the verifier key of {name} is not its own", "copy the key anew")
        return verifier

    def signed(self, text: str, signature: bytes) -> bool:
        """Say whether this key made the signature (64 bytes) over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a name and the seed of an Ed25519 key (32 bytes, secret)."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """Give what others need to check this signer."""
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Give the text as a signed note; raise LedgerError for a text that a note cannot hold."""
        if not text.endswith("\n") or not _is_plain(text):
            raise LedgerError(
                "a note's text ends in a newline and has no other control characters", "write it in lines"
            )
        return f"{text}\n{self.line(text)}"

    def line(self, text: str) -> str:
        """Give the line that signs a text, to stand below it with those of others."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{_DASH}{self.name} {encode(self.verifier.id + signature)}\n"


def open_note(note: str, verifiers: Sequence[Verifier]) -> str:
    """Give the text of a note that a known key has signed.

    Unknown keys are ignored; a known key that fails rejects the note. Raises LedgerError.
    """
    text, lines = _split(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    held = False
    for name, data in [_signature(line) for line in lines]:
        verifier = known.get((name, data[:_ID_BYTES]))
        if verifier and not verifier.signed(text, data[_ID_BYTES:]):
            raise LedgerError(f"the signature of {name} does not fit the note", "the text or the key was changed")
        held = held or verifier is not None
    if not held:
        raise LedgerError("no key that we know has signed the note", "name the verifier key of its signer")
    return text


def _split(note: str) -> tuple[str, list[str]]:
    """Part text and signature lines at the last empty line."""
    cut = note.rfind("\n\n")
    if cut < 0 or not note.endswith("\n") or len(note) == cut + 2 or not _is_plain(note):
        raise LedgerError("this is not a signed note", "a text, an empty line, then signature lines")
    lines = note[cut + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise LedgerError(f"a note with {len(lines)} signatures is refused", f"at most {MAX_SIGNATURES} are read")
    return note[: cut + 1], lines


def _signature(line: str) -> tuple[str, bytes]:
    """Read name and id with signature from a line."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    data = decode(encoded)
    if not line.startswith(_DASH) or not space or not _is_name(name) or len(data) <= _ID_BYTES:
        raise LedgerError("a signature line of the note is malformed", "dash, name, base64, with one space each")
    return name, data


def _is_plain(text: str) -> bool:
    return all(letter >= " " or letter == "\n" for letter in text) and not any("\ud800" <= x <= "\udfff" for x in text)


def _is_name(name: str) -> bool:
    return bool(name) and _is_plain(name) and not any(letter.isspace() or letter == "+" for letter in name)


def encode(data: bytes) -> str:
    """Write bytes as base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """Read base64 in the one form that `encode` writes; raise LedgerError for any other."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise LedgerError("this is not base64", "copy the note or the key anew") from error
    if encode(data) != text:
        raise LedgerError("this is not the one form of base64", "copy the note or the key anew")
    return data
