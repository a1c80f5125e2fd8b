"""Tell what a check of the ledger found."""

from dataclasses import dataclass, field

MAX_TOLD = 1_000
"""How many disagreements are told in words; all are counted."""


@dataclass(slots=True)
class Report:
    """What was counted, and each disagreement in words, the first thousand.

    `covers` are commitments, `rows` those that a row was found for, `named` those that a later entry amended or forgot.
    """

    entries: int = 0
    waiting: int = 0
    leaves: int = 0
    checkpoints: int = 0
    covers: int = 0
    rows: int = 0
    named: int = 0
    wrong: int = 0
    disagreements: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether everything agrees."""
        return self.wrong == 0

    def add(self, words: str) -> None:
        """Count a disagreement, and keep its words if there are not too many."""
        self.wrong += 1
        if len(self.disagreements) < MAX_TOLD:
            self.disagreements.append(words)
