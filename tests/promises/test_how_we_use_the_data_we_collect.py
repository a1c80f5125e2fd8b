"""Prove what the policy says about use: for these purposes and no other, and seen by nobody without one."""

from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from avow.decision.request import Request
from avow.errors import GateError, MailError, PolicyError
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.mail.outgoing import post
from avow.page.site import policy
from avow.policy.folder import load
from avow.policy.proof.check import check
from avow.policy.proof.evidence import EVIDENCE
from avow.policy.proof.keeps import proves
from avow.policy.reader import read_text
from avow.record.declare import keeping, using
from avow.record.known.address import parse
from avow.record.shown.versions import history, in_force, publish
from avow.store.server.embedded import Embedded
from avow.terms import ChannelKind, MessageKind, Promise, RecipientClass, Role
from avow.uses.mailings import send
from tests.journeys.invited import MARKS, gave
from tests.promises.conftest import CONTACT, OFFER, Site, person_at
from tests.units.page.staff.cast import at_desk

ALICE = "alice@example.org"
CANARIES = ("alice-canary@example.org", "Canary Example", "canary-question")
FIELDS = "SELECT fields::text FROM item"


def seen(query: str = FIELDS) -> list[tuple[object, ...]]:
    """Read as the application does."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        found: list[tuple[object, ...]] = cursor.fetchall()
        return found


def stocked(site: Site) -> UUID:
    """Let somebody register and ask, under words that can be found again."""
    mail, name, question = CANARIES
    asked = {"contact__email": mail, "inquiry__subject": question, "inquiry__message": question}
    site.browser.post("/inquiry/", site.form("/inquiry/", **asked))
    return site.register(mail, profile__name=name)


@proves(Promise.PURPOSES_ONLY, "S17")
def test_no_decision_with_another_purpose(site: Site) -> None:
    """A purpose that the page does not name, whoever asks and for whatever, is denied to all; a stated one is not."""
    alice = site.register(ALICE)
    assert clear(Request("account", CONTACT), [alice]).allowed
    for purpose in ("profiling", "", "Account", "account ", "marketing", "*"):
        for recipient in RecipientClass:
            assert not clear(Request(purpose, CONTACT, recipient), [alice]).allowed
            assert not any(members(Request(purpose, CONTACT, recipient)))


@proves(Promise.PURPOSES_ONLY, "S17")
def test_each_purpose_is_used_as_it_was_stated_at_the_form(site: Site) -> None:
    """Of all purposes, what registration did not state is denied for what was registered, over whatever category."""
    alice = site.register(ALICE, profile__name="Alice")
    stated = {name for name in policy().purposes if name in " ".join(_purposes("registration")).split()}
    allowed = {name for name in policy().purposes if _may_anything(alice, name)}
    assert {"account", "updates", "offers"} <= allowed
    assert allowed <= stated
    assert {"inquiry", "orders", "support", "hiring", "improvement", "community"}.isdisjoint(allowed)


def _purposes(channel: str) -> list[str]:
    return [purposes for (purposes,) in seen(f"SELECT purposes FROM stamp WHERE channel = '{channel}'")]  # type: ignore[misc]  # text


def _may_anything(person: UUID, name: str) -> bool:
    found = policy().purposes[name]
    return any(
        clear(Request(name, frozenset({category}), recipient), [person]).allowed
        for category in found.categories
        for recipient in RecipientClass
    )


@proves(Promise.PURPOSES_ONLY, "S17")
def test_an_application_or_a_question_is_no_ground_for_marketing(site: Site) -> None:
    """What was given for one purpose is released under no other, even to somebody who may be written to."""
    alice = stocked(site)
    question = Request("offers", frozenset({"contact", "inquiry"}))
    assert clear(Request("offers", CONTACT), [alice]).allowed
    assert not clear(question, [alice]).allowed
    asked = person_at(CANARIES[0])
    for person in {alice, asked}:
        for cleared in clear(Request("offers", frozenset({"contact", "profile"})), [person]).allowed:
            assert CANARIES[2] not in str(cleared.fields)


@proves(Promise.PURPOSES_ONLY, "S17")
def test_a_list_and_a_message_are_bound_to_their_purpose(site: Site) -> None:
    """A list serves its own purpose alone; what is marketing by kind cannot be posted as something else."""
    alice = site.register(ALICE)
    with pytest.raises(GateError, match="does not serve"):
        clear(Request("account", CONTACT), [alice], "offers")
    with pytest.raises(MailError):
        send("account", OFFER)
    with pytest.raises(MailError):
        post(MessageKind.MARKETING_OFFER, alice, parse(ALICE).exact_id, "confirm")
    assert site.mail()


@proves(Promise.PURPOSES_ONLY, "S17")
def test_a_purpose_cannot_be_slipped_in(site: Site, tmp_path: Path) -> None:
    """A purpose that no sentence permits and no form states fails the check; a published file cannot be changed."""
    assert site.browser.get("/policy/").status_code == 200
    slipped = policy().source.replace(
        "[topic.versions]",
        '[purpose.profiling]\ntitle = "P"\nstates = "to rate you"\ncategories = ["contact"]\n\n[topic.versions]',
    )
    before = [str(error) for error in check(policy(), EVIDENCE).errors]
    assert not any("profiling" in error for error in before)
    assert any("profiling" in str(error) for error in check(read_text(slipped), EVIDENCE).errors)
    (tmp_path / "2025-01-01.md").write_text(slipped)
    with pytest.raises(PolicyError, match="was changed since"):
        publish(load(tmp_path))


@proves(Promise.CONFIDENTIAL, "S19")
def test_without_a_purpose_nobody_sees_anything(site: Site, store: Embedded, owner: psycopg.Connection) -> None:
    """The store has the words, and shows them under a stated use alone: not to SQL, not to the keeper, not after it."""
    stocked(site)
    assert all(any(one in str(row) for row in owner.execute(FIELDS).fetchall()) for one in CANARIES)
    with psycopg.connect(store.url("avow_app", settings.DATABASES["default"]["NAME"])) as app:
        for table in ("item", "person", "reach", "address", "choice", "subscription", "delivery", "outgoing"):
            with app.transaction(force_rollback=True):
                try:
                    assert app.execute(f"SELECT * FROM {table}").fetchall() == [], table
                except psycopg.errors.InsufficientPrivilege:
                    continue
    version, use = in_force().front.version, history().use_word(in_force(), "account", RecipientClass.COMPANY, CONTACT)
    with using(use, 0, version) as cursor:
        cursor.execute(FIELDS)
        assert any(CANARIES[0] in str(row) for row in cursor.fetchall())
    with using(1 << 255, 0, version) as cursor:
        cursor.execute(FIELDS)
        assert cursor.fetchall() == []
    with keeping() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute(FIELDS)


@proves(Promise.CONFIDENTIAL, "S19")
def test_every_look_is_decided_and_remembered(site: Site, owner: psycopg.Connection) -> None:
    """Whatever leaves the gate, and whatever it denies, has its entry; a look at nobody has none."""
    alice = stocked(site)

    def decided() -> int:
        row = owner.execute("SELECT count(*) FROM entry WHERE kind = 'decided'").fetchone()
        assert row
        return int(row[0])

    before = decided()
    assert clear(Request("account", CONTACT), [alice]).allowed
    assert not clear(Request("hiring", CONTACT), [alice]).allowed
    assert decided() == before + 2


@proves(Promise.CONFIDENTIAL, "S19")
def test_a_mailing_shows_nobody_to_anybody(site: Site) -> None:
    """Each message goes to one mailbox and names no other person, in no header and no part."""
    names = [f"{who}@example.org" for who in ("alice", "bob", "carol")]
    for name in names:
        site.register(name)
    found = site.mail()
    assert set(found) == set(names)
    for name, message in found.items():
        assert message.get_all("To") == [name]
        assert message["Cc"] is None
        assert not any(other in message.as_string() for other in names if other != name)


@proves(Promise.CONFIDENTIAL, "S19")
def test_words_of_people_are_in_items_alone(site: Site, owner: psycopg.Connection) -> None:
    """Outside the fields of items, and of mail on its way, no table holds what people gave; the ledger neither."""
    stocked(site)
    site.browser.post("/choices/", {"address": CANARIES[0], "act": "stop"})
    site.mail()
    tables = [
        name
        for (name,) in owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    ]
    assert {"item", "entry", "choice", "delivery"} <= set(tables)
    for table in tables:
        text = "\n".join(str(row) for row in owner.execute(f"SELECT t::text FROM {table} t").fetchall())
        found = [one for one in CANARIES if one in text or one.encode().hex() in text]
        assert found == (list(CANARIES) if table == "item" else []), table


@proves(Promise.CONFIDENTIAL, "S19")
def test_our_own_people_see_a_fact_only_for_their_purpose(site: Site) -> None:
    """Of the same person each role sees what was given for its purposes, nobody finds more, and the person sees who."""
    person = site.register("alice@example.org")
    gave("alice@example.org", ChannelKind.SUPPORT, "Alice Example", person)
    gave("alice@example.org", ChannelKind.APPLICATION, "Alice Example", person)
    marks = {Role.SUPPORT: {"support"}, Role.HIRING: {"application"}, Role.MARKETING: set(), Role.OPERATOR: set()}
    for role, seen in marks.items():
        desk, _ = at_desk(role, email=f"{role}@example.com")
        told = ""
        for purpose in ("", *policy().purposes):
            told += desk.post("/desk/", {"for": purpose, "text": "alice example"}).content.decode()
            told += desk.get(f"/desk/people/{person}/", {"for": purpose}).content.decode()
        assert {kind for kind, mark in MARKS.items() if mark in told} == seen, role
    site.sign_in("alice@example.org")
    told = site.browser.get("/me/reads/").content.decode()
    assert "Support" in told
    assert "Hiring" in told
    assert "Operator" not in told


@proves(Promise.CONFIDENTIAL, "S19")
def test_no_page_and_no_address_tells_of_anybody(site: Site) -> None:
    """Neither the desk nor the log nor another person's page names somebody; their own page does."""
    stocked(site)
    site.register("mallory@example.net")
    site.sign_in("mallory@example.net")
    for path in ("/", "/policy/", "/desk/", "/desk/signin/", "/log/checkpoint", "/me/", "/choices/", "/readyz"):
        assert not any(one in site.browser.get(path).content.decode() for one in CANARIES), path
    site.sign_in(CANARIES[0])
    assert CANARIES[0] in site.browser.get("/me/").content.decode()
