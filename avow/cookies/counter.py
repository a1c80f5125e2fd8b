"""Count in memory, let the rare wait for enough others of its kind, and add the sums to the store now and then."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import DatabaseError, InterfaceError, connection

from avow.cookies.visit import OTHER, Visit
from avow.policy.proof.keeps import keeps
from avow.record.counted.tally import Line, add
from avow.terms import Promise

ENOUGH: Final = 5
"""So many visits of one day must share a domain or a language before either is written down."""
EVERY: Final = 5.0
"""Seconds between two additions to the store; so much is lost when the process is killed."""
_MOST: Final = 10_000
"""Different things that are held in memory; beyond it nothing is counted until they are in the store."""


@dataclass(slots=True)
class Tallies:
    """The counts of one process that are not in the store yet, and what waits there for its like."""

    zone: str
    counts: Counter[Line] = field(default_factory=Counter)
    rare: Counter[Line] = field(default_factory=Counter)
    told: set[Line] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @keeps(Promise.VISITORS_ANONYMOUS, Promise.DOMAINS_ANONYMOUS)
    def add(self, visit: Visit, at: datetime) -> None:
        """Count one opened page: each thing for itself, so that no two can be put together again."""
        local = at.astimezone(ZoneInfo(self.zone))
        hour = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        day = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        with self.lock:
            if len(self.counts) + len(self.rare) > _MOST:
                return
            self.counts["h", hour, "page", visit.page] += 1
            for dimension in ("page", "browser", "device"):
                self.counts["d", day, dimension, getattr(visit, dimension)] += 1
            for dimension, value in (("language", visit.language), ("domain", visit.domain)):
                if value:
                    self._rare(("d", day, dimension, value))

    def _rare(self, line: Line) -> None:
        """Count what could single somebody out only once enough of the day share it."""
        if line in self.told or line[3] == OTHER:
            self.counts[line] += 1
            return
        self.rare[line] += 1
        if self.rare[line] >= ENOUGH:
            self.counts[line] += self.rare.pop(line)
            self.told.add(line)

    def fold(self, now: datetime) -> None:
        """Put what stayed rare on a day that is over under `OTHER`."""
        local = now.astimezone(ZoneInfo(self.zone))
        today = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        with self.lock:
            for line in [line for line in self.rare if line[1] < today]:
                self.counts[(*line[:3], OTHER)] += self.rare.pop(line)
            self.told = {line for line in self.told if line[1] >= today}

    def flush(self, now: datetime) -> None:
        """Add the sums to the store; where it does not take them they are kept for the next time."""
        self.fold(now)
        with self.lock:
            lines, self.counts = sorted(self.counts.items()), Counter()
        if not lines:
            return
        try:
            add(lines)
        except (DatabaseError, InterfaceError):
            connection.close()
            with self.lock:
                self.counts.update(dict(lines))
