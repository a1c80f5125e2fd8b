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
from avow.uses.insight.release import code, due, purpose_of, release
from tests.units.uses.insight.cast import BEGIN, MONTH, ZONE, came, figures, told

pytestmark = pytest.mark.usefixtures("published")


def test_of_too_few_nothing_is_told_and_that_stays() -> None:
    """A month of nine people has no table, and is not counted again when more are found in it."""
    came(9, "Germany")
    first = release(MONTH)
    assert json.loads(first.tables) == []
    came(9, "Germany")
    assert MONTH not in due()
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


def test_a_new_store_tells_nothing_of_the_time_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first month that is due is that in which the store was made; then each that closed, also what was missed."""
    assert due() == []
    monkeypatch.setattr(releasing, "published_at", lambda: {"first": MONTH.later(-2).begin(ZONE), "next": BEGIN})
    assert due() == [MONTH.later(-2), MONTH.later(-1), MONTH]
    release(MONTH.later(-1))
    assert due() == [MONTH]
    release(MONTH)
    assert due() == []


def test_a_store_without_such_a_purpose_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy, or none that states it: nothing is due, and nothing is counted when it is asked for."""
    monkeypatch.setattr(releasing, "published_at", lambda: {"first": BEGIN})
    assert due() == [MONTH]
    monkeypatch.setattr(releasing, "purpose_of", lambda _: None)
    assert due() == []
    with pytest.raises(GateError, match="states no purpose"):
        release(MONTH)
    monkeypatch.setattr(releasing, "published_at", dict)
    assert due() == []


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
    assert json.loads(release(MONTH).tables)


def test_a_policy_without_such_a_purpose_counts_nothing() -> None:
    """The purpose is the one in the scope of insight."""
    policy = in_force()
    found = purpose_of(policy)
    assert found
    assert found.scope == "insight"
