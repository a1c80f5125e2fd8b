"""Check what was given outside: each person by their own named yes, or by an order of the law, that stood then."""

import json
from collections import Counter

from avow_audit.acts.messages import Asked, Messages, Person
from avow_audit.acts.said import NOBODY
from avow_audit.export import Line
from avow_audit.law.words import RELATIONS
from avow_audit.log.canonical import commitment, instant, key, listed, micros, number, octets, text

_DISCLOSED = frozenset({"disclosed"})
_INSTRUMENT = 1 << RELATIONS["instrument"]
_PATIENCE = 3_600_000_000
"""Microseconds until whoever was given somebody's data is told that the yes was taken back."""
_FORGOTTEN = "people in what was given outside who are forgotten since: that it was decided is shown, for whom is not"


class Disclosures:
    """Check the register of what was given outside, then each person in it."""

    def __init__(self, messages: Messages, at: int) -> None:
        """Decide as messages are decided; `at` is the instant of the export."""
        self.messages, self.at = messages, at
        self.entries, self.report = messages.entries, messages.report
        self.lists: dict[str, str] = {}
        self.orders: dict[str, Line] = {}
        self.lines: dict[str, Line] = {}
        self.asked: dict[str, Asked | None] = {}
        self.people: Counter[str] = Counter()

    def organization(self, line: Line) -> None:
        """Take an organization, with the list of who said yes to it by name."""
        self.lists[line["id"]] = line["list"]

    def order(self, line: Line) -> None:
        """Take an order of the law: somebody must have called the authority back before it was followed."""
        if line["done"] is not None and (line["called"] is None or micros(line["called"]) > micros(line["done"])):
            self.report.add(f"order {line['id']}: it was followed, and nobody had called the authority back")
        self.orders[line["id"]] = line

    def disclosure(self, line: Line) -> None:
        """Check a line of the register: it is what was committed to, and names who may be given."""
        told = f"disclosure {line['id']}"
        record = listed(
            text("disclosure"),
            key(line["id"]),
            *(text(line[name]) for name in ("recipient", "whom", "purpose", "asked", "clause", "version", "why", "by")),
            octets(line["attested"]),
            number(line["people"]),
            text(line["reasons"]),
            octets(line["digest"]),
            instant(micros(line["at"])),
        )
        self.entries.open(told, line["entry"], line["pos"], commitment(line["salt"], record), _DISCLOSED)
        self.report.checked["disclosures"] += 1
        self.lines[line["id"]] = line
        asked = json.loads(line["asked"])
        if (asked["purpose"], asked["recipient"]) != (line["purpose"], line["recipient"]):
            self.report.add(f"{told}: it was asked for another use than the register says")
        known = self.lists if line["recipient"] == "outside" else self.orders
        if line["whom"] not in known:
            self.report.add(f"{told}: there is no agreement of anybody, and no order, to give to {line['whom']!r}")
        elif line["recipient"] != "outside":
            self._scope(told, line, asked)
        list_ = self.lists.get(line["whom"]) if line["recipient"] == "outside" else None
        self.asked[line["id"]] = self.messages.ruled(line["version"], asked, list_)

    def _scope(self, told: str, line: Line, asked: Line) -> None:
        order = self.orders[line["whom"]]
        beyond = set(asked["categories"]) - set(order["categories"].split())
        if beyond:
            self.report.add(f"{told}: the order {line['whom']} does not reach {', '.join(sorted(beyond))}")
        if order["done"] is None:
            self.report.add(f"{told}: the order {line['whom']} was not followed, as it says itself")

    def disclosed(self, line: Line, person: Person) -> None:
        """Check one person in what was given: the decision, and that it had to be an allow."""
        told = f"{line['id']} in disclosure {line['disclosure']}"
        self.people[line["disclosure"]] += 1
        self.report.checked["people given outside"] += 1
        of, asked = self.lines[line["disclosure"]], self.asked[line["disclosure"]]
        if line["salt"] is None or line["person"] == NOBODY:
            self._nobody(told, line)
            return
        record = listed(
            text("disclosed"),
            key(line["person"]),
            key(line["id"]),
            key(line["disclosure"]),
            octets(line["reach"]),
            text(line["categories"]),
            number(line["decision"]),
            number(line["decision_pos"]),
            octets(line["decision_salt"]),
            number(line["choice_no"]),
        )
        self.entries.open(told, line["entry"], line["pos"], commitment(line["salt"], record), _DISCLOSED)
        if line["entry"] < line["decision"]:
            self.report.add(f"{told}: it was given before it was decided")
        decided = {**line, "because": of["clause"], "version": of["version"], "entry": None, "state": "given"}
        if asked is None or not self.messages.opens(told, decided, asked):
            return
        if not set(line["categories"].split()) <= asked.ruled.use.categories:
            self.report.add(f"{told}: it holds data that was not asked for")
        self.messages.redecide(told, decided, person, asked, _INSTRUMENT if of["recipient"] == "authority" else 0)
        self.report.checked["acts re-decided"] += 1
        if of["recipient"] == "outside" and line["recall"] is None:
            self._taken_back(told, line, asked)

    def _taken_back(self, told: str, line: Line, asked: Asked) -> None:
        """Report a yes that was taken back, or a refusal, that nobody told the organization of."""
        end = 1 << 62
        for target in asked.targets:
            no = self.messages.said.refusal(line["person"], line["reach"] or "", target, end)
            if no is not None and no.entry > line["entry"] and self.entries.at(no.entry) + _PATIENCE < self.at:
                self.report.add(f"{told}: it was taken back by choice {no.no} of entry {no.entry}, and nobody was told")

    def _nobody(self, told: str, line: Line) -> None:
        self.report.note(_FORGOTTEN)
        if self.entries.last_forgotten < int(line["entry"]):
            self.report.add(f"{told}: whose it was is not told, and nobody was forgotten since")
        self.entries.open(told, line["entry"], line["pos"], None, _DISCLOSED)

    def recall(self, line: Line) -> None:
        """Check a notice to an organization."""
        record = listed(
            text("recall"), key(line["id"]), text(line["outside"]), number(line["people"]), instant(micros(line["at"]))
        )
        told = f"recall {line['id']}"
        self.entries.open(told, line["entry"], line["pos"], commitment(line["salt"], record), _DISCLOSED)
        if self.messages.carried:
            self.messages.carried.message(line["id"], line["reach"], 1)
        self.report.checked["recalls"] += 1

    def end(self) -> None:
        """Compare how many people the register says with how many there are."""
        for name, line in self.lines.items():
            if self.people[name] != line["people"]:
                self.report.add(
                    f"disclosure {name}: the register says {line['people']} people, and there are {self.people[name]}"
                )
