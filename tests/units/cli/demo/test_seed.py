"""Test the seeding of a store: by the real ways in, the same on every run, as plausible as it says."""

import psycopg
import pytest

from avow.cli.demo.seeded import seed as seeding
from avow.cli.demo.seeded.invent import arrivals, refusals
from avow.errors import StoreError
from avow.store.server.embedded import Embedded
from tests.units.record.conftest import example, published
from tests.units.record.test_covered import disagreements

__all__ = ["example", "published"]
pytestmark = pytest.mark.usefixtures("published")


def _nothing(_: int) -> None:
    """Count nothing."""


def test_the_same_people_on_every_run() -> None:
    """Names, addresses and what they gave do not change; ids and times do."""
    one, other = ([(a.address, a.given, a.chosen, len(a.later)) for a in arrivals(300)] for _ in range(2))
    assert one == other
    assert list(refusals(300, _nothing)) == list(refusals(300, _nothing))


def test_a_store_is_filled_and_checked(
    store: Embedded, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are all channels, choices both ways, refusals that newcomers meet; the ledger agrees; it is done once."""
    monkeypatch.setattr(seeding, "ready", lambda: None)
    seeding.seed(700)
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (700,)
    channels = owner.execute("SELECT DISTINCT channel FROM stamp ORDER BY 1").fetchall()
    assert [channel for (channel,) in channels] == ["inquiry", "order", "registration", "support"]
    several = "SELECT count(*) FROM (SELECT FROM item GROUP BY person_id HAVING count(DISTINCT event) > 1) AS several"
    found = owner.execute(several).fetchone()
    assert found is not None
    assert found[0] > 200
    assert owner.execute("SELECT count(*) FROM person WHERE refused <> 0::bit(256)").fetchone() == (46,)
    assert owner.execute("SELECT count(*) > 0 FROM subscription WHERE joined").fetchone() == (True,)
    assert disagreements(store) == []
    with pytest.raises(StoreError, match="there are people"):
        seeding.seed(1)
