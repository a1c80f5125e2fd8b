"""Find a list, join it, leave it, read its past issues: by everybody, with nobody's data in it."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from avow.mail.course.draft import draft, mailing
from avow.mail.course.move import schedule
from avow.mail.course.tend import tend
from avow.mail.mailing import expand, report
from avow.mail.outbox import work
from avow.mail.queue.still import MailingState
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import state
from tests.units.mail.cast import arrived
from tests.units.mail.conftest import Serve, example, published, serve

__all__ = ["example", "published", "serve"]
pytestmark = pytest.mark.usefixtures("published")
WORDS = "# Hello {{ name | friend }}\n\nDear {{ name | friend }}, at {{ email }}. <b> [see](https://example.com)\n"


@pytest.fixture
def browser() -> Client:
    """Give a browser of nobody."""
    return Client(headers={"host": "localhost"})


def page(browser: Client, path: str) -> str:
    """Give the words of a page that is there."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def sent(words: str = WORDS, *, shown: bool = True) -> UUID:
    """Send a mailing to the offers."""
    key = draft("offers", words, shown=shown)
    schedule(key, 0, None)
    tend()
    work()
    return key


def test_past_issues_hold_nobody(serve: Serve, browser: Client) -> None:
    """What was sent is shown with its stand-ins, and no field of whoever got it; what is not to be shown is not."""
    serve()
    arrived("alice")
    hidden, key = sent(shown=False), sent()
    issue = page(browser, f"/lists/issues/{key}/")
    assert "Hello friend" in issue
    assert "Dear friend, at …." in issue
    assert "&lt;b&gt;" in issue
    assert "alice" not in issue
    assert "/choices/" not in issue.partition("<article")[2].partition("</article")[0]
    for path in ("/lists/", "/lists/offers/"):
        assert f"/lists/issues/{key}/" in page(browser, path)
        assert str(hidden) not in page(browser, path)
    for other in (hidden, draft("offers", WORDS, shown=True), uuid4()):
        assert browser.get(f"/lists/issues/{other}/").status_code == 404
    assert browser.get("/lists/nothing/").status_code == 404
    assert browser.post("/lists/").status_code == 405


def test_an_issue_on_its_way_is_not_shown(browser: Client) -> None:
    """It is a past issue when it is done: nobody reads here what they could still be spared."""
    arrived("alice")
    key = draft("offers", WORDS, shown=True)
    schedule(key, 0, None)
    tend()
    assert mailing(key).state is MailingState.SENDING
    assert browser.get(f"/lists/issues/{key}/").status_code == 404


def test_find_join_and_leave(serve: Serve, browser: Client) -> None:
    """Who joins is on the list when the POST behind the mailed link says so, not before; then they leave it."""
    to = serve()
    listed = page(browser, "/lists/")
    assert 'href="/lists/newsletter/join/"' in listed
    assert 'href="/choices/?stop=list.newsletter"' in listed
    form = page(browser, "/lists/newsletter/join/")
    assert "contact.email" in form
    assert "profile.name" not in form, "an address is enough"
    seal = re.search(r'name="shown" value="([^"]+)"', form)
    assert seal
    told = {"shown": seal[1], "contact.email": "joan@example.org", "yes.newsletter": "on"}
    answer = browser.post("/lists/newsletter/join/", told)
    assert "Newsletter" in answer.content.decode()
    (joan,) = persons_at(parse("joan@example.org").exact_id)
    assert state(joan).joined == frozenset()
    assert report(expand("newsletter", "# Hi\n\nhello")).expected == 0
    work()
    link = re.search(rb"https?://\S+(/confirm/\S+/)", to.taken[-1][1])
    assert link
    path = link[1].decode()
    asked = page(browser, path)
    assert state(joan).joined == frozenset(), "a GET joins nobody"
    assert 'value="newsletter"' in asked
    browser.post(path, {"yes": "newsletter"})
    assert state(joan).joined == {"newsletter"}
    assert report(expand("newsletter", "# Hi\n\nhello")).expected == 1
    browser.post("/choices/", {"address": "joan@example.org", "act": "stop", "stop": "list.newsletter"})
    assert state(joan).joined == frozenset()
    assert report(expand("newsletter", "# Hi again\n\nhello")).expected == 0


def test_a_mistake_while_joining_is_told(browser: Client) -> None:
    """The form comes back with what is wrong and still joins; a list that nobody joins has no such form."""
    form = page(browser, "/lists/newsletter/join/")
    seal = re.search(r'name="shown" value="([^"]+)"', form)
    assert seal
    answer = browser.post("/lists/newsletter/join/", {"shown": seal[1], "contact.email": "joan@"})
    assert answer.status_code == 422
    assert "Join, and mail me the link" in answer.content.decode()
    assert browser.get("/lists/offers/join/").status_code == 404
    assert browser.get("/lists/nothing/join/").status_code == 404
    assert browser.post("/lists/offers/join/", {"shown": seal[1]}).status_code == 404
