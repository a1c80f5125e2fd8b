"""Carry the proof that something is in the ledger, in the public format c2sp.org/tlog-proof."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from avow.errors import LedgerError
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.note import decode, encode
from avow.ledger.merkle.ring import Ring
from avow.ledger.merkle.tree import HASH_BYTES, included, leaf

LONGEST = 1 << 20
"""Characters that a proof may have."""
_FIRST = "c2sp.org/tlog-proof@v1\n"
_HEAD = re.compile(r"(?:extra ([^\n]*)\n)?index (0|[1-9][0-9]{0,18})\n((?:[^\n]+\n)*)\n", re.ASCII)
_MOST = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """The index of an entry, the hashes from its leaf to the root, the signed checkpoint, and what goes with it.

    `extra` is vouched for by nobody: whoever reads it must find its bytes under the leaf.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        """Write the proof as a file of lines."""
        extra = f"extra {encode(self.extra)}\n" if self.extra else ""
        hashes = "".join(f"{encode(one)}\n" for one in self.hashes)
        return f"{_FIRST}{extra}index {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def read(cls, text: str) -> "Proof":
        """Read a proof; raise LedgerError for any but the one form that `text` writes."""
        head = _HEAD.match(text, len(_FIRST)) if text.startswith(_FIRST) and len(text) <= LONGEST else None
        if head is None:
            raise LedgerError("this is not a proof", "it begins with c2sp.org/tlog-proof@v1; copy the whole file anew")
        extra, index, lines = head.groups()
        hashes = tuple(decode(line) for line in lines.splitlines())
        proof = cls(int(index), hashes, text[head.end() :], decode(extra or ""))
        if any(len(one) != HASH_BYTES for one in hashes) or len(hashes) > _MOST or proof.text != text:
            raise LedgerError("this proof is damaged", "copy the whole file anew")
        return proof

    def opened(self, data: bytes, keys: Ring) -> Checkpoint:
        """Give the checkpoint, if one of the keys signed it and an entry of these bytes is in its tree.

        Raises LedgerError that says what does not fit.
        """
        signed = keys.opened(self.checkpoint)
        if not included(signed.root, signed.size, self.index, leaf(data), self.hashes):
            raise LedgerError("the entry is not in the tree that was signed", "the proof or the entry was changed")
        return signed


def growth_told(old: Checkpoint, new: Checkpoint, hashes: Sequence[bytes]) -> str:
    """Write the proof that one checkpoint grew from another, as lines: the two sizes, then the hashes."""
    lines = [f"old {old.size}", f"new {new.size}", *(encode(one) for one in hashes)]
    return "\n".join(lines) + "\n"
