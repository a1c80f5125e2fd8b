"""Test the counts: what is rare waits for its like, what is not taken by the store is kept, what is old goes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection

from avow.cookies.counter import ENOUGH, Tallies
from avow.cookies.report import report, sweep
from avow.cookies.visit import OTHER, Visit
from tests.units.gate.conftest import published

__all__ = ["published"]
pytestmark = pytest.mark.usefixtures("published")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
VISIT = Visit("policy", "Firefox", "computer", "de", "example.org")


def rows(owner: psycopg.Connection) -> dict[tuple[str, str], int]:
    """Give the counts by the day: dimension and value to count."""
    found = owner.execute("SELECT dimension, value, sum(count) FROM tally WHERE kind = 'd' GROUP BY 1, 2").fetchall()
    return {(dimension, value): int(count) for dimension, value, count in found}


def test_what_is_rare_waits_for_its_like(owner: psycopg.Connection) -> None:
    """Fewer than enough of a domain are told of nowhere; the next one lets all of them be told."""
    tallies = Tallies("UTC")
    for _ in range(ENOUGH - 1):
        tallies.add(VISIT, NOON)
    tallies.flush(NOON)
    assert rows(owner)["page", "policy"] == ENOUGH - 1
    assert not {dimension for dimension, _ in rows(owner)} & {"domain", "language"}
    tallies.add(VISIT, NOON)
    tallies.flush(NOON)
    assert rows(owner)["domain", "example.org"] == rows(owner)["language", "de"] == ENOUGH


def test_what_stayed_rare_is_folded_when_the_day_is_over(owner: psycopg.Connection) -> None:
    """The next day it stands under one name with everything else that was rare."""
    tallies = Tallies("UTC")
    tallies.add(VISIT, NOON)
    tallies.add(replace(VISIT, domain="example.net"), NOON)
    tallies.flush(NOON + timedelta(days=1))
    assert rows(owner)["domain", OTHER] == 2
    assert "example.net" not in str(owner.execute("SELECT * FROM tally").fetchall())


def test_two_visitors_leave_the_same_rows(owner: psycopg.Connection) -> None:
    """Who came cannot be told from the rows: two different people of one kind add the same, in any order."""
    one, other = Tallies("UTC"), Tallies("UTC")
    for tallies, order in ((one, (VISIT, replace(VISIT, page="home"))), (other, (replace(VISIT, page="home"), VISIT))):
        for found in order:
            tallies.add(found, NOON)
    assert one.counts == other.counts
    one.flush(NOON)
    columns = owner.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'tally'").fetchall()
    assert {name for (name,) in columns} == {"kind", "period", "dimension", "value", "count"}


def test_what_the_store_does_not_take_is_kept(owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away costs no count."""
    tallies = Tallies("UTC")
    tallies.add(VISIT, NOON)

    def away() -> None:
        raise DatabaseError("away")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        tallies.flush(NOON)
    assert not rows(owner)
    tallies.flush(NOON)
    assert rows(owner)["page", "policy"] == 1


def test_a_day_is_a_day_of_the_policys_time_zone() -> None:
    """What is opened before midnight at the company's place counts for that day."""
    tallies = Tallies("America/New_York")
    tallies.add(VISIT, datetime(2026, 3, 5, 3, tzinfo=UTC))
    assert {period for kind, period, *_ in tallies.counts if kind == "d"} == {datetime(2026, 3, 4, 5, tzinfo=UTC)}


def test_counts_are_kept_as_long_as_the_policy_says(owner: psycopg.Connection) -> None:
    """After the period that the policy states a count is deleted; what is younger stays and is told."""
    now = datetime.now(UTC)
    for age in (1, 31):
        tallies = Tallies("UTC")
        tallies.add(VISIT, now - timedelta(days=age))
        tallies.flush(now)
    assert sweep() > 0
    assert rows(owner)["page", "policy"] == 1
    found = report(30, now)
    assert sum(count for _, count in found.days) == 1
    assert found.sums["browser"] == (("Firefox", 1),)
