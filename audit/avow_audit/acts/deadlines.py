"""Check that whoever asked was answered in time: each letter by its day, each case by the longest one promised."""

from datetime import UTC, datetime
from typing import NamedTuple

from avow_audit.export import Line
from avow_audit.law.policy import Policy
from avow_audit.law.published import Published
from avow_audit.law.words import RIGHTS
from avow_audit.log.canonical import micros, micros_or_none
from avow_audit.log.entries import Entries

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_DAYS = 30
"""The days for a letter that asks for nothing by right."""


class Term(NamedTuple):
    """When a letter came, and until when it explains that a case is open (microseconds)."""

    came: int
    until: int


class Deadlines:
    """Check letters one by one, then the cases that the log tells of."""

    def __init__(self, entries: Entries, published: Published, at: int) -> None:
        """Know the log, the policy, and the instant of the export."""
        self.entries, self.published, self.report = entries, published, entries.report
        self.at = at + _SECOND  # an export tells its instant in whole seconds
        self.terms: list[Term] = []

    def letter(self, line: Line) -> None:
        """Check one letter: its day is what the policy promises, and it was answered by then."""
        told, came, due = f"letter {line['id']}", micros(line["at"]), micros(line["due"])
        closed = micros_or_none(line["closed"])
        if (closed is None) == (line["state"] == "done"):
            self.report.add(f"{told}: it is {line['state']}, which does not agree with when it was closed")
        names = [RIGHTS[word] for word in line["intents"].split() if word in RIGHTS]
        promised = max((_days(one, names, shortest=True) for one in self._around(came)), default=_DAYS)
        if due > came + promised * _DAY:
            self.report.add(f"{told}: it is to be answered by {_day(due)}, and {promised} days are promised")
        last, until = self.at if closed is None else closed, self._longer(line, told, came, promised) or due
        if last > until:
            answered = "is not answered yet" if closed is None else f"was answered on {_day(closed)}"
            self.report.add(f"{told}: it was to be answered by {_day(until)}, and {answered}")
        self.terms.append(Term(came, max(until, last)))
        self.report.checked["letters"] += 1

    def _longer(self, line: Line, told: str, came: int, promised: int) -> int | None:
        """Give until when an answer may take that was extended: as many days again, told within those promised."""
        until, said = micros_or_none(line.get("until")), micros_or_none(line.get("told"))
        if until is None or said is None:
            return None
        if said > came + promised * _DAY:
            self.report.add(f"{told}: that it takes longer was told on {_day(said)}, when its time was over")
        if until > came + 2 * promised * _DAY:
            self.report.add(f"{told}: it may take until {_day(until)}, which is more than as long again")
        return until

    def end(self) -> None:
        """Check each case: it was closed by the longest day that is promised, or for a letter that came meanwhile."""
        for entry in self.entries.of("opened"):
            opened, ending = self.entries.at(entry), self.entries.ended.get(entry)
            closed = self.at if ending is None else self.entries.at(ending)
            names = [*RIGHTS.values()]
            days = max((_days(one, names, shortest=False) for one in self._around(opened)), default=_DAYS)
            late = closed > opened + days * _DAY
            if late and not any(one.came <= closed <= one.until for one in self.terms):
                was = "is open" if ending is None else "was closed"
                self.report.add(
                    f"the case of entry {entry}: it {was} {(closed - opened) // _DAY} days after it was opened, and the"
                    f" longest that is promised is {days} days"
                )
            self.report.checked["cases"] += 1

    def _around(self, at: int) -> list[Policy]:
        return self.published.history.around(at)


def _days(policy: Policy, names: list[str], *, shortest: bool) -> int:
    """Give the days in which a version promises to answer what is asked for."""
    rights = policy.declared.get("right", {})
    days = [int(rights[name]["days"]) for name in names if name in rights]
    return min(days, default=_DAYS) if shortest else max(days, default=_DAYS)


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / _SECOND, UTC):%Y-%m-%d}"
