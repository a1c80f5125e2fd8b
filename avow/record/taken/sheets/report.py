"""Tell what became of each line of a file that is not simply taken: bad, known already, unsure."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from io import TextIOBase
from pathlib import Path
from typing import Any, Final

from avow.errors import CollectionError

MOST_TOLD: Final = 20
"""Lines of each outcome that are told in words; all are counted, and written to the report file."""


class Outcome(StrEnum):
    """What became of a line."""

    BAD = "bad"
    KNOWN = "known"
    UNSURE = "unsure"
    DENIED = "denied"
    STRANGER = "stranger"
    STANDS = "stands"


@dataclass(slots=True)
class Report:
    """Counts by outcome, the first lines of each in words, and a file that gets every one; no line is repeated in it.

    `leave_out` says that bad lines are left out, and do not refuse the whole.
    """

    leave_out: bool = False
    counts: Counter[Outcome] = field(default_factory=Counter)
    first: dict[Outcome, list[str]] = field(default_factory=lambda: {one: [] for one in Outcome})
    _writer: Any = None

    def tell(self, outcome: Outcome, place: str, why: str) -> None:
        """Note a line by its place (file:line), and why."""
        self.counts[outcome] += 1
        if len(self.first[outcome]) < MOST_TOLD:
            self.first[outcome].append(f"{place}: {why}")
        if self._writer:
            self._writer.writerow([*place.rpartition(":")[::2], outcome.value, why])

    def bad(self, place: str, why: str) -> None:
        """Note a line that cannot be taken."""
        self.tell(Outcome.BAD, place, why)

    def take_over(self, other: "Report", outcome: Outcome) -> None:
        """Note here what another report notes under an outcome; the first in words, all as a count."""
        for line in other.first[outcome]:
            place, _, why = line.partition(": ")
            self.tell(outcome, place, why)
        self.counts[outcome] += other.counts[outcome] - len(other.first[outcome])

    def settle(self) -> None:
        """Raise CollectionError that lists the bad lines, unless they are left out."""
        wrong, told = self.counts[Outcome.BAD], self.first[Outcome.BAD]
        if not wrong or self.leave_out:
            return
        if wrong == 1:
            raise CollectionError(told[0], "nothing was kept; mend the line, or leave it out by --leave-out-bad")
        lines = "\n".join(told if wrong <= MOST_TOLD else [*told, f"... and {wrong - MOST_TOLD} more"])
        raise CollectionError(
            f"{wrong} lines cannot be taken:\n{lines}\n",
            "nothing was kept; mend them, or leave them out by --leave-out-bad",
        )

    @contextmanager
    def written(self, path: Path | None) -> Iterator[None]:
        """Write every line that is told to a CSV file: file, line, outcome, why."""
        if path is None:
            yield
            return
        with _new(path) as file:
            self._writer = csv.writer(file)
            self._writer.writerow(["file", "line", "outcome", "why"])
            try:
                yield
            finally:
                self._writer = None


def _new(path: Path) -> TextIOBase:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise CollectionError(f"{path} cannot be written: {error.strerror}", "give a path for the report") from error
