"""Check a whole export: the log first, then what it commits to, then each act."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from avow_audit.acts.carried import Carried
from avow_audit.acts.deadlines import Deadlines
from avow_audit.acts.disclosures import Disclosures
from avow_audit.acts.items import Items
from avow_audit.acts.messages import Messages, Person
from avow_audit.acts.said import Said
from avow_audit.export import Export, Line
from avow_audit.law.published import Published
from avow_audit.log.canonical import micros
from avow_audit.log.entries import Entries
from avow_audit.log.note import Verifier, checkpoint
from avow_audit.log.tree import Tree
from avow_audit.report import Report

_PEOPLE = ("persons", "addresses", "items", "messages", "disclosed")
"""The parts about people, each in the order of their ids; what an act rests on stands before it."""
_PENDING = "entries that wait for their place in the log, and are under no checkpoint yet"
_OWN_KEY = "the verifier key is the export's own; name the one that you know by --key"

Kept = tuple[str, str]
"""A checkpoint that was kept outside: what it is called, the note."""


def check(
    export: Export, keys: Sequence[str] = (), kept: Sequence[Kept] = (), carried: Carried | None = None
) -> Report:
    """Check an export against itself, against keys and checkpoints kept outside, and against the mail server's log."""
    report = export.report
    if not export.whole():
        return report
    verifiers = _verifiers(export, keys)
    entries = Entries(report)
    export.each("entries", entries.add)
    _log(export, entries, verifiers, kept)
    published = Published(export, entries)
    said = Said(entries)
    export.each("links", said.link)
    export.each("choices", said.choice)
    messages = Messages(entries, published, said, carried)
    export.each("mailings", messages.mailing)
    disclosures = Disclosures(messages, micros(export.at))
    for name in ("organization", "order", "disclosure", "recall"):
        export.each(f"{name}s", getattr(disclosures, name))
    items = Items(entries, published)
    _people(export, items, messages, disclosures)
    export.each("enclosed", items.enclosed)
    export.each("possessions", items.possession)
    messages.end()
    disclosures.end()
    deadlines = Deadlines(entries, published, micros(export.at))
    export.each("letters", deadlines.letter)
    deadlines.end()
    for entry, pos in entries.missing():
        kind = entries.kind(entry)
        report.add(f"commitment {pos} of entry {entry} ({kind}) has no row, and no later entry says what became of it")
    return report


def _verifiers(export: Export, keys: Sequence[str]) -> list[Verifier]:
    """Read the keys that the auditor named, or else those of the export."""
    found = []
    if not keys:
        export.report.note(_OWN_KEY)
    for written in keys or export.keys:
        try:
            found.append(Verifier.read(written))
        except ValueError as error:
            export.report.add(f"a verifier key cannot be read: {error}")
    return found


def _log(export: Export, entries: Entries, verifiers: Sequence[Verifier], kept: Sequence[Kept]) -> None:
    """Grow the tree leaf by leaf, and compare its root at each size that was signed."""
    report, roots = export.report, list[tuple[int, bytes, str]]()
    origins = {one.name for one in verifiers}

    def signed(told: str, note: str, size: int | None) -> None:
        report.checked["checkpoints"] += 1
        try:
            found = checkpoint(note, verifiers)
        except ValueError as error:
            report.add(f"{told}: {error}")
            return
        if found.origin not in origins or size not in {None, found.size}:
            report.add(f"{told}: it was signed over another log or size")
        roots.append((found.size, found.root, told))

    export.each("checkpoints", lambda line: signed(f"checkpoint {line['size']}", str(line["note"]), line["size"]))
    for name, note in kept:
        signed(name, note, None)
    if not roots:
        report.add("no checkpoint opens: nothing shows that the log was not made up")
    _grow(export, entries, sorted(roots))


def _grow(export: Export, entries: Entries, roots: Sequence[tuple[int, bytes, str]]) -> None:
    """Place each entry in the tree, and compare the roots."""
    report, tree, placed, left = export.report, Tree(), set[int](), list(reversed(roots))

    def compare() -> None:
        while left and left[-1][0] == tree.size:
            _, root, told = left.pop()
            if root != tree.root:
                report.add(f"{told}: the root over its leaves is another: the log was rewritten or forked")

    def place(line: Line) -> None:
        compare()
        entry = int(line["entry"])
        hash_ = entries.leaf(entry)
        if line["index"] != tree.size or hash_ is None or entry in placed:
            report.add(f"leaf {line['index']} of entry {entry}: it does not come next, or its entry is not there")
            return
        placed.add(entry)
        tree.add(hash_)

    export.each("leaves", place)
    compare()
    for size, _, told in reversed(left):
        report.add(f"{told}: it was signed over {size} leaves, and there are {tree.size}")
    if roots and tree.size > roots[-1][0]:
        report.add(f"{tree.size - roots[-1][0]} leaves are under no checkpoint")
    report.note(_PENDING, len(entries.kinds) - len(placed))


def _people(export: Export, items: Items, messages: Messages, disclosures: Disclosures) -> None:
    """Go through people in the order of their ids, and decide each act from what is held of its person."""
    streams = [_stream(export, part, rank) for rank, part in enumerate(_PEOPLE)]
    for id_, rows in groupby(heapq.merge(*streams, key=itemgetter(0, 1)), key=itemgetter(0)):
        known = _Known(Person(id_), items, messages, disclosures)
        for _, rank, place, line in rows:
            export.guarded(place, getattr(known, _PEOPLE[rank]), line)


@dataclass(frozen=True, slots=True)
class _Known:
    """Take the lines about one person."""

    person: Person
    all_items: Items
    all_messages: Messages
    all_disclosures: Disclosures

    def persons(self, line: Line) -> None:
        self.person.relations = int(line["relations"])

    def addresses(self, line: Line) -> None:
        reach, proven = line["reach"], line["verified"] is not None
        self.person.reaches[reach] = self.person.reaches.get(reach, False) or proven

    def items(self, line: Line) -> None:
        if found := self.all_items.item(line):
            self.person.items.append(found)

    def messages(self, line: Line) -> None:
        self.all_messages.message(line, self.person)

    def disclosed(self, line: Line) -> None:
        self.all_disclosures.disclosed(line, self.person)


def _stream(export: Export, part: str, rank: int) -> Iterator[tuple[str, int, str, Line]]:
    """Give the lines of a part by person; a line out of order is reported and left out."""
    last = ""
    for place, line in export.lines(part):
        person = line.get("person")
        if not isinstance(person, str) or person < last:
            export.report.add(f"{place} does not stand in the order of persons")
            continue
        last = person
        yield person, rank, place, line


def logged(paths: Sequence[Path]) -> Carried | None:
    """Read logs of the mail server; None without any; raise OSError if one cannot be read."""
    if not paths:
        return None
    carried = Carried()
    for path in paths:
        with path.open(encoding="utf-8", errors="replace") as file:
            carried.read(file)
    return carried


def kept(paths: Sequence[Path]) -> list[Kept]:
    """Read checkpoints that were kept outside; raise OSError or UnicodeDecodeError if one cannot be read."""
    return [(f"the checkpoint {path}", path.read_text(encoding="utf-8")) for path in paths]
