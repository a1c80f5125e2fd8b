"""Test receipts of choices by link: whoever holds the link gets that of its own act, nobody any other."""

import re
from html import unescape

import psycopg
import pytest
from django.test import Client

from avow.ledger.keys import ring
from avow.ledger.merkle.proof import Proof
from avow.ledger.opened.receipt import verify as opened
from avow.ledger.opened.value import value
from avow.record.known.address import parse
from avow.record.known.forget import forget
from avow.record.known.identity import persons_at
from avow.record.known.link import link as merge
from avow.record.said.choices import choose
from avow.terms import Actor, Scope
from tests.units.ledger.shelf import sequence_all
from tests.units.optout.test_choices import ALICE, link, site
from tests.units.record.cast import NO_MARKETING, arrive

__all__ = ["site"]

EVERY = ("", "receipt.tlog-proof")


def receipt_of(page: str) -> str:
    """Give the address of the receipt that an answer page offers, or ""."""
    found = re.search(r'href="(/choices/receipt/[^"]+)"', page)
    return unescape(found[1]) if found else ""


def stopped(site: Client, path: str = "", **typed: str) -> str:
    """Say no, and give the address of the receipt."""
    return receipt_of(site.post(path or link(), typed or {"stop": "marketing"}).content.decode())


def record(text: str) -> list[object]:
    """Give the record that a receipt opens, having verified it."""
    _, told, receipt = opened(text, ring())
    assert receipt
    found = value(receipt.record)
    assert isinstance(found, list)
    assert told.kind == "chosen"
    return found


def test_a_receipt_is_pending_and_then_proves_the_choice(site: Client) -> None:
    """Until its entry is signed the page says so and asks again; then page and file prove what was chosen."""
    address = stopped(site)
    page = site.get(address)
    assert (page.status_code, page["Refresh"]) == (202, "2")
    assert "being signed" in page.content.decode()
    assert site.get(f"{address}receipt.tlog-proof").status_code == 404
    sequence_all()
    page, file = site.get(address), site.get(f"{address}receipt.tlog-proof")
    assert (page.status_code, file.status_code) == (200, 200)
    assert "Refresh" not in page
    assert page["Cache-Control"] == file["Cache-Control"] == "no-store"
    assert file["Content-Disposition"].startswith("attachment; filename=")
    text = file.content.decode()
    found = record(text)
    assert found[:2] == ["choice", persons_at(ALICE.exact_id)[0]]
    assert found[5:-1] == [Scope.MARKETING, None, None, "no", "person-unverified", "page of choices, link", None]
    assert "No to all marketing mail" in page.content.decode()
    assert Proof.read(text).index == 3


def test_the_one_click_has_one_too(site: Client) -> None:
    """So has the no of a mail program's button; said again, it is the receipt of the no that stands."""
    address = stopped(site, link() + "one-click/", List_Unsubscribe="One-Click")
    sequence_all()
    assert record(site.get(f"{address}receipt.tlog-proof").content.decode())[6] == "updates"
    again = stopped(site, link() + "one-click/", List_Unsubscribe="One-Click")
    mine, first = (site.get(one).content.replace(one.encode(), b"") for one in (again, address))
    assert mine == first


def test_who_types_an_address_gets_none(site: Client) -> None:
    """The answer to a typed address is the same for known and unknown, and opens nobody's choice."""
    pages = [
        site.post("/choices/", {"address": one, "stop": "marketing"}).content
        for one in (ALICE.display, "nobody@example.net")
    ]
    assert pages[0] == pages[1]
    assert receipt_of(pages[0].decode()) == ""
    assert b"/signin/" in pages[0]


@pytest.mark.parametrize(
    "evidence", ["page of choices, address typed", "signed in by a mailed code", "told on the phone"]
)
def test_a_link_opens_no_choice_that_others_made(site: Client, evidence: str) -> None:
    """Where the no stands already by another way, whoever holds the link learns nothing of how."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, evidence, persons_at(ALICE.exact_id)[0], ALICE.reach_id)
    page = site.post(link(), {"stop": "marketing"}).content.decode()
    assert "Stopped" in page
    assert receipt_of(page) == ""
    assert evidence not in page


def test_a_link_opens_its_own_mailbox_alone(site: Client, owner: psycopg.Connection) -> None:
    """A no spreads to whoever is linked and to their mailboxes; the receipt holds no trace of them."""
    alice, twin = persons_at(ALICE.exact_id)[0], arrive("twin@example.net", proven=True)
    merge(alice, twin, Actor.STAFF)
    address = stopped(site)
    sequence_all()
    rows = owner.execute("SELECT count(*) FROM choice").fetchone()
    assert rows == (2,)
    text = site.get(f"{address}receipt.tlog-proof").content.decode()
    extra = Proof.read(text).extra
    assert alice.bytes in extra
    assert twin.bytes not in extra
    assert parse("twin@example.net").reach_id not in extra


@pytest.mark.parametrize("end", EVERY)
@pytest.mark.parametrize("token", ["x", "x" * 500, "%00", "....", "AAAA" * 20, "\u00e4"])
def test_a_forged_link_opens_nothing(site: Client, token: str, end: str) -> None:
    """A made-up or damaged link is answered with 404 in words."""
    answer = site.get(f"/choices/receipt/{token}/{end}")
    assert answer.status_code == 404
    assert "damaged" in answer.content.decode() or "no such page" in answer.content.decode()


def test_another_token_opens_nothing(site: Client) -> None:
    """The token of the page of choices is not that of a receipt, nor the other way round."""
    token = link().split("/")[2]
    assert site.get(f"/choices/receipt/{token}/").status_code == 404
    receipt = stopped(site).split("/")[3]
    assert site.get(f"/choices/{receipt}/").status_code == 404
    assert site.get(f"/choices/receipt/{receipt[:-2]}AA/").status_code == 404
    assert site.post(f"/choices/receipt/{receipt}/").status_code == 405


def test_whoever_is_forgotten_has_none(site: Client) -> None:
    """What was forgotten cannot be opened any more."""
    address = stopped(site)
    sequence_all()
    assert site.get(address).status_code == 200
    forget(persons_at(ALICE.exact_id)[0])
    for end in EVERY:
        assert site.get(address + end).status_code == 404
