"""Test the telling of a month: when it is due, of whom nothing can be told, and that all of it is kept or nothing."""

import json
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from avow.errors import GateError
from avow.gate.counted.tables import OTHERS
from avow.policy.folder import load
from avow.record.counted import insight
from avow.record.shown.versions import in_force, publish
from avow.store.server.embedded import Embedded
from avow.terms import ChannelKind
from avow.uses.insight import release as releasing
from avow.uses.insight.release import code, due, purpose_of, release
from tests.units.uses.insight.cast import BEGIN, MONTH, ZONE, came, figures, told


@pytest.mark.usefixtures("published")
def test_of_too_few_nothing_is_told_and_that_stays() -> None:
    """A month of nine people has no table, and is not counted again when more are found in it."""
    came(9, "Germany")
    first = release(MONTH)
    assert json.loads(first.tables) == []
    came(9, "Germany")
    assert MONTH not in due()
    assert insight.told(str(MONTH)) == first
    assert (first.least, first.step, first.code) == (10, 5, code())


@pytest.mark.usefixtures("published")
def test_countries_are_known_by_what_people_write() -> None:
    """Names, codes and other spellings are one country; what is not on the list is told as such."""
    for written in ("Germany", " germany ", "DE", "Deutschland"):
        came(3, written)
    came(11, "Atlantis")
    came(11)
    assert figures(told()["Country"]) == {"another, or not said": (20,), "Germany": (10,)}


@pytest.mark.usefixtures("published")
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


@pytest.mark.usefixtures("published")
def test_a_new_store_tells_nothing_of_the_time_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first month that is due is that in which the store was made; then each that closed, also what was missed."""
    assert due() == []
    monkeypatch.setattr(releasing, "published_at", lambda: {"first": MONTH.later(-2).begin(ZONE), "next": BEGIN})
    assert due() == [MONTH.later(-2), MONTH.later(-1), MONTH]
    release(MONTH.later(-1))
    assert due() == [MONTH]
    release(MONTH)
    assert due() == []


@pytest.mark.usefixtures("published")
def test_a_store_without_such_a_purpose_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy, or none that states it: nothing is due, and nothing is counted when it is asked for."""
    monkeypatch.setattr(releasing, "published_at", lambda: {"first": BEGIN})
    assert due() == [MONTH]
    found = purpose_of(in_force())
    assert found
    assert found.scope == "insight"
    monkeypatch.setattr(releasing, "purpose_of", lambda _: None)
    assert due() == []
    with pytest.raises(GateError, match="states no purpose"):
        release(MONTH)
    monkeypatch.setattr(releasing, "published_at", dict)
    assert due() == []


@pytest.mark.usefixtures("published")
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


def test_whatever_has_a_closed_list_is_counted(store: Embedded, tmp_path: Path) -> None:
    """A policy that asks for the kind of organization counts by it too, beside the country; free words are not."""
    words = Path("policies/example/2025-01-01.md").read_text()
    country = '    { id = "country", label = "Country", type = "country" },\n'
    kind = '    { id = "kind", label = "Kind", type = "choice", options = ["A school", "A company"] },\n'
    assert country in words
    (tmp_path / "2025-01-01.md").write_text(words.replace(country, kind + country))
    assert store.url("avow_app")
    publish(load(tmp_path))
    came(14, "Germany", kind="A school")
    came(12, "France", kind="A company")
    came(13)
    found = told()
    assert figures(found["Kind"]) == {"A school": (15,), "another, or not said": (15,), "A company": (10,)}
    assert figures(found["Country"]) == {"Germany": (15,), "another, or not said": (15,), "France": (10,)}
    assert "Kind, and how they came" not in found, "all came in one way"
