"""Gather what is wrong, what is worth knowing, and how much was checked."""

from collections import Counter
from dataclasses import dataclass, field

MOST_TOLD = 1_000
"""Findings that are told in words; all are counted."""


@dataclass(slots=True)
class Report:
    """What was found: each finding names what is wrong and where; a note is no fault, but limits what was shown."""

    checked: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    wrong: int = 0

    def add(self, words: str) -> None:
        """Count a finding, and keep its words if there are not too many."""
        self.wrong += 1
        if len(self.findings) < MOST_TOLD:
            self.findings.append(words)

    def note(self, words: str, count: int = 1) -> None:
        """Count something that cannot be shown, though nothing is wrong with it."""
        if count:
            self.notes[words] += count

    @property
    def ok(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.wrong

    def plain(self) -> dict[str, object]:
        """Give the report as JSON has it."""
        return {
            "ok": self.ok,
            "wrong": self.wrong,
            "findings": self.findings,
            "notes": dict(self.notes),
            "checked": dict(self.checked),
        }
