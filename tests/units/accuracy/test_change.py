"""Test the change of an address: both prove it, both keep what was refused, both are told."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import psycopg
import pytest
from django.test import Client

from avow.accuracy.forgotten.forget import forget
from avow.accuracy.forgotten.sweep import sweep_people
from avow.accuracy.held import address_of
from avow.config import config
from avow.mail.outbox import work
from avow.page import site as sites
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.said.choices import choose, state
from avow.record.said.chosen import Chosen
from avow.record.shown.versions import publish
from avow.record.taken.store import Given, keep
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from tests.units.accuracy.test_signin import ALICE, asked, code, sign_in, site
from tests.units.mail.conftest import Serve, serve
from tests.units.record.cast import arrive, stamped

__all__ = ["serve", "site"]
NEW = parse("alice@example.net")


def codes(owner: psycopg.Connection) -> dict[bytes, str]:
    """Give the newest code of each address that waits to be mailed."""
    rows = owner.execute("SELECT exact, given->>'code' FROM outgoing ORDER BY at").fetchall()
    return {bytes(exact): str(code) for exact, code in rows}


def ask(browser: Client) -> str:
    """Ask to change the address, and give the token of the page that takes the codes."""
    page = browser.post("/me/address/", {"address": NEW.display}).content.decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


def move(browser: Client, owner: psycopg.Connection) -> None:
    """Change the address with both codes."""
    token, sent = ask(browser), codes(owner)
    typed = {"token": token, "old": sent[ALICE.exact_id], "new": sent[NEW.exact_id]}
    assert browser.post("/me/address/", typed)["Location"] == "/me/?changed=address"


def read(message: bytes) -> tuple[str, str]:
    """Give the subject and the text of a message."""
    parsed = message_from_bytes(message, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return str(parsed["Subject"]), " ".join(str(parsed.get_content()).split())


def test_both_codes_move_the_address(site: Client, owner: psycopg.Connection) -> None:
    """With both codes the person is at the new address alone; what either address refused holds for both."""
    choose(Chosen(Answer.NO, scope=Scope.INSIGHT), Actor.PERSON_UNVERIFIED, "test", reach=NEW.reach_id)
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    site.post("/me/", {"choose": "scope-marketing:no"})
    token, sent = ask(site), codes(owner)
    answer = site.post("/me/address/", {"token": token, "old": sent[ALICE.exact_id], "new": sent[NEW.exact_id]})
    assert answer["Location"] == "/me/?changed=address"
    assert address_of(person) == NEW.display
    assert persons_at(NEW.exact_id) == [person]
    assert person not in persons_at(ALICE.exact_id)
    for reach in (ALICE.reach_id, NEW.reach_id):
        assert state(reach=reach).refused & Scope.MARKETING.mask
    assert state(person, NEW.reach_id).refused & Scope.INSIGHT.mask
    assert "alice@example.net" in site.get("/me/").content.decode()


def test_one_code_moves_nothing(site: Client, owner: psycopg.Connection) -> None:
    """A code from one of the two addresses is not enough, whichever; the old address still works."""
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    for old, new in ((True, False), (False, True), (False, False)):
        token, sent = ask(site), codes(owner)
        typed = {"old": sent[ALICE.exact_id] if old else "0", "new": sent[NEW.exact_id] if new else "0"}
        assert site.post("/me/address/", {"token": token, **typed}).status_code == 422
        assert address_of(person) == ALICE.display
        assert persons_at(ALICE.exact_id)[0] == person


def test_needs_a_session_and_another_address(site: Client, owner: psycopg.Connection) -> None:
    """Without sign-in there is no page; the address one has is not a new one."""
    assert site.get("/me/address/")["Location"] == "/signin/"
    sign_in(site, owner)
    assert site.post("/me/address/", {"address": ALICE.display}).status_code == 422
    assert site.post("/me/address/", {"address": "x"}).status_code == 422


def test_whoever_wants_somebodys_address_is_not_them(site: Client, owner: psycopg.Connection) -> None:
    """A change to an address that is somebody's, begun and left, comes before its holder in nothing."""
    person = persons_at(ALICE.exact_id)[0]
    mallory = arrive("mallory@example.net")
    site.post("/signin/", {"address": ALICE.display})
    token = asked(site, "mallory@example.net")
    assert site.post("/signin/", {"token": token, "code": code(owner)}).status_code == 302
    assert site.post("/me/address/", {"address": ALICE.display}).status_code == 200
    site.post("/signout/")
    assert len(persons_at(ALICE.exact_id)) == 2
    sign_in(site, owner)
    assert persons_at(ALICE.exact_id)[0] == person
    assert person != mallory


@pytest.fixture
def wide(store: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Give a browser of a site that asks for a nickname beside the address."""
    assert store.url("avow_app")
    first = next(config().policies.glob("*.md"))
    text, email = first.read_text(), 'type = "address", required = true }]'
    assert email in text
    nick = email.replace("}]", '}, { id = "nick", label = "Nickname", type = "text" }]')
    (tmp_path / first.name).write_text(text.replace(email, nick))
    monkeypatch.setenv("AVOW_POLICIES", str(tmp_path))
    config.cache_clear()
    sites.folder.cache_clear()
    publish(load(tmp_path))
    yield Client(headers={"host": "localhost"})
    monkeypatch.undo()
    config.cache_clear()
    sites.folder.cache_clear()


def test_each_item_keeps_its_own_fields(wide: Client, owner: psycopg.Connection) -> None:
    """The new address takes the place of the old one in every item, and of nothing else."""
    person = None
    for nick in ("Al", "Lissy", ""):
        given = {"email": ALICE.display} | ({"nick": nick} if nick else {})
        person = keep(stamped(), [Given("contact", given)], ALICE, person=person)
    sign_in(wide, owner)
    token, sent = ask(wide), codes(owner)
    typed = {"token": token, "old": sent[ALICE.exact_id], "new": sent[NEW.exact_id]}
    assert wide.post("/me/address/", typed).status_code == 302
    rows = owner.execute(
        "SELECT fields->>'nick', fields->>'email' FROM item WHERE person_id = %s ORDER BY at, id", [person]
    ).fetchall()
    assert rows == [("Al", NEW.display), ("Lissy", NEW.display), (None, NEW.display)]


def test_each_code_says_what_it_does(site: Client, serve: Serve, owner: psycopg.Connection) -> None:
    """No code of a move passes for one of a sign-in: each tells what it does, and towards which address."""
    to = serve()
    sign_in(site, owner)
    ask(site)
    work()
    told = {(address, read(message)[0].partition(" ")[2]): read(message)[1] for address, message in to.taken}
    entering = told[ALICE.display, "is your code to sign in"]
    leaving = told[ALICE.display, "lets your address at Harbour Mail, Inc. change"]
    coming = told[NEW.display, "makes this your address at Harbour Mail, Inc."]
    assert "signs you in" in entering
    assert "changes no address" in entering
    assert NEW.masked in leaving
    assert "write to another address" in leaving
    assert ALICE.masked in coming
    assert len(told) == 3


def test_the_old_address_is_told(site: Client, serve: Serve, owner: psycopg.Connection) -> None:
    """Once it is done, the old mailbox hears of it, and what to do if it was not its holder; it alone."""
    to = serve()
    sign_in(site, owner)
    move(site, owner)
    while work():
        pass
    told = [(address, read(message)) for address, message in to.taken if b"was changed" in message]
    assert [address for address, _ in told] == [ALICE.display]
    assert NEW.masked in told[0][1][1]
    assert NEW.display not in told[0][1][1]
    assert "If it was not you" in told[0][1][1]
    assert "privacy@example.com" in told[0][1][1]


def test_an_old_address_is_not_the_person(site: Client, owner: psycopg.Connection) -> None:
    """Whoever reads the old mailbox signs in as nobody we know: not a word about the person, and no say for them."""
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    move(site, owner)
    later = Client(headers={"host": "localhost"})
    sign_in(later, owner)
    page = later.get("/me/").content.decode()
    assert ALICE.display in page
    assert NEW.display not in page
    later.post("/me/", {"choose": "purpose-newsletter:yes"})
    assert "newsletter" not in state(person).joined


def test_an_old_address_is_forgotten_in_time(site: Client, owner: psycopg.Connection) -> None:
    """Nobody proves the old address any more, so it is forgotten like any that was only typed; the person stays."""
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    move(site, owner)
    apart = persons_at(ALICE.exact_id)
    assert len(apart) == 1
    for table in ("person", "item"):
        owner.execute(f"UPDATE {table} SET at = at - interval '31 days'")
    assert sweep_people() == 1
    assert persons_at(ALICE.exact_id) == []
    assert persons_at(NEW.exact_id) == [person]
    left = owner.execute("SELECT count(*) FROM item WHERE fields::text LIKE %s", [f"%{ALICE.display}%"]).fetchone()
    assert left == (0,)


def test_a_kept_cookie_ends_with_the_move(site: Client, owner: psycopg.Connection) -> None:
    """A copy of the old session shows nothing and decides nothing, also when the person comes back to that address."""
    sign_in(site, owner)
    person = persons_at(ALICE.exact_id)[0]
    kept = Client(headers={"host": "localhost"})
    kept.cookies["avow_session"] = site.cookies["avow_session"].value
    assert ALICE.display in kept.get("/me/").content.decode()
    move(site, owner)
    assert kept.get("/me/")["Location"] == "/signin/"
    assert kept.post("/me/", {"choose": "scope-marketing:no"})["Location"] == "/signin/"
    assert not state(person).refused & Scope.MARKETING.mask
    assert NEW.display in site.get("/me/").content.decode()
    back = site.post("/me/address/", {"address": ALICE.display}).content.decode()
    token, sent = re.search(r'name="token" value="([^"]+)"', back), codes(owner)
    assert token
    typed = {"token": unescape(token[1]), "old": sent[NEW.exact_id], "new": sent[ALICE.exact_id]}
    assert site.post("/me/address/", typed).status_code == 302
    assert address_of(person) == ALICE.display
    assert kept.get("/me/")["Location"] == "/signin/"


def test_who_is_forgotten_is_signed_out(site: Client, owner: psycopg.Connection) -> None:
    """After somebody was forgotten their session opens no page, and asks for no code."""
    sign_in(site, owner)
    forget(persons_at(ALICE.exact_id)[0])
    for path in ("/me/", "/me/address/"):
        assert site.get(path)["Location"] == "/signin/"
    assert site.post("/me/address/", {"address": NEW.display})["Location"] == "/signin/"
    assert site.post("/me/", {"choose": "scope-marketing:yes"})["Location"] == "/signin/"
