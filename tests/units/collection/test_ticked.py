"""Test that a tick counts for nobody but who confirms it: what a stranger ticked is listed, and can be left."""

import re

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import Standing, state
from tests.units.collection.cast import filled, mailed

ALICE = parse("alice@example.org")
WORDS = "to send you our newsletter, if you tick its box"


def stands() -> Standing:
    """Give how Alice stands."""
    (person,) = persons_at(ALICE.exact_id)
    return state(person, ALICE.reach_id)


def page(site: Client, link: str) -> str:
    """Give what the page behind a link says."""
    answer = site.get(link)
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def agreed(shown: str) -> dict[str, list[str]]:
    """Give what the first button of a page sends."""
    return {"yes": re.findall(r'type="hidden" name="yes" value="([^"]+)"', shown)}


def test_mail_and_page_name_what_was_ticked(site: Client, owner: psycopg.Connection) -> None:
    """Whoever is asked to confirm an address reads what that says yes to, in the words of the form."""
    site.post("/register/", filled(site, yes__newsletter="on"))
    row = owner.execute("SELECT given->>'ticked' FROM outgoing").fetchone()
    assert row
    assert f"- Newsletter: {WORDS}\n" in row[0]
    shown = page(site, mailed(owner))
    assert WORDS in shown
    assert agreed(shown) == {"yes": ["newsletter"]}
    assert stands().joined == frozenset()


def test_a_new_link_names_it_too(site: Client, owner: psycopg.Connection) -> None:
    """Who asks for the link again reads the same."""
    site.post("/register/", filled(site, yes__newsletter="on"))
    site.post("/confirm/", {"address": ALICE.display})
    rows = owner.execute("SELECT given->>'ticked' FROM outgoing").fetchall()
    assert len(rows) == 2
    assert len(set(rows)) == 1


def test_what_was_listed_counts(site: Client, owner: psycopg.Connection) -> None:
    """The button under the list says yes to what it lists; pressing it again changes nothing."""
    site.post("/register/", filled(site, yes__newsletter="on"))
    link = mailed(owner)
    typed = agreed(page(site, link))
    for _ in range(2):
        assert site.post(link, typed).status_code == 200
        assert stands().joined == {"newsletter"}
    assert agreed(page(site, link)) == {"yes": []}


@pytest.mark.parametrize("typed", [{}, {"none": "1", "yes": "newsletter"}, {"yes": "outside-marketing"}])
def test_what_was_not_agreed_to_waits(site: Client, owner: psycopg.Connection, typed: dict[str, str]) -> None:
    """The address is proven, and what was ticked goes on waiting: nothing was agreed to, or another thing."""
    site.post("/register/", filled(site, yes__newsletter="on"))
    link = mailed(owner)
    assert site.post(link, typed).status_code == 200
    assert owner.execute("SELECT verified IS NOT NULL FROM address").fetchall() == [(True,)]
    assert (stands().joined, stands().accepted) == (frozenset(), frozenset())
    assert stands().pending
    assert site.post(link, agreed(page(site, link))).status_code == 200
    assert stands().joined == {"newsletter"}


def test_nobody_can_add_to_the_list(site: Client, owner: psycopg.Connection) -> None:
    """A yes that was not ticked is not made by sending it with the button."""
    site.post("/register/", filled(site))
    link = mailed(owner)
    assert agreed(page(site, link)) == {"yes": []}
    site.post(link, {"yes": ["newsletter", "outside-marketing"]})
    assert (stands().joined, stands().accepted) == (frozenset(), frozenset())


def test_what_was_refused_since_is_not_listed(site: Client, owner: psycopg.Connection) -> None:
    """A no that came after the tick wins; the page does not ask for it again."""
    site.post("/register/", filled(site, yes__newsletter="on"))
    link = mailed(owner)
    typed = agreed(page(site, link))
    (person,) = persons_at(ALICE.exact_id)
    stop_newsletter(site, owner)
    assert agreed(page(site, link)) == {"yes": []}
    site.post(link, typed)
    assert state(person, ALICE.reach_id).joined == frozenset()


def stop_newsletter(site: Client, owner: psycopg.Connection) -> None:
    """Sign in, look, and say no."""
    shown = site.post("/signin/", {"address": ALICE.display}).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', shown)
    row = owner.execute("SELECT given->>'code' FROM outgoing WHERE words = 'code' ORDER BY at DESC LIMIT 1").fetchone()
    assert token
    assert row
    assert site.post("/signin/", {"token": token[1], "code": row[0]}).status_code == 302
    assert "Somebody ticked this on a form with your address" in page(site, "/me/")
    assert stands().joined == frozenset(), "signing in proves the address and says yes to nothing"
    assert site.post("/me/", {"choose": "purpose-newsletter:no"}).status_code == 302
    assert "Somebody ticked this" not in page(site, "/me/")
