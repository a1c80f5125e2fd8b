"""Prove what becomes of what people ask for by right: decided, told, looked at twice, in time, in one queue."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from avow.accuracy.answer.ask import ask
from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_csv
from avow.decision.request import Request
from avow.gate.clear import clear
from avow.lmtp.take import take as take_letter
from avow.mail.outbox import work
from avow.mail.taken.cases import tidy
from avow.mail.taken.queue import counts, queue
from avow.page.site import policy
from avow.policy.due import due
from avow.policy.proof.keeps import proves
from avow.policy.wish import Wish
from avow.record.known.address import parse
from avow.record.own.opened import kept_of
from avow.record.petitions.petition import petitions_of, sweep
from avow.record.seen.cases import case_of, open_case
from avow.record.shown.notice import show
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Promise, Role
from tests.promises.conftest import Site
from tests.promises.test_letters import written
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import stamped

BOB = "bob@example.org"
ORDERED = {"product": "Lighthouse", "number": "7", "billing": "Quay 1"}
ORDERS = Request("orders", frozenset({"order"}))


def ordered(address: str = BOB) -> tuple[UUID, UUID]:
    """Let somebody order; give the person and the item."""
    given = {"contact": {"email": address}, "profile": {"name": "Bob Wrong"}, "order": ORDERED}
    one = Arrival(show(policy(), ChannelKind.ORDER, "en"), "shop", parse(address), given, proven=True)
    take([one])
    return one.person, next(kept.id for kept in kept_of(one.person) if kept.category == "order")


def proposed(site: Site) -> tuple[UUID, UUID]:
    """Let Bob say that his order is wrong; give him and the petition."""
    bob, item = ordered()
    site.sign_in(BOB)
    typed = {"order.number": "8", "words": "It says eight on the invoice."}
    answer = site.browser.post(f"/me/correct/{item}/propose/", typed)
    assert answer["Location"] == "/me/requests/?done=asked"
    return bob, petitions_of(bob)[0].id


def decide(browser: Client, key: UUID, act: str, reply: str = "It is as you say.") -> int:
    """Answer a petition at the desk, and give the status."""
    return browser.post(f"/desk/requests/{key}/answer/", {"act": act, "reply": reply}).status_code


@proves(Promise.CORRECTION, "S30")
def test_what_is_proposed_is_contested_until_staff_decide_and_the_person_is_told(site: Site) -> None:
    """Nothing that is said to be wrong is used meanwhile; then it is right, the person has mail, and the case ends."""
    bob, key = proposed(site)
    assert not clear(ORDERS, [bob]).allowed
    assert "Lighthouse" not in site.browser.get(f"/me/correct/{petitions_of(bob)[0].item}/propose/").content.decode()
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    assert str(key) in officer.get("/desk/requests/").content.decode()
    page = officer.get(f"/desk/requests/{key}/").content.decode()
    assert all(words in page for words in ("Number of licences", "<del>7</del>", "<ins>8</ins>", "on the invoice"))
    assert officer.post(f"/desk/requests/{key}/answer/", {"act": "grant"}).status_code == 400
    assert decide(officer, key, "grant") == 302
    assert clear(ORDERS, [bob]).allowed[0].use()["order"] == {**ORDERED, "number": "8"}
    assert case_of(bob)
    while work():
        pass
    told = str(site.received("# What you asked Harbour Mail, Inc. for is decided")[BOB])
    assert "as you say" not in told
    assert "/signin/" in told
    assert tidy() == 1
    assert case_of(bob) is None
    assert "It is as you say." in site.browser.get("/me/requests/").content.decode()
    assert sweep() == 1
    assert not petitions_of(bob)[0].proposed


@proves(Promise.CORRECTION, "S30")
def test_a_refusal_is_explained_and_looked_at_again_by_somebody_else(site: Site) -> None:
    """Who is refused reads why, and asks once for a second look; who refused does not look again."""
    bob, key = proposed(site)
    first, _ = at_desk(Role.PRIVACY_OFFICER)
    assert decide(first, key, "refuse", "The invoice says seven.") == 302
    assert clear(ORDERS, [bob]).allowed, "it is settled for now"
    assert "The invoice says seven." in site.browser.get("/me/requests/").content.decode()
    assert site.browser.post(f"/me/requests/{key}/dispute/", {"words": ""}).status_code == 400
    assert site.browser.post(f"/me/requests/{key}/dispute/", {"words": "Look at page two."}).status_code == 302
    assert not clear(ORDERS, [bob]).allowed
    assert decide(first, key, "refuse") == 409
    assert "Somebody else looks at it again" in first.get(f"/desk/requests/{key}/").content.decode()
    second, _ = at_desk(Role.PRIVACY_OFFICER, email="otto@example.com")
    assert "page two" in second.get(f"/desk/requests/{key}/").content.decode()
    assert decide(second, key, "refuse", "Page two says seven, too.") == 302
    assert "also at the second look" in site.browser.get("/me/requests/").content.decode()
    assert site.browser.post(f"/me/requests/{key}/dispute/", {"words": "Again."}).status_code == 404
    assert decide(second, key, "grant") == 404


@proves(Promise.CORRECTION, "S30")
def test_what_a_feed_brings_after_a_correction_is_set_aside_and_shown_as_that(site: Site) -> None:
    """The corrected name stays current; the other is told of on the desk, in the copy and to the person."""
    bob, _ = ordered()
    site.sign_in(BOB)
    profile = next(one.id for one in kept_of(bob) if one.category == "profile")
    seen = re.search(r'name="seen" value="([^"]+)"', site.browser.get(f"/me/correct/{profile}/").content.decode())
    assert seen
    site.browser.post(f"/me/correct/{profile}/", {"seen": seen[1], "profile.name": "Bob Right"})
    given = [Given("contact", {"email": BOB}), Given("profile", {"name": "Bob Wrong"})]
    keep(stamped(ChannelKind.ORDER, "shop"), given, parse(BOB), person=bob)
    (released,) = clear(Request("orders", frozenset({"contact", "profile"})), [bob]).allowed
    assert released.use()["profile"] == {"name": "Bob Right"}
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    open_case(bob, bob, "asked")
    page = officer.get(f"/desk/people/{bob}/?for=rights").content.decode()
    assert page.count("set aside: a correction says otherwise") == 1
    assert "<h1>Bob Right</h1>" in page
    rows = as_csv(copy(bob, opened=True)).splitlines()
    assert [(row.split(",")[2], row.split(",")[8]) for row in rows if "Bob " in row] == [
        ("Bob Wrong", "aside"),
        ("Bob Right", "yes"),
    ]
    page = site.browser.get("/me/correct/").content.decode()
    assert page.count("set aside: it says otherwise") == 1
    assert "Bob Wrong" not in page


@proves(Promise.ACCESS, "S29")
def test_an_answer_that_takes_longer_is_told_once_and_before(site: Site, owner: psycopg.Connection) -> None:
    """The person has the reason by mail; there is no second extension, and none once the time is over."""
    bob, _ = ordered()
    key = ask(bob, Wish.ACCESS, "wants all")
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    path = f"/desk/requests/{key}/longer/"
    assert officer.post(path, {"why": ""}).status_code == 400
    assert officer.post(path, {"why": "Our archive is on paper."}).status_code == 302
    while work():
        pass
    assert "archive is on paper" in str(site.received("# Our answer takes longer than we promised")[BOB])
    (one,) = queue(9, every=True)
    assert one.until
    assert one.until > one.at + timedelta(days=59)
    assert officer.post(path, {"why": "Still."}).status_code == 409
    late = ask(bob, Wish.COMMENT, "an opinion")
    owner.execute("UPDATE petition SET at = at - interval '40 days', due = due - interval '40 days'")
    assert officer.post(f"/desk/requests/{late}/longer/", {"why": "Busy."}).status_code == 409
    found = counts(datetime.now(UTC))
    assert (found.open, found.late) == (2, 1)
    assert "is late" in officer.get("/desk/requests/").content.decode()


@proves(Promise.ACCESS, "S29")
@proves(Promise.COMMENTS_READ, "S43")
@pytest.mark.usefixtures("site")
def test_all_that_waits_stands_in_one_queue() -> None:
    """Letters, petitions and what staff took down, those due first before all; many cost as many queries as few."""
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    bob, _ = ordered()
    assert take_letter(written("I have a comment."))
    ask(bob, Wish.ACCESS, "wants all")
    typed = {"whose": BOB, "words": "rang", "wish": Wish.ERASURE.words}
    assert officer.post("/desk/case/", typed).status_code == 302
    lines = queue(50, every=True)
    assert {one.way for one in lines} == {"letter", "page", "desk"}
    assert [one.last for one in lines] == sorted(one.last for one in lines)
    assert officer.post(f"/desk/people/{bob}/close/").status_code == 409, "something waits for an answer"
    many, page = set(), ""
    for number in (0, 60):
        for one in range(number):
            ask(ordered(f"person{one}@example.net")[0], Wish.ACCESS, "wants all")
        officer.get("/desk/requests/")
        with CaptureQueriesContext(connection) as asked:
            page = officer.get("/desk/requests/").content.decode()
        many.add(len(asked))
    assert len(many) == 1
    assert many.pop() <= 26
    assert 'class="load"' in page
    seen, path = set[str](), "/desk/requests/"
    while path:
        page = officer.get(path).content.decode()
        seen |= {*re.findall(r'href="/desk/requests/([0-9a-f-]{36})/"', page)}
        following = re.search(r'href="(/desk/requests/\?of=&amp;after=[^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == {str(one.id) for one in queue(100, every=True)}
    assert len(seen) == 63


@proves(Promise.ACCESS, "S29")
def test_an_open_case_shows_who_is_signed_in_no_more(site: Site) -> None:
    """Whatever case is open, signing in alone shows what it did before: no order, and no receipt of one."""
    bob, item = ordered()
    open_case(bob, bob, "asked")
    site.sign_in(BOB)
    assert "Quay 1" not in site.browser.get("/me/correct/").content.decode()
    assert site.browser.get(f"/me/correct/{item}/").status_code == 404


@pytest.mark.parametrize(("at", "last"), [("2026-05-01", "2026-05-29"), ("2026-05-04", "2026-06-03")])
def test_an_answer_is_due_by_calendar(at: str, last: str) -> None:
    """What would be due on a Sunday is due on the Friday before, where the company is; else on its day."""
    came = datetime.fromisoformat(f"{at}T12:00:00+00:00")
    found = due(policy(), came, 30)
    assert found.strftime("%Y-%m-%d") == last
    assert found <= came + timedelta(days=30)
