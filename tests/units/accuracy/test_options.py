"""Test the page of choices both ways: whatever a link stops is shown as off there, and can be allowed again."""

import re
from html import unescape

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from avow.decision.request import Request
from avow.gate.why import why
from avow.mail.links import links
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import choose, state
from avow.record.said.chosen import Chosen
from avow.record.shown.versions import in_force
from avow.terms import Actor, Answer
from tests.units.accuracy.test_signin import ALICE, sign_in, site

__all__ = ["site"]
LISTS = ["offers", "updates", "newsletter"]
STOPS = [
    *((f"list.{name}", name, f"purpose-{name}") for name in LISTS),
    ("topic.offers", "offers", "topic-offers"),
    ("topic.versions", "updates", "topic-versions"),
    *(("marketing", name, "scope-marketing") for name in LISTS),
    *(("optional", name, "scope-optional") for name in LISTS),
]


def may(purpose: str) -> bool:
    """Ask why Alice's address may be used for a purpose that has a list, and give yes or no."""
    found = in_force().purposes[purpose]
    request = Request(purpose, found.categories, topic=found.topic or None)
    return why(persons_at(ALICE.exact_id)[0], request, purpose).decision.allowed


def shown(site: Client, option: str) -> bool:
    """Say whether the page shows an option as allowed."""
    answer = site.get("/me/")
    assert isinstance(answer, HttpResponse)
    found = re.search(rf'id="{option}">.*?</section>', answer.content.decode(), re.DOTALL)
    assert found, option
    return ">allowed</span>" in found[0]


def link(listed: str = "") -> str:
    """Give the path of a link of Alice's, out of a list."""
    person = persons_at(ALICE.exact_id)[0]
    return "/" + links(person, ALICE.reach_id, listed, "p@example.com").choices.split("/", 3)[3]


@pytest.mark.parametrize(("stop", "purpose", "option"), STOPS, ids=lambda word: word)
def test_whatever_a_link_stops_is_off_and_can_be_allowed(
    site: Client, owner: psycopg.Connection, stop: str, purpose: str, option: str
) -> None:
    """Stopped by a link: off on the page, no at the gate; pressed Allow: allowed on the page, yes at the gate."""
    sign_in(site, owner)
    site.post("/me/", {"choose": f"purpose-{purpose}:yes"})
    assert may(purpose)
    assert shown(site, option)
    site.post(link(), {"stop": stop})
    assert not may(purpose)
    assert not shown(site, option)
    assert not shown(site, f"purpose-{purpose}")
    site.post("/me/", {"choose": f"{option}:yes"})
    assert may(purpose)
    assert shown(site, option)
    assert shown(site, f"purpose-{purpose}")


def test_notes_about_the_policy_are_what_they_are_said_to_be(site: Client, owner: psycopg.Connection) -> None:
    """Who says yes to notes about the policy gets a yes at the gate, which asks for having opted in; a no ends it."""
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    request = Request("courtesy", frozenset({"contact"}))
    for answer in ("yes", "no", "yes"):
        site.post("/me/", {"choose": f"purpose-courtesy:{answer}"})
        assert shown(site, "purpose-courtesy") is (answer == "yes")
        assert why(person, request).decision.allowed is (answer == "yes")


def test_one_click_is_seen_on_the_page(site: Client, owner: psycopg.Connection) -> None:
    """Who left a newsletter by one click sees it off, and allows it again as the answer to the click promised."""
    sign_in(site, owner)
    site.post("/me/", {"choose": "purpose-newsletter:yes"})
    site.post(link("newsletter") + "one-click/", {"List-Unsubscribe": "One-Click"})
    assert not shown(site, "purpose-newsletter")
    site.post("/me/", {"choose": "purpose-newsletter:yes"})
    assert shown(site, "purpose-newsletter")
    assert may("newsletter")


def test_a_refused_topic_is_named_where_it_stops_more(site: Client, owner: psycopg.Connection) -> None:
    """What lies under a stopped topic is off, and says which wider no keeps it so."""
    sign_in(site, owner)
    choose(Chosen(Answer.NO, topic="offers"), Actor.PERSON_UNVERIFIED, "test", reach=ALICE.reach_id)
    assert not shown(site, "purpose-offers")
    assert "“All about: Offers” is stopped" in unescape(page(site))


def test_no_words_of_the_form_are_said_where_there_is_no_form(site: Client, owner: psycopg.Connection) -> None:
    """The page has no boxes to tick, so it speaks of none; it says what the policy says of each purpose."""
    sign_in(site, owner)
    words = page(site)
    assert "until you say no" not in words
    assert "tick" not in words
    assert in_force().clauses["uses.updates"].text in unescape(words)


def test_every_list_is_offered_to_everybody(site: Client) -> None:
    """By any link, and where an address is typed, each list, each topic and the wider stops can be picked."""
    names = [*(f"list.{name}" for name in sorted(LISTS)), "marketing", "optional", "topic.offers", "topic.versions"]
    for path in ("/choices/", link()):
        answer = site.get(path)
        assert isinstance(answer, HttpResponse)
        assert sorted(re.findall(r'name="stop" id="[^"]+" value="([^"]+)"', answer.content.decode())) == names
    own = site.get(link("updates"))
    assert isinstance(own, HttpResponse)
    assert len(re.findall(r'name="stop"', own.content.decode())) == len(names)
    stranger = {"address": "mallory@example.net", "act": "stop", "stop": "list.updates"}
    assert b"Stop the list: News of versions and upgrades: done." in site.post("/choices/", stranger).content
    assert state(reach=parse("mallory@example.net").reach_id).left == {"updates"}


def page(site: Client) -> str:
    """Give the page."""
    answer = site.get("/me/")
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()
