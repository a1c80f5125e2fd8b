"""Test the desk of mailings: who may do what, what it refuses, what it shows of whom, what bad input does."""

import re
from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import Client

from avow.cli.mailing import told as printed_
from avow.mail.course.draft import draft, mailing, mailings
from avow.mail.course.tend import tend
from avow.mail.outbox import work
from avow.mail.queue.still import MailingState
from avow.record.said.choices import choose
from avow.record.seen.reading import reads_of
from avow.terms import Actor, Role
from avow.uses.mailings import foresee
from tests.units.mail.cast import OFFER, arrived, name
from tests.units.mail.conftest import Serve, example, published, serve
from tests.units.mail.test_segment import lives
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import NO_MARKETING, reach_of

__all__ = ["example", "published", "serve"]
pytestmark = pytest.mark.usefixtures("published")
HERE = "/desk/mailings/"


def page(browser: Client, path: str) -> str:
    """Give the words of a page that is there."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def marketer() -> Client:
    """Give a browser at which somebody of marketing sits."""
    return at_desk(Role.MARKETING, email="mara@example.com")[0]


def written(browser: Client, body: str = "Dear {{ name | friend }}, an offer.") -> UUID:
    """Write a draft to the offers, as the form does."""
    browser.post(f"{HERE}new/", {"list": "offers"})
    key = mailings()[0].id
    told = {"edition": "0", "list": "offers", "subject": "An offer", "body": body, "act": "check"}
    assert browser.post(f"{HERE}{key}/write/", told).status_code == 302
    return key


def test_from_a_draft_to_its_outcome(serve: Serve, owner: psycopg.Connection) -> None:
    """Write, check, send, watch; everybody is accounted for, by state, domain, reason and person."""
    to = serve()
    people = arrived("alice", "bob", "carol", "dora", "eve", "frank")
    browser = marketer()
    key = written(browser)
    ready = page(browser, f"{HERE}{key}/")
    assert "<dd>6</dd>" in ready
    assert "Send it now to 6 people" in ready
    browser.post(f"{HERE}{key}/schedule/", {"edition": "1", "when": "now"})
    tend()
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "one-click link", reach=reach_of(name("bob")))
    work()
    assert len(to.taken) == 5
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "one-click link", reach=reach_of(name("carol")))
    owner.execute("UPDATE delivery SET outcome = 'came back: permanent 5.1.1' WHERE person_id = %s", [people["dora"]])
    watched = page(browser, f"{HERE}{key}/")
    assert "sent 4, bounced 1, denied 1, of 6" in watched
    assert "example.org" in watched
    assert '<strong class="big">1</strong>' in watched
    assert "1 by one click in the mail program" in watched
    assert "came back: permanent 5.1.1" in watched
    assert "alice" not in watched, "the account names nobody"


def test_a_small_segment_tells_of_nobody() -> None:
    """Of few in a segment, or left out by a line, desk and command say that there are some; of nobody they say so."""
    for who, where in (("ada", "Germany"), ("ben", "France"), ("cy", "France")):
        lives(who, where)
    browser, who_ = at_desk(Role.MARKETING, email="mara@example.com")
    words = "# Harbours\nSegment: country is {}\n\nDear {{{{ name | friend }}}}.\n"
    seen = page(browser, f"{HERE}{draft('offers', words.format('Germany'), who_.id)}/")
    assert "<dd>fewer than 10</dd>" in seen
    assert "Send it now to fewer than 10 people" in seen
    assert not re.search(r"<d[dt]>[123]<|<td class=\"n\">[123]<|(In|of) [123]\b", seen)
    none = page(browser, f"{HERE}{draft('offers', words.format('Malta'), who_.id)}/")
    assert "<dd>0</dd>" in none
    assert "Nobody who may get it is in this segment" in none
    printed = printed_(foresee("offers", words.format("Germany")))
    assert printed["allowed"] == "fewer than 10"
    assert printed["segment"] == {"country is Germany": "fewer than 10"}


def test_a_line_per_person_through_the_gate(serve: Serve) -> None:
    """Whoever may be read for the purpose is named and can see that; who said no meanwhile is counted, not named."""
    serve()
    people = arrived("alice", "bob")
    browser = marketer()
    key = written(browser)
    browser.post(f"{HERE}{key}/schedule/", {"edition": "1", "when": "now"})
    tend()
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("bob")))
    work()
    told = page(browser, f"{HERE}{key}/people/")
    assert name("alice") in told
    assert name("bob") not in told
    assert "not to be seen for this purpose" in told
    assert "our marketing mail to you stops at once" in told, "the policy's own sentence"
    assert len(reads_of(people["alice"], 9)) == 1
    assert reads_of(people["bob"], 9) == []
    assert name("alice") not in page(browser, f"{HERE}{key}/people/?state=denied")
    for bad in ("?page=0", "?page=-1", "?page=99999999999", "?page=x", "?state=%27", "?page=2"):
        assert "Person by person" in page(browser, f"{HERE}{key}/people/{bad}")


def test_each_role_has_its_part(serve: Serve) -> None:
    """The officer watches and may hold back, and neither writes nor sends nor sees people; others see nothing."""
    serve()
    arrived("alice")
    key = written(marketer())
    officer, _ = at_desk(Role.PRIVACY_OFFICER)
    assert "An offer" in page(officer, HERE)
    assert "Begin a mailing" not in page(officer, HERE)
    assert "Let it go" not in page(officer, f"{HERE}{key}/")
    for path in ("write/", "people/"):
        assert officer.get(f"{HERE}{key}/{path}").status_code == 403
    for path in ("schedule/", "draft/", "resume/", "test/"):
        assert officer.post(f"{HERE}{key}/{path}", {"edition": "1", "when": "now"}).status_code == 403
    assert officer.post(f"{HERE}{key}/cancel/").status_code == 400, "the box was not ticked"
    assert officer.post(f"{HERE}{key}/cancel/", {"sure": "yes"}).status_code == 302
    assert mailing(key).state is MailingState.CANCELLED
    support, _ = at_desk(Role.SUPPORT, email="sam@example.com")
    for path in ("", f"{key}/", f"{key}/look/", f"{key}/write/", f"{key}/people/", "sender/"):
        assert support.get(HERE + path).status_code == 403, path
        assert Client(headers={"host": "localhost"}).get(HERE + path).status_code == 302, path
    assert "Mailings</a>" not in page(support, "/desk/")


def test_another_changed_it(serve: Serve) -> None:
    """Two who write or send at once: the second is told, and nothing of theirs is done or lost."""
    serve()
    browser = marketer()
    key = written(browser)
    told = {"edition": "0", "list": "offers", "subject": "Mine", "body": "My words.", "act": "keep"}
    answer = browser.post(f"{HERE}{key}/write/", told)
    assert answer.status_code == 422
    assert "My words." in answer.content.decode()
    assert mailing(key).subject == "An offer"
    answer = browser.post(f"{HERE}{key}/schedule/", {"edition": "0", "when": "now"})
    assert answer.status_code == 409
    assert "changed since you looked at it" in answer.content.decode()
    assert mailing(key).state is MailingState.DRAFT


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hello {{ nobody }}.", "may not see a field"),
        ("Hello {{ name }}.", "not everybody gave"),
        ("Hello {{ name", "is no field"),
        ("<script>alert(1)</script>", "HTML tag"),
        ("![a](https://example.com/a.png)", "no images"),
        ("text\n\n<!doctype html>\n<p onclick='x'>hi</p>", "onclick"),
        ("text\n\n<!doctype html>\n<img src=x>", "img"),
    ],
)
def test_what_lacks_something_does_not_go(body: str, said: str) -> None:
    """A draft that cannot be sent is kept, shown with what is wrong, and not let go."""
    browser = marketer()
    key = written(browser, body)
    told = page(browser, f"{HERE}{key}/")
    assert said in re.sub(r"&\w+;|&#\d+;", "'", told)
    assert "Send it now" not in told
    assert "<script>alert" not in told
    assert "cannot be sent like this" in page(browser, f"{HERE}{key}/look/")
    assert browser.post(f"{HERE}{key}/schedule/", {"edition": "1", "when": "now"}).status_code == 409
    assert browser.post(f"{HERE}{key}/test/").status_code == 409
    assert mailing(key).state is MailingState.DRAFT


def test_how_it_reads() -> None:
    """The message is shown as it stands in the form, for nobody, in a page that can run and fetch nothing."""
    browser = marketer()
    key = written(browser)
    told = {"list": "offers", "subject": "New", "body": "Dear {{ name | friend }}, **bold**.", "look": "wide"}
    answer = browser.post(f"{HERE}{key}/look/", told)
    words = answer.content.decode()
    assert "Dear friend, <strong>bold</strong>." in words
    assert "You get this because" in words
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert mailing(key).edition == 1, "looking keeps nothing"
    plain = browser.post(f"{HERE}{key}/look/", {**told, "look": "plain"}).content.decode()
    assert "Subject: New" in plain
    assert "Dear friend, bold." in plain
    assert "color-scheme:dark" in browser.post(f"{HERE}{key}/look/", {**told, "look": "dark"}).content.decode()
    assert "'unsafe" not in browser.get(f"{HERE}{key}/write/")["Content-Security-Policy"]


def test_a_test_goes_to_who_asks(serve: Serve) -> None:
    """It goes to one's own mailbox, marked, with links that work and nobody's data; not where a no was said."""
    to = serve()
    arrived("alice")
    browser = marketer()
    key = written(browser)
    assert browser.post(f"{HERE}{key}/test/").status_code == 302
    (address, data) = to.taken[0]
    assert address == "mara@example.com"
    for words in (b"Subject: [Test] An offer", b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"Dear friend"):
        assert words in data
    assert b"alice" not in data
    link = re.search(rb"List-Unsubscribe: <(\S+?)>", data.replace(b"\r\n ", b" "))
    assert link
    path = "/" + link[1].decode().split("/", 3)[3]
    assert Client(headers={"host": "localhost"}).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    answer = browser.post(f"{HERE}{key}/test/")
    assert answer.status_code == 409
    assert "said no to such mail" in answer.content.decode()
    assert len(to.taken) == 1


def test_a_schedule_in_its_zone() -> None:
    """A local time is kept with its zone; one that never is, or is past, is refused with words."""
    browser = marketer()
    key = written(browser)
    told = {"edition": "1", "when": "then", "day": "2026-03-29", "hour": "02:30", "zone": "Europe/Berlin"}
    assert "never on that day" in browser.post(f"{HERE}{key}/schedule/", told).content.decode()
    told |= {"day": "2001-01-01"}
    assert "is past" in browser.post(f"{HERE}{key}/schedule/", told).content.decode()
    for bad in ({"day": ""}, {"day": "x" * 9999}, {"zone": "\x00"}, {"zone": "../x"}, {"hour": "25:00"}):
        assert browser.post(f"{HERE}{key}/schedule/", {**told, **bad}).status_code == 409
    assert mailing(key).state is MailingState.DRAFT


def test_pause_and_go_on(serve: Serve) -> None:
    """A pause holds when the page comes back; a second one is told that it is paused already."""
    to = serve()
    arrived("alice", "bob")
    browser = marketer()
    key = written(browser)
    browser.post(f"{HERE}{key}/schedule/", {"edition": "1", "when": "now"})
    tend()
    assert "on its way" in page(browser, f"{HERE}{key}/")
    browser.post(f"{HERE}{key}/pause/")
    assert work() == 0
    assert "is paused, so it cannot be paused" in browser.post(f"{HERE}{key}/pause/").content.decode()
    browser.post(f"{HERE}{key}/resume/")
    work()
    assert len(to.taken) == 2
    assert browser.post(f"{HERE}{key}/cancel/", {"sure": "yes"}).status_code == 409, "it is done"


def test_bad_input() -> None:
    """What is not there is not there; what is too much, or no text, is refused with words; nothing is lost."""
    browser = marketer()
    key = written(browser)
    for path in ("", "write/", "look/", "people/"):
        assert browser.get(f"{HERE}{uuid4()}/{path}").status_code == 404
    for path in ("pause/", "schedule/", "test/", "cancel/"):
        assert browser.get(f"{HERE}{key}/{path}").status_code == 405
        assert browser.post(f"{HERE}{uuid4()}/{path}", {"sure": "yes"}).status_code == 404
    assert browser.post(f"{HERE}new/", {"list": "nothing"}).status_code == 400
    told = {"edition": "1", "list": "offers", "subject": "S", "body": "x" * 300_000, "act": "keep"}
    assert "at most 200,000 are sent" in browser.post(f"{HERE}{key}/write/", told).content.decode()
    assert "broken encoding" in browser.post(f"{HERE}{key}/write/", {**told, "body": "a \ufffd"}).content.decode()
    assert "control character" in browser.post(f"{HERE}{key}/write/", {**told, "body": "a \x00"}).content.decode()
    assert "no list" in browser.post(f"{HERE}{key}/write/", {**told, "body": "a", "list": "zzz"}).content.decode()
    for edition in ("", "x", "-1", "9" * 40):
        assert browser.post(f"{HERE}{key}/write/", {**told, "body": "a", "edition": edition}).status_code == 422
    assert mailing(key).subject == "An offer"


def test_as_whom_and_by_which_way(serve: Serve) -> None:
    """The sender is the policy's, and the mail server is greeted as a mailing would."""
    serve()
    told = page(marketer(), f"{HERE}sender/")
    assert "privacy@" in told
    assert '<span class="tag kept">answers</span>' in told
    assert "PIPELINING" in told


def test_a_subject_of_another() -> None:
    """Words of a mailing are shown as words, whatever they are."""
    draft("offers", "# <script>alert(1)</script>\n\nhello")
    browser = marketer()
    assert "<script>alert" not in page(browser, HERE)
    assert "&lt;script&gt;alert" in page(browser, HERE)
    assert OFFER
