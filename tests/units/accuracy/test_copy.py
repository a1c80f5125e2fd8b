"""Test the page of the copy: a second code, a week after a change of address, files that end with the page."""

import csv
import io
import json
import re
from html import unescape

import psycopg
import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_csv
from avow.ledger.keys import ring
from avow.ledger.opened.receipt import verify
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.own.opened import kept_of
from avow.record.seen.cases import case_of, open_case
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Relation
from tests.units.accuracy.test_change import move
from tests.units.accuracy.test_signin import ALICE, code, sign_in, site
from tests.units.collection.test_forms import statements
from tests.units.ledger.shelf import sequence_all
from tests.units.record.cast import arrive, stamped

__all__ = ["site"]


def hidden(page: HttpResponseBase, name: str) -> str:
    """Give what a page carries under a name."""
    assert isinstance(page, HttpResponse)
    found = re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())
    assert found
    return unescape(found[1])


def asked(site: Client, owner: psycopg.Connection) -> HttpResponse:
    """Ask for the copy, and bring the second code back."""
    page = site.post("/me/copy/")
    answer: HttpResponseBase = site.post("/me/copy/", {"token": hidden(page, "token"), "code": code(owner)})
    assert isinstance(answer, HttpResponse)
    return answer


def test_the_copy_needs_a_second_code(site: Client, owner: psycopg.Connection) -> None:
    """Signed in alone it says what it would hold; a wrong code shows nothing; the right one shows what was given."""
    assert site.get("/me/copy/")["Location"] == "/signin/"
    sign_in(site, owner)
    assert ALICE.display not in site.get("/me/copy/").content.decode()
    wrong = site.post("/me/copy/", {"token": hidden(site.post("/me/copy/"), "token"), "code": "00000000"})
    assert (wrong.status_code, ALICE.display in wrong.content.decode()) == (422, False)
    page = asked(site, owner)
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert ALICE.display in page.content.decode()
    assert "… is your code to sign in" in page.content.decode(), "what was sent has its subject, and no code"


def test_files_are_given_to_who_was_shown_the_page(site: Client, owner: psycopg.Connection) -> None:
    """JSON holds everything; what the page carries opens no file in another person's session, and not when forged."""
    sign_in(site, owner)
    proven = hidden(asked(site, owner), "proven")
    found = json.loads(site.post("/me/copy/", {"proven": proven, "as": "json"}).content)
    assert found["given"][-1]["fields"][0][1] == ALICE.display
    assert site.post("/me/copy/", {"proven": proven, "as": "csv"})["Content-Type"].startswith("text/csv")
    assert site.post("/me/copy/", {"proven": proven, "as": "exe"}).status_code == 400
    assert site.post("/me/copy/", {"proven": proven[:-4] + "AAAA", "as": "json"}).status_code == 400
    site.post("/signout/")
    assert site.post("/me/copy/", {"proven": proven, "as": "json"})["Location"] == "/signin/"
    arrive("mallory@example.net", proven=True)
    page = site.post("/signin/", {"address": "mallory@example.net"})
    site.post("/signin/", {"token": hidden(page, "token"), "code": code(owner)})
    assert site.post("/me/copy/", {"proven": proven, "as": "json"}).status_code == 400


def test_each_thing_has_its_receipt(site: Client, owner: psycopg.Connection) -> None:
    """What signing in does not show has its receipt in the copy; nobody has another's, and no case stays open."""
    sign_in(site, owner)
    alice = persons_at(ALICE.exact_id)[0]
    letter = Given("inquiry", {"subject": "Opening hours", "message": "When?"})
    keep(stamped(ChannelKind.INQUIRY), [Given("contact", {"email": ALICE.display}), letter], ALICE, person=alice)
    theirs = arrive("mallory@example.net", proven=True)
    sequence_all()
    asked_for = next(one.id for one in kept_of(alice) if one.category == "inquiry")
    assert site.get(f"/me/receipts/item/{asked_for}/").status_code == 404
    proven = hidden(asked(site, owner), "proven")

    def receipt(item: object, by: str = proven) -> HttpResponseBase:
        return site.post("/me/copy/", {"proven": by, "as": f"receipt {item}"})

    answer = receipt(asked_for)
    assert isinstance(answer, HttpResponse)
    _, told, found = verify(answer.content.decode(), ring())
    assert found
    assert told.kind == "collected"
    assert b"Opening hours" in found.inside
    assert case_of(alice) is None
    statuses = [receipt(kept_of(theirs)[0].id), receipt("nothing"), receipt(asked_for, proven[:-4] + "AAAA")]
    assert [one.status_code for one in statuses] == [404, 400, 400]


def test_within_a_week_of_a_change_of_address_there_is_none(site: Client, owner: psycopg.Connection) -> None:
    """Whoever took an address over learns nothing by it; a week later the copy is given."""
    sign_in(site, owner)
    move(site, owner)
    assert "can be had from" in site.get("/me/copy/").content.decode()
    assert site.post("/me/copy/").status_code == 403
    owner.execute("UPDATE address SET ended = ended - interval '8 days'")
    assert site.post("/me/copy/").status_code == 200


@pytest.mark.usefixtures("site")
def test_a_case_that_staff_have_open_stays_open(owner: psycopg.Connection) -> None:
    """The copy opens a case of its own and closes it; one that was open before is not its to close."""
    alice = persons_at(ALICE.exact_id)[0]
    assert copy(alice, opened=True).given
    assert case_of(alice) is None
    relations = owner.execute("SELECT relations FROM person WHERE id = %s", [alice]).fetchone()
    assert relations is not None
    assert not relations[0] & Relation.CASE.mask
    open_case(alice, alice, "wrote a letter")
    assert copy(alice, opened=True).given
    assert case_of(alice)


@pytest.mark.usefixtures("site")
def test_nothing_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the most private parts wait, what is held, and what was said in turn, is read once."""
    alice = persons_at(ALICE.exact_id)[0]
    heard = statements(monkeypatch)
    copy(alice, opened=False)
    for begins in ("SELECT i.id, i.category, i.at, s.channel", "SELECT id, matter, at, item"):
        assert sum(one.startswith(begins) for one in heard) == 1, begins


@pytest.mark.usefixtures("site")
def test_what_a_spreadsheet_would_run_is_text() -> None:
    """A value that begins like a formula is written behind an apostrophe; every row has every column."""
    bob = parse("bob@example.org")
    profile = Given("profile", {"name": "=HYPERLINK(1)", "company": "-1"})
    person = keep(stamped(ChannelKind.REGISTRATION), [Given("contact", {"email": bob.display}), profile], bob)
    rows = list(csv.reader(io.StringIO(as_csv(copy(person, opened=True)))))
    values = {row[2] for row in rows}
    assert {"'=HYPERLINK(1)", "'-1"} <= values
    assert len({len(row) for row in rows}) == 1
