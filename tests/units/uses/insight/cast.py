"""Bring invented people in who gave something in a closed month, and read what is told of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from avow.gate.counted.tables import Table
from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind
from avow.uses.insight.month import Month, last_closed
from avow.uses.insight.release import release, tables

ZONE = ZoneInfo("UTC")
MONTH = last_closed(datetime.now(UTC), ZONE)
BEGIN = MONTH.begin(ZONE)
_NUMBERS = count()
Figures = dict[str, tuple[int | None, ...]]


def came(
    number: int,
    country: str = "",
    by: ChannelKind = ChannelKind.REGISTRATION,
    product: str = "Harbour",
    at: datetime = BEGIN + timedelta(days=9),
    *,
    prove: bool = True,
    **more: str,
) -> list[UUID]:
    """Let so many people of a country come by a channel at an instant, who prove their address if asked to.

    `more` is what else they say of themselves.
    """
    profile = {"name": "A", "country": country, **more}
    return [_came(f"person{next(_NUMBERS)}@example.org", profile, by, product, at, prove=prove) for _ in range(number)]


def _came(address: str, profile: dict[str, str], by: ChannelKind, product: str, at: datetime, *, prove: bool) -> UUID:
    given = [Given("contact", {"email": address}), Given("profile", profile)]
    if by is ChannelKind.ORDER:
        given.append(Given("order", {"product": product, "number": "1", "billing": "1 Pier Road"}))
    if by is ChannelKind.INQUIRY:
        given.append(Given("inquiry", {"subject": "Hours", "message": "When?"}))
    person = keep(stamp(history(), show(in_force(), by, "en"), f"/{by.value}/", at), given, parse(address))
    if prove:
        verify(person, parse(address).exact_id, "test")
    return person


def told(month: Month = MONTH) -> dict[str, Table]:
    """Tell a month, and give its tables by their titles."""
    return {one.title: one for one in tables(release(month))}


def figures(table: Table) -> Figures:
    """Give the rows of a table by their names."""
    return dict(table.rows)


def names(found: Sequence[Table]) -> list[str]:
    """Give the titles of some tables."""
    return [one.title for one in found]
