"""Test months: their instants in a time zone, and when one is closed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from avow.errors import GateError
from avow.uses.insight.month import Month, last_closed

NEW_YORK = ZoneInfo("America/New_York")


def test_a_month_begins_where_the_company_is() -> None:
    """Its first instant is midnight there, and it is closed three days after its end."""
    month = Month.named("2026-03")
    assert month.begin(NEW_YORK) == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert month.closed(NEW_YORK) == datetime(2026, 4, 4, 4, tzinfo=UTC)
    assert (str(month), month.words, str(month.later(10)), str(month.later(-3))) == (
        "2026-03",
        "March 2026",
        "2027-01",
        "2025-12",
    )


@pytest.mark.parametrize(("day", "month"), [(3, "2026-02"), (4, "2026-03"), (30, "2026-03")])
def test_the_latest_closed_month(day: int, month: str) -> None:
    """Until three days after its end a month is open."""
    assert str(last_closed(datetime(2026, 4, day, 12, tzinfo=UTC), ZoneInfo("UTC"))) == month


@pytest.mark.parametrize("text", ["2026", "2026-0", "2026-13", "1926-01", "2026-01-01", "last", "٢٠٢٦-01"])
def test_nothing_else_is_a_month(text: str) -> None:
    """Any other period is refused."""
    with pytest.raises(GateError):
        Month.named(text)
