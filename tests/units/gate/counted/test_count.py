"""Test the count: what lies in a period, what is newest, who took what they were offered."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.known.link import link
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force, publish
from avow.record.taken.store import Given, keep
from avow.store.server.embedded import Embedded
from avow.terms import Actor, ChannelKind
from tests.units.gate.counted.cast import DAY, END, UNTIL, counted, told
from tests.units.uses.insight.cast import BEGIN, came

TICK = timedelta(microseconds=1)
CAME, WANTED, OFFERED = "How they came", "What they wanted", "What was offered"


def orders(person: UUID, at: datetime, product: str = "Harbour", country: str = "") -> None:
    """Let somebody who is known order at an instant, and say their country again."""
    given = [Given("order", {"product": product, "number": "1", "billing": "1 Pier Road"})]
    given += [Given("profile", {"name": "A", "country": country})] if country else []
    keep(
        stamp(history(), show(in_force(), ChannelKind.ORDER, "en"), "/order/", at),
        given,
        parse("x@example.net"),
        (),
        person,
    )


@pytest.mark.usefixtures("published")
def test_a_period_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    """Who came as it began is counted, and who came as it ended is of the next."""
    came(2, at=BEGIN)
    came(1, at=BEGIN - TICK)
    came(1, at=END - TICK)
    came(1, at=END)
    assert told(CAME) == {"Registration": (3,)}


@pytest.mark.usefixtures("published")
def test_what_was_wanted_lies_in_the_period() -> None:
    """An order before it, and one as it ended, are not of it, also where their person is."""
    early, late, within = came(3, at=BEGIN + DAY)
    orders(early, BEGIN - DAY, "Lighthouse")
    orders(late, END, "Breakwater")
    orders(within, END - TICK, "Jetty")
    assert told(WANTED) == {"something else": (1,)}
    assert told(CAME) == {"Registration": (3,)}


@pytest.mark.usefixtures("published")
def test_the_newest_word_counts() -> None:
    """Who moved stands under the country said last, whichever was kept first."""
    first, second = came(2, "Germany", at=BEGIN + 2 * DAY)
    orders(first, BEGIN + 3 * DAY, country="France")
    orders(second, BEGIN + DAY, country="Spain")
    assert told("Country") == {"France": (1,), "Germany": (1,)}


@pytest.mark.parametrize(
    ("orders_at", "took"),
    [
        ([], False),
        ([BEGIN + 5 * DAY - TICK], False),
        ([BEGIN + 5 * DAY], True),
        ([BEGIN + DAY, BEGIN + 6 * DAY], True),
        ([UNTIL - TICK], True),
        ([UNTIL], False),
    ],
)
@pytest.mark.usefixtures("published")
def test_who_ordered_after_an_offer_took_it(orders_at: list[datetime], took: bool) -> None:
    """From the instant at which it was sent until it could be taken no more; an order before it counts neither way."""
    (person,) = came(1, at=BEGIN + DAY)
    for at in orders_at:
        orders(person, at)
    assert told(OFFERED, (person, BEGIN + 5 * DAY)) == {"Berths": (1, int(took))}


@pytest.mark.usefixtures("published")
def test_linked_persons_took_it_if_one_of_them_did() -> None:
    """They are one: sent it twice, counted once, and what either ordered after either is theirs."""
    one, other = came(2, at=BEGIN + DAY)
    link(one, other, Actor.STAFF)
    orders(one, BEGIN + 5 * DAY)
    assert told(OFFERED, (one, BEGIN + 4 * DAY), (other, BEGIN + 6 * DAY)) == {"Berths": (1, 1)}


@pytest.mark.usefixtures("published")
def test_of_whom_nothing_may_be_counted_no_offer_is() -> None:
    """Who came by a way that states no such purpose is not among those it was sent to; others are."""
    (person,) = came(1, at=BEGIN + DAY)
    (other,) = came(1, by=ChannelKind.SUPPORT, at=BEGIN + DAY)
    sent = BEGIN + 2 * DAY
    assert told(OFFERED, (person, sent), (other, sent)) == {"Berths": (1, 0)}
    assert told(OFFERED, (other, sent)) == {}


@pytest.mark.usefixtures("published")
def test_one_country_parts_nobody() -> None:
    """Where all are of one kind no table is parted by it; where there are two, what they wanted is."""
    for person in came(2, "Germany", at=BEGIN):
        orders(person, BEGIN + DAY)
    found = counted()
    assert found[WANTED].columns == ("People",)
    assert "Country, and how they came" not in found
    (other,) = came(1, "France", at=BEGIN)
    orders(other, BEGIN + DAY)
    assert counted()[WANTED].columns == ("People", "France", "Germany")


@pytest.fixture
def publish_changed(store: Embedded, tmp_path: Path) -> Callable[..., None]:
    """Publish the example policy with other words in place of some."""
    assert store.url("avow_app")

    def changed(old: str, new: str) -> None:
        words = Path("policies/example/2025-01-01.md").read_text()
        assert words.count(old) == 1
        words = words.replace(old, new)
        (tmp_path / "2025-01-01.md").write_text(words)
        publish(load(tmp_path))

    return changed


def test_without_a_closed_list_people_are_counted_by_how_they_came(publish_changed: Callable[..., None]) -> None:
    """A policy that asks for no country parts nothing by it: what was wanted stands alone."""
    publish_changed('label = "Country", type = "country"', 'label = "Country", type = "text"')
    (person,) = came(1, at=BEGIN)
    orders(person, BEGIN + DAY)
    found = counted()
    assert [*found] == [CAME, WANTED]
    assert found[WANTED].columns == ("People",)


def test_without_products_nothing_is_said_to_be_wanted(publish_changed: Callable[..., None]) -> None:
    """A policy whose purpose is over no category with a product tells how people came, and no more of it."""
    publish_changed('"profile", "order", "inquiry"]\ndpv = "dpv:ServiceUsageAnalytics"', '"profile"]')
    came(1, "Germany", at=BEGIN)
    assert {title: dict(table.rows) for title, table in counted().items()} == {
        CAME: {"Registration": (1,)},
        "Country": {"Germany": (1,)},
    }
