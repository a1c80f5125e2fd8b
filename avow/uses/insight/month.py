"""Name a month, and say from when to when it lasts and when it is closed; pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from avow.errors import GateError

CLOSED: Final = timedelta(days=3)
"""How long after its end a month is closed: what came on the last day has arrived, and offers were answered."""
_MONTH: Final = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar."""

    year: int
    number: int

    @classmethod
    def named(cls, text: str) -> "Month":
        """Read "2026-04"; raise GateError for anything else, for nothing but a whole month is told."""
        found = _MONTH.fullmatch(text)
        if not found:
            raise GateError(f"{text!r} is no month", "write a whole month, such as 2026-04; no other period is told")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> "Month":
        """Give the month of an instant in a time zone."""
        here = instant.astimezone(zone)
        return cls(here.year, here.month)

    def __str__(self) -> str:
        """Give it as "2026-04"."""
        return f"{self.year}-{self.number:02}"

    @property
    def words(self) -> str:
        """Give it as "April 2026"."""
        return f"{date(self.year, self.number, 1):%B %Y}"

    def later(self, months: int = 1) -> "Month":
        """Give the month so many later; earlier if below nought."""
        years, number = divmod(self.number - 1 + months, 12)
        return Month(self.year + years, number + 1)

    def begin(self, zone: ZoneInfo) -> datetime:
        """Give its first instant in a time zone."""
        return datetime(self.year, self.number, 1, tzinfo=zone)

    def closed(self, zone: ZoneInfo) -> datetime:
        """Give the instant from which it is told."""
        return self.later().begin(zone) + CLOSED


def last_closed(now: datetime, zone: ZoneInfo) -> Month:
    """Give the latest month that is closed."""
    month = Month.of(now, zone).later(-1)
    return month if month.closed(zone) <= now else month.later(-1)
