"""Test the page of choices: a no needs nothing, holds at once, and can only tighten."""

import time
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection
from django.test import Client

from avow.config import config
from avow.mail.links import links
from avow.mail.stop import apply
from avow.page.steady import FLOOR
from avow.policy.folder import load
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.known.identity import persons_at, verify
from avow.record.said.choices import state
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, publish
from avow.record.taken.store import Given, keep
from avow.store.server.embedded import Embedded
from avow.store.spool import drain, waiting
from avow.terms import ChannelKind, Scope
from tests.units.store.away import answering, taking_writes

ALICE = parse("alice@example.org")
ALICE_NOBODY = new_key()


@pytest.fixture
def site(store: Embedded) -> Client:
    """Give a browser of a site where Alice registered and proved her address."""
    assert store.url("avow_app")
    publish(load(config().policies))
    policy = history().policies[-1]
    shown = show(policy, ChannelKind.REGISTRATION, "en")
    marked = stamp(history(), shown, "test", policy.front.effective)
    person = keep(marked, [Given("contact", {"email": ALICE.display})], ALICE)
    verify(person, ALICE.exact_id, "test")
    return Client(headers={"host": "localhost"})


def link(list_id: str = "updates") -> str:
    """Give the path of Alice's link out of a list."""
    return "/" + links(persons_at(ALICE.exact_id)[0], ALICE.reach_id, list_id, "p@example.com").choices.split("/", 3)[3]


def refused(scope: Scope) -> bool:
    """Say whether Alice's mailbox refuses a scope."""
    return bool(state(reach=ALICE.reach_id).refused & scope.mask)


def choices(owner: psycopg.Connection) -> int:
    """Count the choices that were written."""
    row = owner.execute("SELECT count(*) FROM choice").fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("method", ["get", "head", "options", "trace"])
@pytest.mark.parametrize("end", ["", "one-click/"])
def test_only_post_acts(site: Client, owner: psycopg.Connection, method: str, end: str) -> None:
    """GET, HEAD and OPTIONS change nothing, whoever follows the link."""
    answer = getattr(site, method)(link() + end, headers={"sec-purpose": "prefetch"})
    assert answer.status_code == (200 if method in {"get", "head"} else 405)
    assert choices(owner) == 0


def test_the_link_shows_a_masked_address(site: Client) -> None:
    """The page shows which mailbox it is about and not the address."""
    page = site.get(link()).content.decode()
    assert "a•••@e•••.org" in page
    assert "alice" not in page
    assert "Stop this list: News of versions and upgrades" in page


def test_no_stated_scope_is_all_marketing(site: Client) -> None:
    """Whoever picks nothing stops all marketing mail, and the page says what goes on."""
    answer = site.post(link())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert refused(Scope.MARKETING)
    assert not refused(Scope.OPTIONAL)
    assert "when its security needs a patch" in page
    assert "Choice number 1" in page


def test_a_list_alone_can_be_stopped(site: Client) -> None:
    """The narrowest stop leaves the rest."""
    site.post(link(), {"stop": "list"})
    assert "updates" in state(reach=ALICE.reach_id).left
    assert not refused(Scope.MARKETING)


def test_everything_optional_can_be_stopped(site: Client) -> None:
    """The widest stop covers all that is optional."""
    site.post(link(), {"stop": "optional"})
    assert refused(Scope.OPTIONAL)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        ("--x\r\nbroken", "multipart/form-data; boundary=x"),
        ("", "application/x-www-form-urlencoded"),
    ],
)
def test_one_click(site: Client, body: str, content_type: str) -> None:
    """A mail program's POST stops that list without cookie or redirect, from wherever it comes (RFC 8058)."""
    headers = {"sec-fetch-site": "cross-site", "origin": "https://mail.example.net"}
    answer = site.post(link() + "one-click/", body, content_type=content_type, headers=headers)
    assert answer.status_code == 200
    assert not answer.cookies
    assert state(reach=ALICE.reach_id).left == {"updates"}
    assert not refused(Scope.MARKETING)


def test_one_click_can_be_repeated(site: Client) -> None:
    """The link works for ever and says the same each time."""
    answers = [site.post(link() + "one-click/", {"List-Unsubscribe": "One-Click"}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert state(reach=ALICE.reach_id).left == {"updates"}


@pytest.mark.parametrize("list_id", ["", "closed", "account"])
def test_one_click_without_a_list_is_all_marketing(site: Client, list_id: str) -> None:
    """A one-click link that names no list that there is stops all marketing mail."""
    assert b"Stop all marketing mail" in site.post(link(list_id) + "one-click/").content
    assert refused(Scope.MARKETING)


def test_an_old_link_shows_no_other_mailbox(site: Client) -> None:
    """Who moved to another address shows it to nobody who holds a link that went to the old one."""
    old, person = link(), persons_at(ALICE.exact_id)[0]
    policy = history().policies[-1]
    marked = stamp(history(), show(policy, ChannelKind.REGISTRATION, "en"), "test", datetime.now(UTC))
    new = parse("zoe@zebra.example")
    keep(marked, [Given("contact", {"email": new.display})], new, person=person)
    verify(person, new.exact_id, "test")
    assert "z•••@z•••.example" not in site.get(old).content.decode()
    fresh = links(person, new.reach_id, "updates", "p@example.com").choices
    assert "z•••@z•••.example" in site.get("/" + fresh.split("/", 3)[3]).content.decode()


def test_a_link_cannot_loosen(site: Client) -> None:
    """Whatever is posted to a link, nothing that was refused is allowed again."""
    site.post(link(), {"stop": "optional"})
    for stop in ("list", "marketing", "yes", "scope-optional:yes", "none"):
        site.post(link(), {"stop": stop, "choose": "scope-optional:yes", "answer": "yes"})
    assert refused(Scope.OPTIONAL)


def test_forged_links_do_nothing(site: Client, owner: psycopg.Connection) -> None:
    """A link with a changed letter is refused, and says where to go instead."""
    good = link()
    place = len("/choices/") + 30
    bad = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
    answer = site.post(bad)
    assert answer.status_code == 404
    assert b"page of choices" in answer.content
    assert choices(owner) == 0


def test_a_typed_address_is_refused_without_proof(site: Client, owner: psycopg.Connection) -> None:
    """Known or unknown, the no holds and the answer is the same; no person is made of an unknown address."""
    site.post(link(), {"stop": "list"})
    known = site.post("/choices/", {"address": "ALICE+x@example.org", "act": "stop"})
    stranger = site.post("/choices/", {"address": "mallory@example.net", "act": "stop"})
    assert (known.status_code, known.content) == (stranger.status_code, stranger.content)
    assert refused(Scope.MARKETING)
    assert state(reach=parse("mallory@example.net").reach_id).refused & Scope.MARKETING.mask
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (1,)


def test_the_link_is_mailed_to_who_is_known(site: Client, owner: psycopg.Connection) -> None:
    """A link goes out to an address on file, three a day; everybody gets the same answer."""
    answers = [
        site.post("/choices/", {"address": a, "act": "link"}) for a in ["alice@example.org"] * 5 + ["b@example.org"]
    ]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert owner.execute("SELECT count(*), min(words) FROM outgoing").fetchone() == (3, "link")


def test_a_wrong_address_is_named(site: Client, owner: psycopg.Connection) -> None:
    """What is no address is named at its field."""
    answer = site.post("/choices/", {"address": "alice"})
    assert answer.status_code == 422
    assert b"an e-mail address has an @" in answer.content
    assert choices(owner) == 0


def test_refusals_are_received_when_the_store_is_gone(site: Client, store: Embedded) -> None:
    """Without a database the no is kept on disk and told so; it is applied when the database returns."""
    path = link()
    answering(store, yes=False)
    assert site.get(path).status_code == 200
    answers = [site.post(path, {"stop": "list"}), site.post("/choices/", {"address": "carol@example.com"})]
    assert {answer.status_code for answer in answers} == {202}
    assert all(b"applied before any mail goes out" in answer.content for answer in answers)
    assert not any(b"/choices/receipt/" in answer.content for answer in answers)
    assert waiting() == 2
    assert site.post("/signin/", {"address": ALICE.display}).status_code == 503
    answering(store, yes=True)
    connection.close()
    assert drain(apply) == 2
    assert "updates" in state(reach=ALICE.reach_id).left
    assert state(reach=parse("carol@example.com").reach_id).refused & Scope.MARKETING.mask
    assert waiting() == 0


def test_refusals_are_received_when_the_store_takes_no_writes(site: Client, store: Embedded) -> None:
    """A database that can only be read, as in a failover, loses no refusal."""
    path = link()
    taking_writes(store, yes=False)
    assert site.get(path).status_code == 200
    assert site.post(path).status_code == 202
    assert (waiting(), refused(Scope.MARKETING)) == (1, False)
    taking_writes(store, yes=True)
    assert drain(apply) == 1
    assert refused(Scope.MARKETING)


def test_the_answer_takes_the_same_time(site: Client) -> None:
    """However quickly an address is looked up, the answer takes no less than its floor."""
    for address in (ALICE.display, "mallory@example.net"):
        begun = time.monotonic()
        assert site.post("/choices/", {"address": address}).status_code == 200
        assert time.monotonic() - begun >= FLOOR


def test_who_was_forgotten_can_still_refuse(site: Client) -> None:
    """A link whose person is no more still refuses for the mailbox."""
    token = links(ALICE_NOBODY, ALICE.reach_id, "updates", "p@example.com").choices
    assert site.post("/" + token.split("/", 3)[3]).status_code == 200
    assert refused(Scope.MARKETING)


def test_a_list_that_is_no_more_is_all_marketing(site: Client) -> None:
    """A link out of a list that was closed offers all marketing."""
    assert "Stop this list" not in site.get(link("closed")).content.decode()
    site.post(link("closed"), {"stop": "list"})
    assert refused(Scope.MARKETING)
