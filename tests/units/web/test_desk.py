"""Test the desk's pages: whom they show, what they cost, what they refuse, what bad input does."""

import re
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from avow.config import config
from avow.mail.outgoing import post
from avow.page.signed.session import Signed, sealed
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.known.identity import addresses_of, persons_at
from avow.record.known.link import link
from avow.record.known.session import session
from avow.record.said.choices import state
from avow.record.seen.cases import case_of, open_case
from avow.record.seen.past import choices_of, links_of
from avow.record.seen.reading import note, reads_of
from avow.terms import Actor, ChannelKind, MessageKind, Role, Scope
from tests.units.gate.cast import arrive, prove
from tests.units.gate.conftest import published
from tests.units.page.staff.cast import at_desk

__all__ = ["published"]

EVIL = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def site(published: History) -> None:
    """Publish the policy first."""
    assert published.policies


def ordered(address: str = "alice@example.org", times: int = 1) -> UUID:
    """Let somebody order, perhaps several times."""
    person = arrive(address, by=ChannelKind.ORDER)
    for _ in range(times - 1):
        arrive(address, by=ChannelKind.ORDER, person=person)
    return person


def page(browser: Client, path: str) -> str:
    """Give the words of a page that is there."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_everybody_of_staff_sees_the_house_and_nobody_in_it() -> None:
    """Policy and ledger name nobody; an operator finds nobody; others need their role."""
    ordered()
    browser, _ = at_desk(Role.OPERATOR)
    for path in ("/desk/", "/desk/policy/", "/desk/ledger/", "/desk/stop/"):
        assert "alice" not in page(browser, path)
    assert "collected" in (ledger := page(browser, "/desk/ledger/"))
    assert re.search(r"(?<!\d)1 entry waits|\d+ entries wait ", ledger)
    assert "2025-01-01" in page(browser, "/desk/policy/")
    assert "No role of yours reads people" in page(browser, "/desk/")
    assert "alice" not in browser.post("/desk/", {"text": "alice@example.org", "for": "orders"}).content.decode()
    for path in ("/desk/reads/", "/desk/case/", f"/desk/people/{uuid4()}/forget/"):
        assert browser.get(path).status_code == 403
    for path in ("merge", "close"):
        assert browser.post(f"/desk/people/{uuid4()}/{path}/").status_code == 403


def test_a_card_costs_the_same_whatever_it_holds() -> None:
    """The number of queries is bounded: one item, three, or fifty, with messages, choices, links and reads."""
    browser, one = at_desk(Role.ORDERS, Role.PRIVACY_OFFICER)
    people = [ordered("one@example.org"), ordered("three@example.org", 3), ordered("many@example.org", 25)]
    for person, much in zip(people, (0, 1, 12), strict=True):
        open_case(person, one.id, "wants to see all")
        address = next(iter(addresses_of(person)))
        for number in range(much):
            note(one.id, Role.ORDERS, "orders", {person: ["order"]})
            post(MessageKind.IDENTITY, person, address[0], "code", {"code": "1", "minutes": "1"})
            link(person, ordered(f"{much}-{number}@example.net"), Actor.STAFF)
    for purpose in ("orders", "rights"):
        counts = set()
        for person in people:
            page(browser, f"/desk/people/{person}/?for={purpose}")
            with CaptureQueriesContext(connection) as seen:
                page(browser, f"/desk/people/{person}/?for={purpose}")
            counts.add(len(seen))
        assert len(counts) == 1, counts
        assert counts.pop() <= 75


@pytest.mark.parametrize("purpose", ["hiring", "rights", "offers", "nothing", EVIL, ""])
def test_a_card_is_shown_for_a_purpose_of_the_role(purpose: str) -> None:
    """Another role's purpose, a made-up one or a person who never ordered: the same page, and no read."""
    browser, _ = at_desk(Role.ORDERS)
    alice, bob = ordered(), arrive("bob@example.org")
    for person in (bob, uuid4(), *([] if not purpose else [alice])):
        answer = browser.get(f"/desk/people/{person}/", {"for": purpose})
        assert answer.status_code == 404
        assert "Nobody to show" in answer.content.decode()
        assert "<script>alert" not in answer.content.decode()
    assert not reads_of(bob)


def test_what_is_found_by() -> None:
    """An address in any case and with a tag, words, an id; a marker in a value is shown as text."""
    browser, _ = at_desk(Role.ORDERS)
    alice = ordered("Alice+shop@example.org")
    for text in ("alice@EXAMPLE.org", " alice+other@example.org ", str(alice), "name of alice", "SHOP name"):
        told = browser.post("/desk/", {"text": text, "for": "orders"}).content.decode()
        assert str(alice) in told, text
    for text in ("alice", "@", "bob@example.org", EVIL, str(uuid4()), "a" * 5000):
        told = browser.post("/desk/", {"text": text, "for": "orders"}).content.decode()
        assert "<script>alert" not in told
        assert (str(alice) in told) == (text == "alice")


def test_a_no_is_taken_and_a_yes_is_not() -> None:
    """A no for somebody else holds at once and needs a word; their link goes to them; no form says yes."""
    browser, one = at_desk(Role.ORDERS)
    alice = ordered()
    place = f"/desk/people/{alice}"
    assert browser.post(f"{place}/stop/", {"for": "orders", "stop": "marketing"}).status_code == 400
    assert not choices_of(alice)
    told = {"for": "orders", "stop": "marketing", "evidence": f"telephone {EVIL}"}
    assert browser.post(f"{place}/stop/", told).status_code == 302
    assert state(alice).refused & Scope.MARKETING.mask
    said = choices_of(alice)
    assert {(line.actor, line.answer) for line in said} == {("staff", "no")}
    assert str(one.id) in said[0].evidence
    shown = page(browser, f"{place}/?for=orders")
    assert "<script>alert" not in shown
    assert "telephone" in shown
    assert browser.post(f"{place}/link/", {"for": "orders"}).status_code == 302
    for act in ("stop", "link"):
        assert browser.post(f"/desk/people/{uuid4()}/{act}/", told).status_code == 404
    answers = [browser.post(f"{place}/link/", {"for": "orders"}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_a_no_for_an_address_tells_nothing() -> None:
    """Known or unknown, the answer is the same, and both hold; bad input is told and takes nothing."""
    browser, _ = at_desk(Role.OPERATOR)
    alice = arrive("alice@example.org")
    given = {"evidence": "in a letter", "stop": "marketing"}
    known, unknown = (
        browser.post("/desk/stop/", {**given, "address": address}).content
        for address in ("alice@example.org", "nobody@example.net")
    )
    assert known == unknown
    assert state(alice).refused & Scope.MARKETING.mask
    assert state(reach=parse("nobody@example.net").reach_id).refused & Scope.MARKETING.mask
    for wrong in ({"address": "bob@"}, {"address": ""}, {"address": "bob@example.org", "evidence": ""}):
        assert browser.post("/desk/stop/", {**given, **wrong}).status_code == 422
    assert not state(reach=parse("bob@example.org").reach_id).refused


def test_an_officer_merges_parts_and_forgets() -> None:
    """Merged by address or id and parted again; forgetting asks once more and names what remains."""
    browser, _ = at_desk(Role.PRIVACY_OFFICER)
    alice, twin = arrive("alice@example.org"), arrive("twin@example.org")
    assert (
        browser.post("/desk/case/", {"whose": "alice@example.org", "words": "wants to be forgotten"}).status_code == 302
    )
    place = f"/desk/people/{alice}"
    for other in ("nobody@example.org", "twin@", ""):
        assert browser.post(f"{place}/merge/", {"for": "rights", "other": other}).status_code == 400
    assert browser.post(f"{place}/merge/", {"for": "rights", "other": str(alice)}).status_code == 400
    assert browser.post(f"{place}/merge/", {"for": "rights", "other": "twin@example.org"}).status_code == 302
    assert str(twin) in page(browser, f"{place}/?for=rights")
    assert browser.post(f"{place}/merge/", {"for": "rights", "other": str(twin), "act": "part"}).status_code == 302
    assert links_of(alice)[0].ended
    assert "What remains" in page(browser, f"{place}/forget/?for=rights")
    assert browser.post(f"{place}/forget/", {"for": "rights"}).status_code == 400
    assert persons_at(parse("alice@example.org").exact_id) == [alice]
    answer = browser.post(f"{place}/forget/", {"for": "rights", "sure": "yes"})
    assert answer.status_code == 200
    assert "as a keyed hash" in answer.content.decode()
    assert persons_at(parse("alice@example.org").exact_id) == []
    assert browser.get(f"{place}/?for=rights").status_code == 404


def test_a_case_opens_for_everybody_at_an_address_and_closes() -> None:
    """Several people of one address are all named; without a word, or for nobody, no case opens."""
    browser, _ = at_desk(Role.PRIVACY_OFFICER)
    first, second = arrive("shared@example.org"), arrive("shared@example.org")
    for wrong in ({"whose": "", "words": "x"}, {"whose": "nobody@example.org", "words": "x"}, {"whose": str(first)}):
        assert browser.post("/desk/case/", wrong).status_code == 422
    assert browser.post("/desk/case/", {"whose": str(uuid4()), "words": "x"}).status_code == 400
    told = browser.post("/desk/case/", {"whose": "shared@example.org", "words": "wants a copy"}).content.decode()
    assert str(first) in told
    assert str(second) in told
    assert case_of(second)
    assert browser.post(f"/desk/people/{second}/close/").status_code == 302
    assert case_of(second) is None
    assert browser.get(f"/desk/people/{second}/?for=rights").status_code == 404


def test_many_reads_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the figure that is set on, a day is marked for the officer."""
    browser, one = at_desk(Role.PRIVACY_OFFICER)
    person = arrive("alice@example.org")
    monkeypatch.setenv("AVOW_READS_ALARM", "3")
    config.cache_clear()
    for many in (False, False, True):
        note(one.id, Role.SUPPORT, "support", {person: ["contact"]})
        assert ("many" in page(browser, "/desk/reads/")) == many
    monkeypatch.undo()
    config.cache_clear()


def test_the_person_is_told_by_role_or_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signed in sees each read; names only where the company says so; nobody else's reads."""
    _, one = at_desk(Role.SUPPORT, email="sam@example.com")
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    for person in (alice, bob):
        prove(person, f"{'alice' if person == alice else 'bob'}@example.org")
    note(one.id, Role.SUPPORT, "support", {alice: ["contact"]})
    browser = Client(headers={"host": "localhost"})
    assert browser.get("/me/reads/").status_code == 302
    _sign_in(browser, alice)
    told = page(browser, "/me/reads/")
    assert "Support" in told
    assert "Your e-mail address" in told
    assert "Sam" not in told
    monkeypatch.setenv("AVOW_STAFF_NAMED", "true")
    config.cache_clear()
    assert "Sam, support" in page(browser, "/me/reads/")
    monkeypatch.undo()
    config.cache_clear()
    _sign_in(browser, bob)
    assert "Nobody of our own people" in page(browser, "/me/reads/")


def _sign_in(browser: Client, person: UUID) -> None:
    """Hold the cookie of a person who signed in."""
    exact, reach, _ = addresses_of(person)[0]
    number = session(person, exact)
    assert number is not None
    browser.cookies["avow_session"] = sealed(Signed(person, exact, reach, number))
