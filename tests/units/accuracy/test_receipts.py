"""Test the receipts of who signed in: all of theirs, nobody else's, and no byte of one can change."""

import re
import runpy
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from cryptography.exceptions import InvalidSignature
from django.test import Client

from avow.accuracy.held import right_of
from avow.errors import AvowError, LedgerError
from avow.ledger.keys import named, ring
from avow.ledger.merkle.ring import listed
from avow.ledger.opened.receipt import Receipt, verify
from avow.ledger.opened.value import value
from avow.record.known.address import parse
from avow.record.known.forget import forget
from avow.record.known.identity import persons_at
from avow.record.own.opened import kept_of, made_of, open_item
from avow.record.said.choices import choose
from avow.record.taken.store import amend
from avow.terms import Actor
from tests.units.accuracy.test_signin import ALICE, sign_in, site
from tests.units.ledger.shelf import sequence_all
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive

__all__ = ["site"]

SCRIPT = runpy.run_path("docs/howto/verify_receipt.py")
FAILS = (SystemExit, ValueError, KeyError, TypeError, IndexError, StopIteration, InvalidSignature)
"""What the script takes for a receipt that does not verify."""


@pytest.fixture
def alice(site: Client, owner: psycopg.Connection) -> UUID:
    """Sign Alice in, with two choices of hers; Mallory is here too, with a choice of his own."""
    sign_in(site, owner)
    found = persons_at(ALICE.exact_id)[0]
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "page of choices, link", found, ALICE.reach_id)
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "signed in by a mailed code", found, ALICE.reach_id)
    arrive("mallory@example.net", NO_MARKETING, proven=True)
    sequence_all()
    return found


def _links(site: Client) -> list[str]:
    return re.findall(r'href="(/me/receipts/(?:choice|item)/[^"]+)"', site.get("/me/receipts/").content.decode())


def _file(site: Client, link: str) -> str:
    answer = site.get(f"{link}receipt.tlog-proof")
    assert answer.status_code == 200
    return answer.content.decode()


def _keys() -> str:
    return ring().text(named() or "")


def test_everything_of_theirs_has_a_receipt(site: Client, alice: UUID) -> None:
    """Each choice and each item is listed, and its page and file open the person's own commitment."""
    links = _links(site)
    assert len(links) == len(made_of(alice)) + len(kept_of(alice)) >= 3
    for link in links:
        page, text = site.get(link), _file(site, link)
        assert page.status_code == 200
        assert page["Cache-Control"] == "no-store"
        _, told, receipt = verify(text, listed(_keys())[1])
        assert receipt
        found = value(receipt.record)
        assert isinstance(found, list)
        assert found[1] == alice
        assert told.kind == ("chosen" if "choice" in link else "collected")
        words, record = SCRIPT["verify"](text, _keys())
        assert words.startswith(f"VERIFIED: {told.kind}, ")
        assert record[1] == alice.hex
    assert "alice@example.org" in site.get(links[-1]).content.decode()


@pytest.mark.usefixtures("alice")
def test_what_others_have_is_not_there(site: Client) -> None:
    """Somebody else's choice and item are answered like those that never were; signed out there is nothing."""
    mallory = persons_at(parse("mallory@example.net").exact_id)[0]
    theirs = [f"choice/{made_of(mallory)[0].id}/", f"item/{kept_of(mallory)[0].id}/"]
    never = [f"choice/{UUID(int=7)}/", f"item/{UUID(int=7)}/"]
    for one, other in zip(theirs, never, strict=True):
        for end in ("", "receipt.tlog-proof"):
            answers = [site.get(f"/me/receipts/{path}{end}") for path in (one, other)]
            assert [answer.status_code for answer in answers] == [404, 404]
            bodies = [
                answer.content.replace(path.encode(), b"") for path, answer in zip((one, other), answers, strict=True)
            ]
            assert bodies[0] == bodies[1]  # but for the address that a page names itself, in each language
    assert site.get("/me/receipts/choice/nothing/").status_code == 404
    assert site.post("/me/receipts/").status_code == 405
    mine = _links(site)
    site.post("/signout/")
    for path in ("/me/receipts/", *mine, f"{mine[0]}receipt.tlog-proof"):
        assert site.get(path)["Location"] == "/signin/"


def _changed(text: str) -> Iterator[str]:
    """Give changed copies of a text, each with one character that is another."""
    for at, letter in enumerate(text):
        for other in {chr(ord(letter) ^ 1), "A" if letter != "A" else "B", "0" if letter != "0" else "1"}:
            yield text[:at] + other + text[at + 1 :]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("which", [0, -1])
def test_no_byte_of_it_can_change(site: Client, which: int) -> None:
    """Every letter, three ways, and every cut: neither the script nor the command takes it, and neither breaks."""
    text, keys = _file(site, _links(site)[which]), _keys()
    ours = listed(keys)[1]
    assert SCRIPT["verify"](text, keys)
    for forged in _changed(text):
        with pytest.raises(LedgerError):
            verify(forged, ours)
        with pytest.raises(FAILS):
            SCRIPT["verify"](forged, keys)
    for cut in range(0, len(text), 7):
        with pytest.raises(LedgerError):
            verify(text[:cut], ours)
        with pytest.raises(FAILS):
            SCRIPT["verify"](text[:cut], keys)


@pytest.mark.usefixtures("alice")
def test_the_key_of_another_log_verifies_nothing(site: Client) -> None:
    """A receipt holds against the log's own keys alone."""
    text = _file(site, _links(site)[0])
    strange = ring().follow(bytes(32), 10**6).text("example.net/log")
    own = _keys()
    assert SCRIPT["verify"](text, own.splitlines()[-1])
    for keys in (strange, own.replace("/log+", "/other+"), ""):
        with pytest.raises(FAILS):
            SCRIPT["verify"](text, keys)


def test_what_was_corrected_is_opened_as_it_is_now(site: Client, alice: UUID) -> None:
    """After a correction the receipt is that of the entry *amended*, with the new values."""
    item = kept_of(alice)[0]
    amend(alice, item.id, {"email": "alice.new@example.org"})
    link = f"/me/receipts/item/{item.id}/"
    assert site.get(link).status_code == 202
    sequence_all()
    words, record = SCRIPT["verify"](_file(site, link), _keys())
    assert words.startswith("VERIFIED: amended")
    assert {"email": "alice.new@example.org"} in record


def test_fields_that_are_not_those_committed_open_nothing(alice: UUID) -> None:
    """A row that was changed behind the ledger's back gives no receipt."""
    item = kept_of(alice)[0]
    fields = dict(right_of(alice, item.category)[item.id])
    assert open_item(alice, item.id, fields)
    with pytest.raises(LedgerError, match="does not cover"):
        open_item(alice, item.id, fields | {"email": "eve@example.org"})


def test_a_row_that_was_changed_has_none(site: Client, alice: UUID, owner: psycopg.Connection) -> None:
    """Its page says that the ledger holds something else, and does not break."""
    owner.execute("SET session_replication_role = replica; ALTER TABLE choice NO FORCE ROW LEVEL SECURITY")
    assert owner.execute("UPDATE choice SET no = no + 7 WHERE person_id = %s", [alice]).rowcount
    link = f"/me/receipts/choice/{made_of(alice)[0].id}/"
    for end in ("", "receipt.tlog-proof"):
        answer = site.get(link + end)
        assert answer.status_code == 409
        assert "The ledger says otherwise" in answer.content.decode()


def test_what_was_forgotten_has_none(site: Client, alice: UUID) -> None:
    """Whoever is forgotten is signed in no more, and has nothing to open; the receipt that was kept still verifies."""
    links = _links(site)
    kept = [_file(site, link) for link in links]
    forget(alice)
    sequence_all()
    assert {site.get(link)["Location"] for link in ["/me/receipts/", *links]} == {"/signin/"}
    assert not kept_of(alice)
    assert all(SCRIPT["verify"](text, _keys()) for text in kept)


def test_what_is_no_receipt_is_told() -> None:
    """Bytes that are none of ours are refused in words, whatever they are."""
    for extra in (
        b"",
        b"x",
        b"avow/receipt/v1\n",
        b"avow/receipt/v1\nl0:",
        b"avow/receipt/v1\n" + b"l9999999999:" * 50,
    ):
        with pytest.raises(AvowError):
            Receipt.read(extra)
