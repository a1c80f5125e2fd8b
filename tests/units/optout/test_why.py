"""Answer who asks by the link in a message why they got it."""

import re

import pytest
from django.test import Client

from avow.mail.links import links
from avow.mail.outbox import work
from avow.record.key import NOBODY
from avow.record.said.choices import choose
from avow.terms import Actor
from tests.units.mail.cast import arrived, name, offer
from tests.units.mail.conftest import Serve, example, published, serve
from tests.units.record.cast import NO_MARKETING, reach_of

__all__ = ["example", "published", "serve"]
pytestmark = pytest.mark.usefixtures("published")


def test_the_link_in_a_message_tells_why(serve: Serve) -> None:
    """It says since when, from where and by which sentence, as the message did, and nothing else of the person."""
    to = serve()
    arrived("alice")
    offer()
    work()
    found = re.search(r"https?://\S+(/choices/\S+/why/)", to.taken[0][1].decode())
    assert found
    browser = Client(headers={"host": "localhost"})
    told = browser.get(found[1]).content.decode()
    assert "Offers" in told
    assert "Registration" in told
    assert "/policy/2025-01-01/" in told
    assert "What permits it" in told
    assert name("alice") not in told
    assert "a•••@e•••.org" in told
    assert "Name of" not in told
    assert browser.post(found[1]).status_code == 405, "it changes nothing"
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("alice")))
    told = browser.get(found[1]).content.decode()
    assert "It does not come any more" in told
    assert "our marketing mail to you stops at once" in told


def test_a_link_of_no_list_or_of_nobody() -> None:
    """A link of a single message, of a test or of somebody forgotten is answered as far as it goes; no forged one."""
    reach = reach_of("nobody@example.org")
    browser = Client(headers={"host": "localhost"})
    for listed, said in (
        ("offers", "nothing is on file"),
        ("", "a message of no list"),
        ("gone", "a message of no list"),
    ):
        path = "/" + links(NOBODY, reach, listed, "x@example.com").choices.split("/", 3)[3]
        assert said in browser.get(f"{path}why/").content.decode()
    assert browser.get("/choices/forged/why/").status_code == 404
