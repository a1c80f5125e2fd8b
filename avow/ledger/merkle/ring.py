"""Know which key may have signed which checkpoints: the keys of a log one after the other, each up to a size."""

import re
from dataclasses import dataclass
from itertools import pairwise

from avow.errors import LedgerError
from avow.ledger.merkle.checkpoint import Checkpoint, open_checkpoint
from avow.ledger.merkle.note import Signer, Verifier, open_note

_FORM = "avow/keys/v1"
_KEY_AND_END = 2
_SIZE = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ring:
    """The public keys of a log (32 bytes each), oldest first, and the size up to which each but the last signed."""

    keys: tuple[bytes, ...]
    ends: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse ends that do not rise, or that are not one fewer than the keys."""
        if len(self.keys) != len(self.ends) + 1 or any(one >= other for one, other in pairwise((0, *self.ends))):
            raise LedgerError("these keys do not follow one another", "each but the last ends at a larger size")

    def at(self, size: int) -> bytes:
        """Give the key that signs a checkpoint of this size."""
        return self.keys[sum(size > end for end in self.ends)]

    def opened(self, note: str) -> Checkpoint:
        """Give the checkpoint of a note that the key of its size signed; raise LedgerError for any other."""
        size = note.split("\n", 2)[1:2]
        return open_checkpoint(note, self.at(int(size[0]) if size and _SIZE.fullmatch(size[0]) else 0))

    def follow(self, public: bytes, end: int) -> "Ring":
        """Give the keys with one more, which signs what is larger than `end`."""
        return Ring((*self.keys, public), (*self.ends, end))

    def before(self, count: int) -> "Ring":
        """Give the first `count` keys, as they were listed then."""
        return Ring(self.keys[:count], self.ends[: count - 1])

    def text(self, origin: str) -> str:
        """Write the keys of the log of this name: a line each, with the size up to which it signed."""
        lines = [f"{Verifier(origin, key)} {end}" for key, end in zip(self.keys, self.ends, strict=False)]
        return "\n".join((origin, _FORM, *lines, str(Verifier(origin, self.keys[-1])))) + "\n"


def listed(text: str) -> tuple[str, Ring]:
    """Read the name of a log and its keys: a list as `Ring.text` writes it, or the lines of keys alone.

    Raises LedgerError for what is neither.
    """
    lines = text.strip().split("\n")
    parts = [line.split(" ") for line in (lines[2:] if lines[1:2] == [_FORM] else lines)]
    ends = [part[1] for part in parts[:-1] if len(part) == _KEY_AND_END and _SIZE.fullmatch(part[1])]
    if len(ends) != len(parts) - 1 or len(parts[-1]) != 1:
        raise LedgerError("this is not a list of keys", "a verifier key a line, each but the last with its last size")
    verifiers = [Verifier.read(part[0]) for part in parts]
    if len({verifier.name for verifier in verifiers}) > 1:
        raise LedgerError("these are keys of several logs", "give those of one")
    return verifiers[0].name, Ring(tuple(one.public for one in verifiers), tuple(map(int, ends)))


def hand_over(ring: Ring, origin: str, old: bytes, new: bytes) -> str:
    """Give the list of keys as a note that the last two sign: the old one vouches for the new, the new for the old.

    `old` and `new` are their seeds (32 bytes, secret).
    """
    text = ring.text(origin)
    return Signer(origin, old).sign(text) + Signer(origin, new).line(text)


def handed_over(note: str, public: bytes) -> tuple[str, Ring]:
    """Give the name of a log and its keys out of a note that this key signed; raise LedgerError for any other."""
    origin = note.partition("\n")[0]
    text = open_note(note, [Verifier(origin, public)])
    _, ring = listed(text)
    if ring.text(origin) != text:
        raise LedgerError("this is not a list of keys", "it was changed")
    return origin, ring
