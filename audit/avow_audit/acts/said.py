"""Check what was chosen and who is taken for whom, and answer what was refused or accepted before a decision."""

from collections import defaultdict
from dataclasses import dataclass

from avow_audit.export import Line
from avow_audit.log.canonical import commitment, instant, key, listed, micros, micros_or_none, number, octets, text
from avow_audit.log.entries import Entries

NOBODY = "00000000-0000-0000-0000-000000000000"
_CHOSEN, _LINKED = frozenset({"chosen"}), frozenset({"linked", "unlinked"})
_FORGOTTEN_YES = "refusals that were ended by an answer of somebody who is forgotten since: it is told, not proven"


@dataclass(frozen=True, slots=True)
class Act:
    """A choice about one target: its entry, its number, if it is a no, if it is proven to be the person's own yes."""

    entry: int
    no: int
    refuses: bool
    ends: bool
    blank: bool
    reach: str | None


@dataclass(frozen=True, slots=True)
class Tie:
    """A link: with whom, from which entry on, and up to which (0 is to this day)."""

    other: str
    since: int
    until: int


Target = str
"""What a choice is about: scope:BIT, list:ID or purpose:ID."""
_By = dict[str, dict[Target, list[Act]]]


class Said:
    """Every choice by person and by mailbox, and every link."""

    def __init__(self, entries: Entries) -> None:
        """Begin with nothing said."""
        self.entries, self.report = entries, entries.report
        self.persons: _By = defaultdict(lambda: defaultdict(list))
        self.reaches: _By = defaultdict(lambda: defaultdict(list))
        self.ties: dict[str, list[Tie]] = defaultdict(list)

    def choice(self, line: Line) -> None:
        """Take a choice: what opens it, or the entry that says whose it was is forgotten."""
        told, entry, pos, salt = f"choice {line['id']}", line["entry"], line["pos"], line["salt"]
        given = [word for word in ("scope", "list", "purpose") if line[word] is not None]
        if len(given) != 1 or line["answer"] not in {"no", "yes"}:
            raise ValueError("a choice is a no or a yes to one scope, list or purpose")
        opened = None if salt is None else commitment(salt, _choice(line))
        if not self.entries.open(told, entry, pos, opened, _CHOSEN):
            return
        if salt is None and not self.entries.forgot(entry, pos):
            self.report.add(f"{told}: it cannot be opened, and no later entry says that whose it was is forgotten")
        act = Act(
            entry,
            int(line["no"]),
            line["answer"] == "no",
            line["answer"] == "yes" and line["actor"] == "person-verified",
            salt is None,
            line["reach"],
        )
        target = f"{given[0]}:{line[given[0]]}"
        if line["person"] != NOBODY:
            self.persons[line["person"]][target].append(act)
        if line["reach"] is not None:
            self.reaches[line["reach"]][target].append(act)
        self.report.checked["choices"] += 1

    def link(self, line: Line) -> None:
        """Take a link, which holds from the entry by which it came up to the one that ended it."""
        entry, person, other = line["entry"], line["person"], line["other"]
        record = listed(
            text("link"),
            key(person),
            key(line["id"]),
            key(other),
            instant(micros(line["at"])),
            text(line["actor"]),
            instant(micros_or_none(line["ended"])),
        )
        if self.entries.open(f"link {line['id']}", entry, line["pos"], commitment(line["salt"], record), _LINKED):
            until = entry if line["ended"] is not None else 0
            since = self.entries.first(entry)
            self.ties[person].append(Tie(other, since, until))
            self.ties[other].append(Tie(person, since, until))
            self.report.checked["links"] += 1

    def linked(self, person: str, before: int) -> dict[str, int]:
        """Give who was taken for a person when an entry was made, and since which entry they were."""
        found = {person: 0}
        queue = [person]
        while queue:
            one = queue.pop()
            for tie in self.ties.get(one, ()):
                if tie.other not in found and tie.since < before and not 0 < tie.until < before:
                    found[tie.other] = max(tie.since, found[one])
                    queue.append(tie.other)
        return found

    def refusal(self, person: str, reach: str, target: Target, before: int, *, spreads: bool = True) -> Act | None:
        """Give the refusal of a target that stood for a person at a mailbox when an entry was made.

        It stood if no verified yes of a higher number ended it, at the same person, and at the same mailbox. A list is
        refused with whoever was linked from the moment of the link on, until the person's own later yes.
        """
        own = self.persons.get(person, {}).get(target, ())
        found = self._standing(own, before) or self._standing(self.reaches.get(reach, {}).get(target, ()), before)
        if found or not spreads or person not in self.ties:
            return found
        for other, since in self.linked(person, before).items():
            no = self._standing(self.persons.get(other, {}).get(target, ()), before) if other != person else None
            if no is None or (not target.startswith("scope:") and _yes_since(own, max(since, no.entry), before)):
                continue
            return no
        return None

    def unseen(self, person: str, reach: str, target: Target, before: int, number_: int) -> Act | None:
        """Give a refusal that stands before an entry in the log, with a number above the one that its decision saw."""
        acts = (*self.persons.get(person, {}).get(target, ()), *self.reaches.get(reach, {}).get(target, ()))
        return next((one for one in acts if one.refuses and one.entry < before and one.no > number_), None)

    def accepted(self, person: str, purpose: str, before: int) -> Act | None:
        """Give the person's own verified yes to a purpose that stood when an entry was made."""
        return self._yes(person, f"purpose:{purpose}", before)

    def joined(self, person: str, list_: str, before: int) -> bool:
        """Say whether a person's own verified yes to a list stood when an entry was made."""
        return self._yes(person, f"list:{list_}", before) is not None

    def _yes(self, person: str, target: Target, before: int) -> Act | None:
        acts = [one for one in self.persons.get(person, {}).get(target, ()) if one.entry < before]
        yes = max((one for one in acts if one.ends), key=lambda one: one.no, default=None)
        if yes is None or any(one.refuses and one.no >= yes.no for one in acts):
            return None
        if self.refusal(person, "", target, before):
            return None
        return yes

    def _standing(self, acts: "list[Act] | tuple[Act, ...]", before: int) -> Act | None:
        """Give the highest no that no verified yes of a higher number ended; a draw is a no."""
        if not acts:
            return None
        earlier = [one for one in acts if one.entry < before]
        no = max((one for one in earlier if one.refuses), key=lambda one: one.no, default=None)
        if no is None:
            return None
        yes = max((one for one in earlier if one.ends), key=lambda one: one.no, default=None)
        if yes is None or no.no >= yes.no:
            return no
        if yes.blank and not no.blank:
            self.report.note(_FORGOTTEN_YES)
        return None


def _yes_since(acts: "list[Act] | tuple[Act, ...]", since: int, before: int) -> bool:
    return any(one.ends and since < one.entry < before for one in acts)


def _choice(line: Line) -> bytes:
    return listed(
        text("choice"),
        key(line["person"]),
        key(line["id"]),
        number(line["no"]),
        octets(line["reach"]),
        number(line["scope"]),
        text(line["list"]),
        text(line["purpose"]),
        text(line["answer"]),
        text(line["actor"]),
        text(line["evidence"]),
        key(line["via"]),
        instant(micros(line["at"])),
    )
