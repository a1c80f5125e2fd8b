"""Test the telling of a month: when it is due, of whom nothing can be told, and that all of it is kept or nothing."""

import json

import psycopg
import pytest
from django.db import connection

from avow.errors import GateError
from avow.gate.counted.tables import OTHERS
from avow.record.counted import insight
from avow.record.shown.versions import in_force
from avow.terms import ChannelKind
from avow.uses.insight import release as releasing
from avow.uses.insight.release import code, purpose_of, release, release_due
from tests.units.uses.insight.cast import BEGIN, MONTH, ZONE, came, figures, told

pytestmark = pytest.mark.usefixtures("published")


def test_of_too_few_nothing_is_told_and_that_stays() -> None:
    """A month of nine people has no table, and is not counted again when more are found in it."""
    came(9, "Germany")
    first = release(MONTH)
    assert json.loads(first.tables) == []
    came(9, "Germany")
    assert release_due() == 0
    assert insight.told(str(MONTH)) == first
    assert (first.least, first.step, first.code) == (10, 5, code())


def test_countries_are_known_by_what_people_write() -> None:
    """Names, codes and other spellings are one country; what is not on the list is told as such."""
    for written in ("Germany", " germany ", "DE", "Deutschland"):
        came(3, written)
    came(11, "Atlantis")
    came(11)
    assert figures(told()["Country"]) == {"another, or not said": (20,), "Germany": (10,)}


def test_two_things_are_crossed() -> None:
    """Of two things at once what is few is withheld, and others with it."""
    for country, registered, ordered in (("Germany", 17, 11), ("France", 11, 17), ("Spain", 8, 4)):
        came(registered, country)
        came(ordered, country, ChannelKind.ORDER)
    found = told()
    table = found["Country, and how they came"]
    assert table.columns == ("Registration", "An order")
    rows = figures(table)
    assert rows["Spain"] == (None, None)
    assert sorted(rows.values(), key=str) in (
        [(10, 15), (None, None), (None, None)],
        [(15, 10), (None, None), (None, None)],
    )
    wanted = found["What they wanted"]
    assert wanted.columns == ("People", "France", "Germany", "Spain")
    assert OTHERS not in figures(found["Country"])


def test_each_month_that_closed_is_told_once_and_in_order() -> None:
    """A new store tells the latest closed month; later on each that was missed."""
    came(12, "Germany", at=MONTH.later(-2).begin(ZONE))
    assert release_due() == 1
    assert insight.months() == [str(MONTH)]
    assert release_due() == 0


def test_months_that_were_missed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where work stood still for months, each of them is told."""
    came(12, "Germany", at=BEGIN)
    release(MONTH.later(-2))
    assert release_due() == 2
    assert insight.months() == [str(MONTH.later(-back)) for back in range(3)]
    monkeypatch.setattr(releasing, "purpose_of", lambda _: None)
    assert release_due() == 0
    with pytest.raises(GateError, match="states no purpose"):
        release(MONTH.later(-3))


def test_a_release_that_breaks_off_leaves_nothing(owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails in the middle is told by nobody and can be told afterwards, whole."""
    came(12, "Germany")

    def broken(_: object) -> None:
        connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patch:
        patch.setattr(insight, "insight_record", broken)
        with pytest.raises(Exception, match="terminat"):
            release(MONTH)
    connection.close()
    assert owner.execute("SELECT count(*) FROM insight").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'released'").fetchone() == (0,)
    assert release_due() == 1


def test_a_policy_without_such_a_purpose_counts_nothing() -> None:
    """The purpose is the one in the scope of insight."""
    policy = in_force()
    found = purpose_of(policy)
    assert found
    assert found.scope == "insight"
