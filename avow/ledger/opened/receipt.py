"""Open one commitment to whom it is about: the row, its salt, and the way from there to the entry that covers it."""

from dataclasses import dataclass
from hashlib import sha256

from avow.errors import LedgerError
from avow.ledger.commitment import canonical, inner, outer
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.proof import Proof
from avow.ledger.merkle.ring import Ring
from avow.ledger.merkle.tree import HASH_BYTES, included, leaf, path
from avow.ledger.opened.value import value

_FORM = b"avow/receipt/v1\n"
_ENTRY = b"avow/entry/v1\n"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An opened commitment: the entry's bytes, its position there, the way up, salt and canonical record.

    `inside` are the canonical salt and fields whose digest stands in the record, where it holds one.
    """

    entry: bytes
    pos: int
    path: tuple[bytes, ...]
    salt: bytes
    record: bytes
    inside: bytes = b""

    @property
    def extra(self) -> bytes:
        """Write it as the extra of a proof."""
        return _FORM + canonical([self.entry, self.pos, self.path, self.salt, self.record, self.inside])

    @classmethod
    def read(cls, extra: bytes) -> "Receipt":
        """Read it from the extra of a proof; raise LedgerError if it is none."""
        parts = value(extra.removeprefix(_FORM)) if extra.startswith(_FORM) else None
        match parts:
            case [bytes() as entry, int() as pos, [*steps], bytes() as salt, bytes() as record, bytes() as inside]:
                return cls(entry, pos, tuple(step for step in steps if isinstance(step, bytes)), salt, record, inside)
        raise LedgerError("this is not a receipt", "a receipt opens one commitment; copy the whole file anew")

    def check(self) -> None:
        """Raise LedgerError unless the entry covers this record, under this salt, at this position."""
        told = told_by(self.entry)
        commitment = sha256(self.salt + self.record).digest()
        if len(self.salt) != HASH_BYTES or not included(told.root, told.covers, self.pos, leaf(commitment), self.path):
            raise LedgerError("the entry does not cover this record", "the record or the receipt was changed")
        if self.inside and not _within(self.salt, self.record, self.inside):
            raise LedgerError("the record does not cover these fields", "the fields or the receipt were changed")


def _within(salt: bytes, record: bytes, inside: bytes) -> bool:
    """Say whether fields are those whose digest a record holds, under the salt that this one is one way from."""
    match value(inside), value(record):
        case [bytes() as secret, fields], [*parts]:
            return outer(secret) == salt and inner(secret, fields) in parts
    return False


@dataclass(frozen=True, slots=True)
class Told:
    """What the bytes of an entry say: its kind, when (canonical value), the root over its commitments, how many."""

    kind: str
    at: object
    root: bytes
    covers: int


def told_by(entry: bytes) -> Told:
    """Read the bytes of an entry; raise LedgerError if they are none."""
    parts = value(entry.removeprefix(_ENTRY)) if entry.startswith(_ENTRY) else None
    match parts:
        case [str() as kind, at, bytes() as top, int() as covers, [*_]]:
            return Told(kind, at, top, covers)
    raise LedgerError("these are not the bytes of an entry", "copy the whole file anew")


def open_row(
    entry: bytes, commitments: list[bytes], pos: int, salt: bytes, record: object, inside: bytes = b""
) -> Receipt:
    """Make the receipt of one row; raise LedgerError if the entry's commitment there is not the row's."""
    way = tuple(path(pos, [leaf(one) for one in commitments]))
    receipt = Receipt(entry, pos, way, salt, canonical(record), inside)
    receipt.check()
    return receipt


def verify(text: str, keys: Ring) -> tuple[Checkpoint, Told, Receipt | None]:
    """Verify a proof of an entry, or a receipt, offline: give the checkpoint, what the entry says, what is opened.

    Raises LedgerError that says what does not fit.
    """
    proof = Proof.read(text)
    receipt = None if proof.extra.startswith(_ENTRY) else Receipt.read(proof.extra)
    entry = receipt.entry if receipt else proof.extra
    signed, told = proof.opened(entry, keys), told_by(entry)
    if receipt:
        receipt.check()
    return signed, told, receipt
