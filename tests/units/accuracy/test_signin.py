"""Test signing in by a mailed code, and choosing both ways."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from avow.config import config
from avow.mail.stop import apply
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import choose, state
from avow.record.said.chosen import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, publish
from avow.record.taken.store import Given, keep
from avow.store.server.embedded import Embedded
from avow.store.spool import drain
from avow.terms import Actor, Answer, ChannelKind, Scope
from tests.units.store.away import answering

ALICE = parse("alice@example.org")


@pytest.fixture
def site(store: Embedded) -> Client:
    """Give a browser of a site where Alice registered; her address is not proven."""
    assert store.url("avow_app")
    publish(load(config().policies))
    policy = history().policies[-1]
    shown = show(policy, ChannelKind.REGISTRATION, "en")
    keep(stamp(history(), shown, "t", policy.front.effective), [Given("contact", {"email": ALICE.display})], ALICE)
    return Client(headers={"host": "localhost"})


def asked(site: Client, address: str = ALICE.display) -> str:
    """Ask for a code, and give the token of the page that takes it."""
    found = re.search(r'name="token" value="([^"]+)"', site.post("/signin/", {"address": address}).content.decode())
    assert found
    return unescape(found[1])


def code(owner: psycopg.Connection) -> str:
    """Give the newest code that waits to be mailed."""
    row = owner.execute("SELECT given->>'code' FROM outgoing ORDER BY at DESC LIMIT 1").fetchone()
    assert row
    return str(row[0])


def sign_in(site: Client, owner: psycopg.Connection) -> None:
    """Sign in as Alice."""
    token = asked(site)
    assert site.post("/signin/", {"token": token, "code": code(owner)}).status_code == 302


def test_signs_in_and_out(site: Client, owner: psycopg.Connection) -> None:
    """A mailed code opens the person's own page and proves the address; signing out closes it."""
    assert site.get("/me/")["Location"] == "/signin/"
    sign_in(site, owner)
    cookie = site.cookies["avow_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    assert "alice@example.org" in site.get("/me/").content.decode()
    assert owner.execute("SELECT count(*) FROM address WHERE verified IS NOT NULL").fetchone() == (1,)
    site.post("/signout/")
    assert site.get("/me/")["Location"] == "/signin/"


def test_a_kept_cookie_ends_with_signing_out(site: Client, owner: psycopg.Connection) -> None:
    """A copy of the cookie is worth nothing once its person signed out; the next sign-in works."""
    sign_in(site, owner)
    kept = site.cookies["avow_session"].value
    assert site.get("/me/").status_code == 200
    site.post("/signout/")
    for other in (site, Client(headers={"host": "localhost"})):
        other.cookies["avow_session"] = kept
        assert other.get("/me/")["Location"] == "/signin/"
        assert other.post("/me/", {"choose": "scope-marketing:yes"})["Location"] == "/signin/"
    sign_in(site, owner)
    assert site.get("/me/").status_code == 200


def test_a_session_costs_one_query(site: Client, owner: psycopg.Connection) -> None:
    """Whether a session stands is asked in one query."""
    sign_in(site, owner)
    with CaptureQueriesContext(connection) as asked_for:
        assert site.get("/me/address/").status_code == 200
    assert len([one for one in asked_for.captured_queries if "session_no" in one["sql"]]) == 1
    assert len(asked_for.captured_queries) <= 4


def test_signing_out_without_a_store(site: Client, owner: psycopg.Connection, store: Embedded) -> None:
    """While the store is away this browser is signed out all the same, and told that another may not be."""
    sign_in(site, owner)
    owner.close()
    answering(store, yes=False)
    answer = site.post("/signout/")
    assert answer.status_code == 503
    assert b"another browser" in answer.content
    assert answer.cookies["avow_session"].value == ""
    answering(store, yes=True)
    connection.close()


def test_the_cookie_is_secure_on_https(site: Client, owner: psycopg.Connection) -> None:
    """Over https the cookie never leaves on plain http."""
    token = asked(site)
    answer = site.post("/signin/", {"token": token, "code": code(owner)}, secure=True)
    assert answer.cookies["avow_session"]["secure"]


def test_the_same_answer_for_known_and_unknown(site: Client, owner: psycopg.Connection) -> None:
    """Who asks for a code learns nothing of whether the address is known; only a known one gets mail."""
    pages = [site.post("/signin/", {"address": one}).content.decode() for one in (ALICE.display, "nobody@example.net")]
    plain = [re.sub(r'value="[^"]+"', "", page) for page in pages]
    assert plain[0] == plain[1]
    assert len(pages[0]) == len(pages[1])
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (1,)


@pytest.mark.parametrize("typed", ["ALICE@example.org", "Alice+news@EXAMPLE.org"])
def test_another_spelling_reaches_the_address_on_file(site: Client, owner: psycopg.Connection, typed: str) -> None:
    """However a mailbox is spelled, the code goes to the address on file, and signs in who holds it."""
    token = asked(site, typed)
    assert owner.execute("SELECT exact FROM outgoing").fetchall() == [(ALICE.exact_id,)]
    assert site.post("/signin/", {"token": token, "code": code(owner)}).status_code == 302
    assert "alice@example.org" in site.get("/me/").content.decode()


@pytest.mark.parametrize("guess", ["", "00000000", "1234", "x" * 500])
def test_a_wrong_code_opens_nothing(site: Client, guess: str) -> None:
    """A wrong code is named at its field."""
    answer = site.post("/signin/", {"token": asked(site), "code": guess})
    assert answer.status_code == 422
    assert not answer.cookies


def test_a_code_works_once_and_after_five_guesses_never(site: Client, owner: psycopg.Connection) -> None:
    """A used code is dead, and so is one that was guessed at too often."""
    token = asked(site)
    assert site.post("/signin/", {"token": token, "code": code(owner)}).status_code == 302
    assert site.post("/signin/", {"token": token, "code": code(owner)}).status_code == 422
    token = asked(site)
    for _ in range(5):
        site.post("/signin/", {"token": token, "code": "0"})
    assert site.post("/signin/", {"token": token, "code": code(owner)}).status_code == 422


def test_codes_are_capped(site: Client, owner: psycopg.Connection) -> None:
    """A mailbox gets five codes an hour, however often somebody asks."""
    for _ in range(7):
        asked(site)
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (5,)


@pytest.mark.parametrize("cookie", ["", "AAAA", "x" * 4000])
def test_forged_cookies_open_nothing(site: Client, cookie: str) -> None:
    """A cookie that is not ours is no cookie."""
    site.cookies["avow_session"] = cookie
    assert site.get("/me/")["Location"] == "/signin/"


def test_the_session_ends(site: Client, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """After half an hour the cookie opens nothing."""
    sign_in(site, owner)
    monkeypatch.setattr("avow.page.signed.session._GOOD_FOR", timedelta(seconds=-1))
    assert site.get("/me/")["Location"] == "/signin/"


def test_chooses_both_ways(site: Client, owner: psycopg.Connection) -> None:
    """Signed in, a person refuses and allows again; nobody else could allow."""
    choose(Chosen(Answer.NO, scope=Scope.MARKETING), Actor.PERSON_UNVERIFIED, "test", reach=ALICE.reach_id)
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    for answer, refused in (("yes", False), ("no", True), ("yes", False)):
        found = site.post("/me/", {"choose": f"scope-marketing:{answer}"})
        assert found["Location"].startswith("/me/?changed=scope-marketing")
        assert bool(state(person, ALICE.reach_id).refused & Scope.MARKETING.mask) is refused
    actors = owner.execute("SELECT DISTINCT actor FROM choice").fetchall()
    assert set(actors) == {("person-unverified",), ("person-verified",)}


def test_joins_and_leaves_what_waits_for_a_yes(site: Client, owner: psycopg.Connection) -> None:
    """A newsletter is off until the person says yes, and off again after a no."""
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    assert "newsletter" not in state(person).joined
    site.post("/me/", {"choose": "purpose-newsletter:yes"})
    assert "newsletter" in state(person).joined
    page = site.get("/me/").content.decode()
    assert 'value="purpose-newsletter:no"' in page
    site.post("/me/", {"choose": "purpose-newsletter:no"})
    assert "newsletter" not in state(person).joined


@pytest.mark.parametrize("name", ["", "scope-held:yes", "purpose-legal:yes", "scope-marketing:maybe"])
def test_refuses_what_nobody_can_choose(site: Client, owner: psycopg.Connection, name: str) -> None:
    """What is no choice of the policy's is refused."""
    sign_in(site, owner)
    assert site.post("/me/", {"choose": name}).status_code == 400


def test_other_sites_cannot_choose(site: Client, owner: psycopg.Connection) -> None:
    """An act that another site's page sends is refused, though the cookie came along."""
    sign_in(site, owner)
    answer = site.post("/me/", {"choose": "scope-marketing:yes"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert site.post("/signout/", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_no_is_received_when_the_store_is_gone(site: Client, owner: psycopg.Connection, store: Embedded) -> None:
    """Signed in, a no is kept on disk while the database is away, each kind of it, and applied when it is back."""
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    for name in ("scope-insight", "purpose-newsletter"):
        site.post("/me/", {"choose": f"{name}:yes"})
    owner.close()
    answering(store, yes=False)
    for name in ("scope-insight", "purpose-newsletter", "purpose-offers"):
        answer = site.post("/me/", {"choose": f"{name}:no"})
        assert answer.status_code == 202
        assert b"received and kept safe" in answer.content
    assert site.post("/me/", {"choose": "scope-optional:yes"}).status_code == 503
    answering(store, yes=True)
    connection.close()
    assert drain(apply) == 3
    stands = state(person, ALICE.reach_id)
    assert stands.refused & Scope.INSIGHT.mask
    assert {"newsletter", "offers"} <= stands.left
    assert not stands.accepted


def test_signing_in_says_yes_to_nothing(site: Client, owner: psycopg.Connection) -> None:
    """What a stranger ticked with somebody's address is not theirs because they sign in; it is shown as not given."""
    policy = history().policies[-1]
    marked = stamp(history(), show(policy, ChannelKind.REGISTRATION, "en"), "form", datetime.now(UTC))
    ticks = [Chosen(Answer.YES, purpose=name) for name in ("newsletter", "outside-marketing")]
    keep(marked, [Given("contact", {"email": ALICE.display})], ALICE, ticks)
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    stands = state(person, ALICE.reach_id)
    assert (stands.joined, stands.accepted) == (frozenset(), frozenset())
    assert stands.pending
    assert "It is not given" in site.get("/me/").content.decode()
    site.post("/me/", {"choose": "purpose-newsletter:yes"})
    assert "newsletter" in state(person, ALICE.reach_id).joined
    assert "It is not given" not in site.get("/me/").content.decode()
