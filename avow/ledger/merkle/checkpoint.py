"""Say how large the ledger is and what its root is, in the public format c2sp.org/tlog-checkpoint."""

import re
from dataclasses import dataclass

from avow.errors import LedgerError
from avow.ledger.merkle.note import Signer, Verifier, decode, encode, open_note
from avow.ledger.merkle.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The name of a log, its number of leaves, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Write the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"

    def sign(self, seed: bytes) -> str:
        """Give the checkpoint as a note signed under its own name."""
        return Signer(self.origin, seed).sign(self.text)

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint; extension lines are allowed and ignored. Raises LedgerError."""
        origin, size, root, *_ = [*text.split("\n"), "", "", ""]
        digest = decode(root)
        if not origin or not _SIZE.fullmatch(size) or len(digest) != HASH_BYTES:
            raise LedgerError("this is not a checkpoint", "its lines are a name, a size and a root")
        return cls(origin, int(size), digest)


def open_checkpoint(note: str, public: bytes) -> Checkpoint:
    """Give the checkpoint of a note that this public key signed under the name on its first line."""
    origin = note.partition("\n")[0]
    return Checkpoint.read(open_note(note, [Verifier(origin, public)]))
