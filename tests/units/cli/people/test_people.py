"""Test `avow people` on a real store: good sheets, every bad one, merge, unmerge, forget."""

import re
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import choose, state
from avow.terms import Actor, Scope
from tests.units.accuracy.forgotten.conftest import Checked
from tests.units.cli.people.command import GOOD, counts, done, refused, run, sheet
from tests.units.record.cast import NO_MARKETING, arrive, reach_of


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        b"\xfe\xff" + GOOD.encode("utf-16-be"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace("Bob", "Bj\u00f6rn \u6f22\u5b57 \U0001f600").encode(),
        (GOOD + "\r\n\n").encode(),
        GOOD.replace(",", ";").encode("utf-8-sig"),
        GOOD.replace(",", "\t").encode("utf-16"),
        ("sep=;\r\n" + GOOD.replace(",", ";").replace("\n", "\r\n")).encode(),
    ],
)
def test_a_good_sheet_is_taken(tmp_path: Path, owner: psycopg.Connection, checked: Checked, content: bytes) -> None:
    """Any usual encoding and line end; the ledger covers each item."""
    before = counts(owner)
    assert "2 people, 4 items" in done("import", sheet(tmp_path, content))
    after = counts(owner)
    assert after["person"] - before["person"] == 2
    assert after["item"] - before["item"] == 4
    assert checked() == []


LONG = "x" * 1_000_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n", "no column holds addresses"),
        (GOOD.replace("Bob", "J\u00f6rg").encode("latin-1"), "people.csv:3: this line is not UTF-8"),
        (GOOD.encode("utf-16-le"), "people.csv:1: this line holds a byte of zero"),
        (GOOD.encode("utf-16")[:-1], "is not text"),
        (GOOD.encode() + b"carol@example.org\n", "people.csv:4: 1 columns where the heading has 2"),
        (GOOD.encode() + b"carol@example.org,C,x\n", "people.csv:4: 3 columns"),
        (GOOD.encode() + b'carol@example.org,"Car', "people.csv:4: "),
        (GOOD.encode() + b"carol@example.org,\xff\xfe\n", "people.csv:4: this line is not UTF-8"),
        (GOOD.encode() + b"carol@example.org,C\x00\n", "people.csv:4: this line holds a byte of zero"),
        (GOOD.encode() + b"carol@,Carol\n", "people.csv:4: "),
        (GOOD.encode() + b"carol@example.org,Ca\x1b[31mrol\n", "people.csv:4: .* no text"),
        (GOOD.encode() + f"{LONG}@example.org,Carol\n".encode(), "people.csv:4: "),
        (GOOD.encode() + f"carol@example.org,{LONG}\n".encode(), "people.csv:4: "),
        (b"email,name,name\na@example.org,A,B\n", "two columns fill one field"),
        (b"email,E-Mail,Contact.Email\na@example.org,,\n", "people.csv:1: "),
        (b"email,=cmd()\na@example.org,1\n", "no field is called '=cmd"),
        (b"name\nAlice\n", "no column holds addresses"),
        (b"email|name\na@example.org|A\n", "no field is called 'email|name'"),
    ],
)
def test_a_bad_sheet_changes_nothing(
    tmp_path: Path, owner: psycopg.Connection, checked: Checked, content: bytes, told: str
) -> None:
    """One line says what is wrong and where; no row of any table is there that was not before."""
    before = counts(owner)
    said = refused("import", sheet(tmp_path, content))
    assert re.search(told, said), said
    assert len(said) < 1_000, "an error does not repeat a megabyte"
    assert counts(owner) == before
    assert checked() == []


def test_a_folder_is_no_sheet(tmp_path: Path, owner: psycopg.Connection) -> None:
    """A folder, and a file that is not there, are named."""
    before = counts(owner)
    assert "directory" in refused("import", str(tmp_path))
    assert "cannot be read" in refused("import", str(tmp_path / "none.csv"))
    assert counts(owner) == before


def test_formulas_are_text(tmp_path: Path, owner: psycopg.Connection) -> None:
    """What a spreadsheet would run is kept as it was written, and nothing here runs it."""
    done("import", sheet(tmp_path, b'email,name\nalice@example.org,"=HYPERLINK(""http://example.com"")"\n'))
    row = owner.execute("SELECT fields->>'name' FROM item WHERE fields->>'name' LIKE '=%'").fetchone()
    assert row == ('=HYPERLINK("http://example.com")',)


def test_headings_are_mapped(tmp_path: Path, owner: psycopg.Connection) -> None:
    """A heading of one's own is mapped or left out; a mapping that says nothing is refused."""
    path = sheet(tmp_path, b"Mail,Shoe\nalice@example.org,42\n")
    before = counts(owner)
    assert "has no =" in refused("import", path, "--map", "Mail")
    assert "no field is called" in refused("import", path, "--map", "Mail=contact.nothing")
    assert counts(owner) == before
    assert "1 people, 1 items" in done("import", path, "--map", "Mail=contact.email", "--map", "Shoe=-")


def test_an_import_undoes_no_refusal(tmp_path: Path) -> None:
    """Who refused before is told of, and stays refused."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of("bob@example.org"))
    assert "1 of them had refused" in done("import", sheet(tmp_path, GOOD.encode()))
    assert state(persons_at(parse("bob@example.org").exact_id)[0]).refused & Scope.MARKETING.mask


def test_merge_and_unmerge(owner: psycopg.Connection, checked: Checked) -> None:
    """Two become one and two again; by address or id; twice is refused and changes nothing."""
    alice, bob = arrive("alice@example.org", proven=True), arrive("bob@example.org", proven=True)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", bob)
    assert "They are one" in done("merge", "alice@example.org", str(bob))
    assert state(alice).refused & Scope.MARKETING.mask
    before = counts(owner)
    assert "linked already" in refused("merge", str(bob), str(alice))
    assert "itself" in refused("merge", str(bob), "bob@example.org")
    assert counts(owner) == before
    assert "They are two" in done("unmerge", "bob@example.org", "alice@example.org")
    assert not state(alice).refused & Scope.MARKETING.mask
    before = counts(owner)
    assert "not linked" in refused("unmerge", str(bob), str(alice))
    assert counts(owner) == before
    assert checked() == []


@pytest.mark.parametrize("act", [("merge", "zoe@example.net"), ("unmerge", "zoe@example.net"), ("forget", "--yes")])
def test_nobody_is_named(owner: psycopg.Connection, act: tuple[str, str]) -> None:
    """Who is unknown, is two people, or is no person at all is said, and nothing changes."""
    arrive("twin@example.org")
    arrive("twin@example.org")
    before = counts(owner)
    assert "0 people hold" in refused(*act, "stranger@example.org")
    assert "2 people hold" in refused(*act, "twin@example.org")
    assert "neither an id nor an address" in refused(*act, "somebody")
    assert "no such person" in refused(*act, str(uuid4()))
    assert counts(owner) == before


def test_forget(owner: psycopg.Connection, checked: Checked) -> None:
    """It asks first, says what remains and who is not forgotten, and leaves nothing; fsck agrees."""
    alice, bob = arrive("alice@example.org", proven=True), arrive("bob@example.org", proven=True)
    done("merge", str(alice), str(bob))
    before = counts(owner)
    declined = run("forget", "alice@example.org", typed="n\n")
    assert declined.exit_code == 1
    assert counts(owner) == before
    said = done("forget", "alice@example.org", typed="y\n")
    assert "2 items are gone" in said
    assert "1 mailbox, as a keyed hash" in said
    assert " 0 " not in said
    assert str(bob) in said
    after = counts(owner)
    assert before["person"] - after["person"] == 1
    assert after["reach"] == before["reach"]
    assert checked() == []
    assert "0 people hold" in refused("forget", "--yes", "alice@example.org")
