"""Test exports: permitted people and fields only, each decided, nothing that a spreadsheet would run, two for many."""

import csv
import json
import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest

from avow.config import config
from avow.page.site import policy
from avow.record.known.address import parse
from avow.record.said.choices import Chosen, choose
from avow.record.shown.notice import show
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import amend
from avow.terms import Actor, Answer, ChannelKind, Scope
from avow.uses import export
from tests.units.accuracy.forgotten.conftest import Checked
from tests.units.cli.people.command import counts, done, refused, run
from tests.units.cli.people.test_bring import attested
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of


@pytest.fixture(autouse=True)
def crowd() -> None:
    """Have some who may be reached, one who refused, one whose mail bounced, one who never proved the address."""
    arrive("alice@example.org", NEWSLETTER, proven=True)
    arrive("bob@example.org", proven=True)
    arrive("carol@example.org", proven=True)
    arrive("dan@example.org")
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of("bob@example.org"))
    choose(Chosen(Answer.NO, scope=Scope.BOUNCED), Actor.SYSTEM, "550", reach=reach_of("carol@example.org"))


def account(path: Path, *words: str) -> Any:
    """Run an export, and read its account."""
    found = run("export", str(path), *words, "--json")
    assert found.exit_code == 0, (found.output, found.exception)
    return json.loads(found.stdout)


def rows(path: Path) -> list[dict[str, str]]:
    """Read what was exported."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_only_whom_the_policy_permits(tmp_path: Path, owner: psycopg.Connection, checked: Checked) -> None:
    """Who refused, bounces or never proved the address is not in the file; each decision is remembered."""
    path = tmp_path / "offers.csv"
    found = account(path, "--for", "offers")
    assert found["people"] == 2
    assert [row["contact.email"] for row in rows(path)] == ["zoe@example.net", "alice@example.org"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kinds = owner.execute("SELECT kind FROM entry WHERE id >= %s - 1 ORDER BY id", [found["entry"]]).fetchall()
    assert kinds == [("decided",), ("exported",)]
    assert checked() == []


def test_only_the_fields_that_are_permitted(tmp_path: Path) -> None:
    """The columns are the fields of the categories that the purpose states; a list narrows the people."""
    path = tmp_path / "news.jsonl"
    assert account(path, "--for", "newsletter", "--list", "newsletter")["people"] == 1
    (line,) = path.read_text().splitlines()
    assert json.loads(line) == {
        "contact": {"email": "alice@example.org"},
        "profile": {"name": "Name of alice@example.org"},
    }
    other = tmp_path / "courtesy.csv"
    account(other, "--for", "account")
    assert list(rows(other)[0]) == [
        "contact.email",
        "profile.name",
        "profile.company",
        "profile.country",
        "profile.phone",
    ]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.com")', "'=1"])
def test_formulas_are_text(tmp_path: Path, owner: psycopg.Connection, formula: str) -> None:
    """What a spreadsheet would run gets an apostrophe in CSV, and stays as it is in JSON."""
    query = "SELECT person_id, id FROM item WHERE category = 'profile' AND fields->>'name' LIKE '%alice%'"
    ((person, item),) = owner.execute(query).fetchall()
    amend(person, item, {"name": formula})
    account(tmp_path / "offers.csv", "--for", "offers")
    shown = formula if formula.startswith("'") else f"'{formula}"
    assert [row["profile.name"] for row in rows(tmp_path / "offers.csv")][1] == shown
    account(tmp_path / "offers.jsonl", "--for", "offers")
    line = json.loads((tmp_path / "offers.jsonl").read_text().splitlines()[1])
    assert line["profile"]["name"] == formula


def test_many_need_two(
    tmp_path: Path, owner: psycopg.Connection, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export of more than AVOW_ALONE people waits for two members of staff, and is good for once."""
    monkeypatch.setenv("AVOW_ALONE", "1")
    config.cache_clear()
    path = tmp_path / "offers.csv"
    before = counts(owner)
    waits = account(path, "--for", "offers")["waits"]
    assert waits["words"]["people"] == "at most 10"
    assert not path.exists()
    assert counts(owner)["entry"] == before["entry"], "nothing was decided"
    attested(waits["digest"], "olga@example.com")
    assert account(path, "--for", "offers")["waits"]["digest"] == waits["digest"]
    assert account(path, "--for", "updates")["waits"]["digest"] != waits["digest"]
    attested(waits["digest"], "paul@example.com")
    assert account(path, "--for", "offers")["people"] == 2
    assert "must attest" in done("export", str(tmp_path / "again.csv"), "--for", "offers")
    assert checked() == []


def test_a_file_appears_whole_or_not_at_all(
    tmp_path: Path, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails on the way leaves no file and no entry of an export; a file that is there stays."""

    def fall(*_: object) -> int:
        raise OSError("the disk is gone")

    path = tmp_path / "offers.csv"
    with monkeypatch.context() as broken:
        broken.setattr(export, "exported", fall)
        assert isinstance(run("export", str(path), "--for", "offers").exception, OSError)
    assert list(tmp_path.iterdir()) == []
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'exported'").fetchone() == (0,)
    path.write_text("mine")
    assert "is there already" in refused("export", str(path), "--for", "offers")
    assert path.read_text() == "mine"


def test_what_is_not_stated_is_not_exported(tmp_path: Path) -> None:
    """A purpose of nobody's, one towards others, and a list of another use are refused."""
    path = str(tmp_path / "x.csv")
    assert "no purpose 'fun'" in refused("export", path, "--for", "fun")
    assert "for others than the company" in refused("export", path, "--for", "legal")
    assert "does not serve this use" in refused("export", path, "--for", "offers", "--list", "newsletter")
    assert "cannot be written" in refused("export", str(tmp_path / "no" / "x.csv"), "--for", "offers")
    assert list(tmp_path.iterdir()) == []


def test_what_is_of_the_highest_level_needs_two(tmp_path: Path) -> None:
    """An application for a job leaves the store by nobody's act alone, be it of one person."""
    given = {"contact": {"email": "dora@example.org"}, "application": {"position": "Rower", "letter": "I row."}}
    take(
        [Arrival(show(policy(), ChannelKind.APPLICATION, "en"), "site", parse("dora@example.org"), given, proven=True)]
    )
    path = tmp_path / "hiring.csv"
    waits = account(path, "--for", "hiring")["waits"]
    assert "application" in waits["words"]["categories"]
    attested(waits["digest"], "olga@example.com")
    with pytest.raises(AssertionError, match="attested this before"):
        attested(waits["digest"], "olga@example.com")
    assert account(path, "--for", "hiring")["waits"]["staff"][0]["staff"] == "olga@example.com"
    attested(waits["digest"], "paul@example.com")
    assert account(path, "--for", "hiring")["people"] == 1
