"""Hold every entry of the log with its commitments, and account for each of them."""

import re
from array import array
from collections.abc import Iterator
from enum import Enum

from avow_audit.log.canonical import instant, listed, number, sized, text
from avow_audit.log.note import decode
from avow_audit.log.tree import HASH, leaf, root
from avow_audit.report import Report

LINE = b"avow/entry/v1\n"
_FORM = re.compile(LINE + rb"l\d+:s\d+:([a-z-]+)d\d+:(-?\d+)b32:.{32}i\d+:\d+l\d+:(.*)", re.DOTALL)
_NAME = re.compile(rb"l\d+:i\d+:(\d+)i\d+:(\d+)")


class Rows(Enum):
    """Whether each commitment of a kind of entry must have its row."""

    ALWAYS = "always, known or forgotten"
    UNTIL_NAMED = "until a later entry names it"
    NEVER = "it covers acts"
    APART = "its rows are no part of an export"


KINDS = {
    "published": Rows.ALWAYS,
    "collected": Rows.UNTIL_NAMED,
    "imported": Rows.UNTIL_NAMED,
    "amended": Rows.UNTIL_NAMED,
    "forgotten": Rows.NEVER,
    "chosen": Rows.ALWAYS,
    "linked": Rows.UNTIL_NAMED,
    "unlinked": Rows.UNTIL_NAMED,
    "confirmed": Rows.NEVER,
    "decided": Rows.NEVER,
    "sent": Rows.NEVER,
    "read": Rows.APART,
    "opened": Rows.APART,
    "asked": Rows.APART,
    "barred": Rows.APART,
    "followed": Rows.APART,
    "passed": Rows.APART,
    "attested": Rows.APART,
    "exported": Rows.NEVER,
    "disclosed": Rows.UNTIL_NAMED,
    "agreed": Rows.APART,
    "released": Rows.APART,
    "restored": Rows.NEVER,
    "bounced": Rows.NEVER,
    "ended": Rows.NEVER,
}
"""The kinds of entry; the list is closed."""
_NAMING = {"amended": {"collected", "imported", "amended"}, "unlinked": {"linked"}}
"""Of which kinds an entry may name commitments; what is forgotten may be of any but these below."""
_NEVER_FORGOTTEN = {"published", "decided", "sent", "read", "bounced", "confirmed", "forgotten", "released", "ended"}


class Entries:
    """Every entry by its id: kind, instant, commitments, leaf; two bytes and 32 a commitment, so any log fits."""

    def __init__(self, report: Report) -> None:
        """Begin without entries."""
        self.report = report
        self.places: dict[int, int] = {}
        self.kinds: list[str] = []
        self.instants = array("q")
        self.starts = array("q", [0])
        self.covers, self.leaves = bytearray(), bytearray()
        self.seen, self.named = bytearray(), bytearray()
        self.before: dict[int, tuple[int, int]] = {}
        self.ended: dict[int, int] = {}
        self.last_forgotten = self.last_forgotten_item = 0

    def add(self, line: dict[str, object]) -> None:
        """Read an entry; what does not agree in itself is reported."""
        id_, data, covers = int(str(line["id"])), decode(str(line["data"])), decode(str(line["covers"]))
        if self.kinds and id_ <= next(reversed(self.places)):
            raise ValueError("its id does not come after the one before it")
        count = len(covers) // HASH
        kind, at, names = self._read(id_, data, covers)
        self.places[id_] = len(self.kinds)
        self.kinds.append(kind)
        self.instants.append(at)
        self.starts.append(self.starts[-1] + count)
        self.covers += covers
        self.leaves += leaf(data)
        self.seen += bytes(count)
        self.named += bytes(count)
        for entry, pos in names:
            self._name(id_, kind, entry, pos)
        if kind == "forgotten":
            self.last_forgotten = id_
        self.report.checked["entries"] += 1
        self.report.checked["commitments"] += count

    def _read(self, id_: int, data: bytes, covers: bytes) -> tuple[str, int, list[tuple[int, int]]]:
        """Read the bytes of an entry, and compare each of them with what they must be."""
        found = _FORM.fullmatch(data)
        if found is None or len(covers) % HASH:
            raise ValueError("its bytes are no entry's")
        kind, at = found[1].decode(), int(found[2])
        names = [(int(entry), int(pos)) for entry, pos in _NAME.findall(found[3])]
        parts = [covers[i : i + HASH] for i in range(0, len(covers), HASH)]
        told = listed(*(listed(number(entry), number(pos)) for entry, pos in names))
        body = (text(kind), instant(at), sized(b"b", root(parts)), number(len(parts)), told)
        if data != LINE + listed(*body):
            self.report.add(f"entry {id_}: its bytes are not those of its kind, time, commitments and names")
        if kind not in KINDS:
            self.report.add(f"entry {id_}: {kind!r} is no kind of entry")
        if names and kind != "forgotten" and kind not in _NAMING:
            self.report.add(f"entry {id_}: an entry {kind!r} cannot name others")
        return kind, at, names

    def _name(self, naming: int, kind: str, entry: int, pos: int) -> None:
        """Note that an entry names an earlier commitment, once."""
        at = self._at(entry, pos)
        if at is None or entry >= naming or self.named[at]:
            self.report.add(f"entry {naming} names commitment {pos} of entry {entry}, which it cannot")
            return
        of = self.kind(entry)
        if of in _NEVER_FORGOTTEN or (kind in _NAMING and of not in _NAMING[kind]):
            self.report.add(f"entry {naming} ({kind}) names commitment {pos} of entry {entry}, which is {of}")
        self.named[at] = 1
        if kind == "forgotten" and of in _NAMING["amended"]:
            self.last_forgotten_item = naming
        if of == "opened":
            self.ended[entry] = naming
        if kind in _NAMING:
            self.before[naming] = (entry, pos)

    def kind(self, entry: int) -> str:
        """Give the kind of an entry; "" if there is none."""
        place = self.places.get(entry)
        return "" if place is None else self.kinds[place]

    def of(self, kind: str) -> Iterator[int]:
        """Give each entry of a kind."""
        return (entry for entry, place in self.places.items() if self.kinds[place] == kind)

    def at(self, entry: int) -> int:
        """Give the instant of an entry that is there (microseconds)."""
        return self.instants[self.places[entry]]

    def first(self, entry: int) -> int:
        """Give the entry by which an item or link came, which later entries amended."""
        while entry in self.before:
            entry = self.before[entry][0]
        return entry

    def leaf(self, entry: int) -> bytes | None:
        """Give the leaf hash of an entry."""
        place = self.places.get(entry)
        return None if place is None else bytes(self.leaves[HASH * place : HASH * place + HASH])

    def open(self, what: str, entry: int, pos: int, commitment: bytes | None, kinds: frozenset[str]) -> bool:
        """Take a row for the commitment at its place, and say whether it opens it; None is a row that cannot.

        What does not open, stands under another kind of entry, or is opened twice, is reported.
        """
        at = self._at(entry, pos)
        if at is None or self.kind(entry) not in kinds:
            self.report.add(f"{what}: there is no commitment {pos} of an entry {entry} for it")
            return False
        if self.seen[at]:
            self.report.add(f"{what}: commitment {pos} of entry {entry} is another row's")
            return False
        self.seen[at] = 1
        if commitment is None:
            return True
        if self.named[at]:
            self.report.add(f"{what}: a later entry says that commitment {pos} of entry {entry} has no row any more")
            return False
        if commitment != self.covers[HASH * at : HASH * at + HASH]:
            self.report.add(f"{what}: it is not what entry {entry} committed to")
            return False
        self.report.checked["openings"] += 1
        return True

    def forgot(self, entry: int, pos: int) -> bool:
        """Say whether a later entry names a commitment."""
        at = self._at(entry, pos)
        return at is not None and bool(self.named[at])

    def in_case(self, entry: int) -> bool:
        """Say whether some case was open at an entry that was closed since; whose it was is not told."""
        return any(opened < entry < closed for opened, closed in self.ended.items())

    def missing(self) -> Iterator[tuple[int, int]]:
        """Give each commitment that must have a row and has none."""
        for entry, place in self.places.items():
            rows = KINDS.get(self.kinds[place], Rows.UNTIL_NAMED)
            start, end = self.starts[place], self.starts[place + 1]
            if rows in {Rows.NEVER, Rows.APART} or all(self.seen[start:end]):
                continue
            for at in range(start, end):
                if not self.seen[at] and not (rows is Rows.UNTIL_NAMED and self.named[at]):
                    yield entry, at - start

    def unseen(self, kind: str) -> int:
        """Count the commitments of a kind of entry that no row told of."""
        places = (place for place, word in enumerate(self.kinds) if word == kind)
        return sum(self.seen[self.starts[place] : self.starts[place + 1]].count(0) for place in places)

    def _at(self, entry: int, pos: int) -> int | None:
        place = self.places.get(entry)
        if place is None or not 0 <= pos < self.starts[place + 1] - self.starts[place]:
            return None
        return self.starts[place] + pos
