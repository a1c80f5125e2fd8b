"""Prove what the policy says about how data comes in by the site."""

import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from avow.decision.request import Request
from avow.errors import CollectionError
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.page import site as sites
from avow.page.site import policy
from avow.policy.folder import load
from avow.policy.proof.keeps import proves
from avow.policy.shown.notice import notice
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.stamp import UNKNOWN, stamp
from avow.record.shown.versions import history, publish
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Promise, Role
from tests.promises.conftest import CONTACT, Site, person_at
from tests.units.page.staff.cast import at_desk

ALICE = "alice@example.org"
QUESTION = {"contact__email": ALICE, "inquiry__subject": "Prices", "inquiry__message": "How much?"}


def count(owner: psycopg.Connection, table: str = "person") -> int:
    """Count the rows of a table."""
    row = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])


def come_into_force(folder: Path) -> None:
    """Publish a second version, in force for months, whose registration states less."""
    words = policy().source.replace('version = "2025-01-01"', 'version = "2026-01-01"\nfollows = "2025-01-01"')
    words = words.replace("effective = 2025-01-01T", "effective = 2026-01-01T")
    (folder / "2026-01-01.md").write_text(
        words.replace('"account", "newsletter", "updates", "offers",', '"account", "newsletter", "offers",')
    )
    publish(load(folder))
    sites.folder.cache_clear()


@proves(Promise.REGISTRATION, Promise.CHANNELS_ONLY, "S3", "S4")
def test_by_website_registration_and_online_forms(site: Site, owner: psycopg.Connection) -> None:
    """What a form shows is what is taken, for the purposes shown there; nothing else comes in."""
    typed = site.form("/register/", contact__email="alice@example.org", profile__name="Alice", profile__shoe="43")
    assert site.browser.post("/register/", typed).status_code == 400
    assert owner.execute("SELECT count(*) FROM item").fetchone() == (0,)
    del typed["profile.shoe"]
    assert site.browser.post("/register/", typed).status_code == 200
    rows = owner.execute(
        "SELECT DISTINCT s.channel, s.version, n.text, s.purposes FROM item i JOIN stamp s ON s.id = i.stamp_id"
        " JOIN notice n ON n.hash = s.notice"
    ).fetchall()
    assert rows == [
        (
            "registration",
            policy().front.version,
            notice(policy(), ChannelKind.REGISTRATION),
            " ".join(policy().channels[ChannelKind.REGISTRATION].states),
        )
    ]


@proves(Promise.REGISTRATION, "S4")
def test_what_is_said_in_german_is_stamped_in_german(site: Site, owner: psycopg.Connection) -> None:
    """Whoever reads German is shown the translation, stamped with just its words, and is mailed in German."""
    words = "SELECT DISTINCT n.language, n.text FROM stamp s JOIN notice n ON n.hash = s.notice"
    site.browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "de-AT,de;q=0.9,en;q=0.5"
    site.register("alice@example.org")
    german = policy().told("de")
    assert german is not policy()
    assert owner.execute(words).fetchall() == [("de", notice(german, ChannelKind.REGISTRATION))]
    assert owner.execute("SELECT words FROM outgoing").fetchall() == [("de/confirm",)]


@proves(Promise.REGISTRATION, "S4")
def test_nothing_but_the_question_goes_to_an_unproven_address(site: Site) -> None:
    """Before the address is proven no offer may go there; afterwards one may."""
    assert site.may(site.register("bob@example.org"), "offers")
    stranger = site.browser.post("/register/", site.form("/register/", contact__email="carol@example.org"))
    assert stranger.status_code == 200
    assert not site.may(person_at("carol@example.org"), "offers")


@proves(Promise.INQUIRIES, "S8")
def test_forms_used_to_request_additional_information(site: Site) -> None:
    """What is given with a question serves to answer it, and allows no offer; registration would."""
    typed = site.form(
        "/inquiry/", contact__email="alice@example.org", inquiry__subject="Prices", inquiry__message="How much?"
    )
    assert site.browser.post("/inquiry/", typed).status_code == 200
    person = person_at("alice@example.org", prove=True)
    assert site.may(person, "account")
    assert not site.may(person, "offers")
    assert site.may(site.register("bob@example.org"), "offers")


@proves(Promise.CHANNELS_ONLY, "S3")
def test_by_no_other_way(site: Site, owner: psycopg.Connection) -> None:
    """A channel that the policy lacks stamps nothing, and a form of such a channel is not there."""
    assert site.browser.get("/register/").status_code == 200
    shown = show(policy(), ChannelKind.REGISTRATION, "en")
    with pytest.raises(CollectionError, match="shoe"):
        keep(stamp(history(), shown, "t", datetime.now(UTC)), [Given("contact", {"shoe": "43"})], parse(ALICE))
    with pytest.raises(CollectionError):
        keep(stamp(history(), shown, "t", datetime.now(UTC)), [Given("order", {"product": "x"})], parse(ALICE))
    assert count(owner) == 0
    assert site.browser.post("/survey/", {"contact.email": ALICE}).status_code == 404


@proves(Promise.CHANNELS_ONLY, "S3")
def test_of_a_list_of_unknown_origin_nothing_optional_is_done(site: Site, owner: psycopg.Connection) -> None:
    """Who came in by a list of which nobody knows what was shown gets no marketing; who registered may."""
    one = Arrival(
        UNKNOWN, "bought list", parse("dave@example.net"), {"contact": {"email": "dave@example.net"}}, proven=True
    )
    take([one])
    assert owner.execute("SELECT channel, version, notice FROM stamp").fetchall() == [("import", None, None)]
    alice = site.register(ALICE)
    assert site.may(alice, "offers")
    for name, purpose in policy().purposes.items():
        assert not (purpose.scope and site.may(one.person, name)), name
    assert set(site.mail()) == {ALICE}


@proves(Promise.CHANNELS_ONLY, "S3")
def test_each_way_is_a_collection_of_its_own(site: Site, owner: psycopg.Connection) -> None:
    """The same address by two channels is kept twice, each with its channel, time, words and version."""
    site.register(ALICE)
    assert site.browser.post("/inquiry/", site.form("/inquiry/", **QUESTION)).status_code == 200
    rows = owner.execute(
        "SELECT s.channel, s.version, s.notice IS NOT NULL, i.at IS NOT NULL FROM item i"
        " JOIN stamp s ON s.id = i.stamp_id WHERE i.category = 'contact' ORDER BY 1"
    ).fetchall()
    assert rows == [("inquiry", "2025-01-01", True, True), ("registration", "2025-01-01", True, True)]


@proves(Promise.REGISTRATION, "S4")
def test_the_notice_stands_at_the_fields(site: Site) -> None:
    """Every line of the words whose hash is stored is on the page, with each field beside what it is for."""
    for path, channel in (("/register/", ChannelKind.REGISTRATION), ("/inquiry/", ChannelKind.INQUIRY)):
        page = site.browser.get(path).content.decode()
        for line in notice(policy(), channel).splitlines():
            assert escape(line.removeprefix("- ")) in page
        names = set(re.findall(r'name="([a-z]+\.[a-z]+)"', page))
        collected = policy().channels[channel].collects
        fields = {f"{name}.{field.id}" for name in collected for field in policy().categories[name].fields}
        assert fields == {name for name in names if not name.startswith(("yes.", "no."))}
        assert " checked" not in page


@proves(Promise.REGISTRATION, "S4")
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_nothing_is_written_before_the_form_is_sent(site: Site, owner: psycopg.Connection, method: str) -> None:
    """Opening a form, with whatever is written into its address, keeps nothing about anybody."""
    for path in ("/register/", "/inquiry/", "/confirm/"):
        getattr(site.browser, method)(path, {"contact.email": ALICE, "no.marketing": "on"})
    assert (count(owner), count(owner, "item"), count(owner, "choice"), count(owner, "reach")) == (0, 0, 0, 0)
    site.register(ALICE)
    assert count(owner) == 1


@proves(Promise.REGISTRATION, "S4")
def test_a_form_opened_under_one_version_and_sent_under_the_next(
    site: Site, policies: Path, owner: psycopg.Connection
) -> None:
    """It is stamped with the version that was read; who opens it now is stamped with the one in force."""
    early = site.form("/register/", contact__email=ALICE)
    come_into_force(policies)
    assert policy().front.version == "2026-01-01"
    assert site.browser.post("/register/", early).status_code == 200
    bob = site.register("bob@example.org")
    alice = person_at(ALICE, prove=True)
    rows = owner.execute("SELECT i.person_id, s.version FROM item i JOIN stamp s ON s.id = i.stamp_id").fetchall()
    assert set(rows) == {(alice, "2025-01-01"), (bob, "2026-01-01")}
    assert (site.may(alice, "updates"), site.may(bob, "updates")) == (True, False)


@proves(Promise.REGISTRATION, "S4")
def test_sent_twice_or_sent_again_from_the_back_button(site: Site, owner: psycopg.Connection) -> None:
    """The same showing with the same words is kept once; with other words it is another registration."""
    typed = site.form("/register/", contact__email=ALICE, profile__name="Alice")
    answers = [site.browser.post("/register/", typed) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert (count(owner), count(owner, "outgoing")) == (1, 1)
    site.browser.post("/register/", typed | {"profile.name": "Alicia"})
    assert count(owner) == 2


@proves(Promise.REGISTRATION, "S4")
def test_a_stranger_who_is_registered_is_asked_and_not_bombed(site: Site, owner: psycopg.Connection) -> None:
    """However often and however spelt somebody types an address, it gets three questions a day and no mailing."""
    site.register("bob@example.org")
    for number in range(8):
        site.browser.post("/register/", site.form("/register/", contact__email=f"alice+{number}@example.org"))
    row = owner.execute("SELECT count(*) FROM outgoing WHERE words = 'confirm'").fetchone()
    assert row == (1 + 3,)
    assert set(site.mail()) == {"bob@example.org"}


@proves(Promise.REGISTRATION, "S4")
def test_a_mailbox_that_stopped_everything_is_not_even_asked(site: Site, owner: psycopg.Connection) -> None:
    """Whoever types an address that stopped all optional mail gets the usual answer, and the mailbox nothing."""
    site.browser.post("/choices/", {"address": ALICE, "act": "stop", "stop": "optional"})
    quiet = site.browser.post("/register/", site.form("/register/", contact__email=ALICE))
    assert owner.execute("SELECT state, given FROM outgoing").fetchall() == [("denied", {})]
    usual = site.browser.post("/register/", site.form("/register/", contact__email="bob@example.org"))
    assert owner.execute("SELECT state FROM outgoing ORDER BY at").fetchall() == [("denied",), ("waiting",)]
    assert (quiet.status_code, quiet.content) == (usual.status_code, usual.content)


@proves(Promise.REGISTRATION, "S4")
@pytest.mark.parametrize(
    "address",
    [
        "alice@example.org\r\nBcc: bob@example.org",
        "alice@example.org\nRCPT TO:<bob@example.org>",
        "alice\x00@example.org",
    ],
)
def test_an_address_stays_one_address(site: Site, owner: psycopg.Connection, address: str) -> None:
    """Line breaks and control characters in an address are an error at the field; nothing is kept or mailed."""
    answer = site.browser.post("/register/", site.form("/register/", contact__email=address))
    assert answer.status_code == 422
    assert (count(owner), count(owner, "outgoing")) == (0, 0)
    site.register("zo\u00eb@example.org")
    assert count(owner) == 1


@proves(Promise.REGISTRATION, "S4")
def test_hidden_fields_are_nobodys_to_fill(site: Site, owner: psycopg.Connection) -> None:
    """No declared field is hidden from sight, and the one trap asks browsers not to fill it in."""
    page = site.browser.get("/register/").content.decode()
    assert re.findall(r'<input type="hidden" name="([^"]+)"', page) == ["shown"]
    trap = re.search(r'<input[^>]*name="blank"[^>]*>', page)
    assert trap
    assert 'autocomplete="off"' in trap[0]
    site.browser.post("/register/", site.form("/register/", contact__email=ALICE, blank="https://spam.example"))
    assert count(owner) == 0
    site.register(ALICE)
    assert count(owner) == 1


@proves(Promise.REGISTRATION, "S4")
def test_the_address_is_proven_by_a_post_alone(site: Site, owner: psycopg.Connection) -> None:
    """Whoever opens the mailed link proves nothing; the button proves, and only then may an offer go there."""
    site.browser.post("/register/", site.form("/register/", contact__email=ALICE))
    row = owner.execute("SELECT given->>'link' FROM outgoing").fetchone()
    assert row
    path = "/" + str(row[0]).split("/", 3)[3]
    for method in ("get", "head", "options"):
        getattr(site.browser, method)(path)
    assert not site.mail()
    assert site.browser.post(path).status_code == 200
    assert set(site.mail()) == {ALICE}


@proves(Promise.INQUIRIES, "S8")
def test_a_question_is_answered_and_nothing_more_comes_of_it(site: Site) -> None:
    """Who asked may be answered, with what was asked; no list reaches them, unless they ticked its box."""
    site.browser.post("/inquiry/", site.form("/inquiry/", **QUESTION))
    alice = person_at(ALICE, prove=True)
    assert site.may(alice, "inquiry")
    assert not site.may(site.register("bob@example.org"), "inquiry")
    assert set(site.mail()) == {"bob@example.org"}
    assert not site.mail("newsletter")
    carol = QUESTION | {"contact__email": "carol@example.org", "yes__newsletter": "on"}
    site.browser.post("/inquiry/", site.form("/inquiry/", **carol))
    assert not site.mail("newsletter")
    person_at("carol@example.org", prove=True)
    assert set(site.mail("newsletter")) == {"carol@example.org"}


@proves(Promise.INQUIRIES, "S8")
def test_a_question_under_a_mistyped_address_goes_to_no_stranger(site: Site) -> None:
    """Until the address is proven no answer goes there; who says no to marketing is answered all the same."""
    site.browser.post("/inquiry/", site.form("/inquiry/", **QUESTION))
    assert not site.may(person_at(ALICE), "inquiry")
    alice = person_at(ALICE, prove=True)
    assert site.may(alice, "inquiry")
    site.browser.post("/choices/", {"address": ALICE})
    assert site.may(alice, "inquiry")


def _sent(site: Site, path: str, address: str, **typed: str) -> UUID:
    """Fill in a form and prove the address."""
    assert site.browser.post(path, site.form(path, contact__email=address, **typed)).status_code == 200
    return person_at(address, prove=True)


def _read(role: Role, person: UUID, purpose: str) -> bytes:
    """Give what a member of staff in one role is shown of somebody."""
    browser, _ = at_desk(role, email=f"{role.value}@example.com")
    return browser.get(f"/desk/people/{person}/?for={purpose}").content


ORDER = {"order__product": "Lighthouse", "order__number": "7", "order__billing": "Quay Street 1"}
PROBLEM = {"support__product": "Lighthouse", "support__problem": "It does not start."}
JOB = {"application__position": "Keeper", "application__letter": "I like the sea."}


@proves(Promise.ORDERS, "S5")
def test_when_you_place_an_order(site: Site) -> None:
    """What is given with an order is seen by those who fill it, and allows no offer, whatever the product."""
    person = _sent(site, "/order/", "alice@example.org", **ORDER)
    assert b"Quay Street 1" in _read(Role.ORDERS, person, "orders")
    for role, purpose in ((Role.MARKETING, "offers"), (Role.HIRING, "hiring")):
        assert b"Quay Street 1" not in _read(role, person, purpose)
    for purpose in ("offers", "updates", "enrichment", "outside-marketing"):
        assert not clear(Request(purpose, frozenset({"contact", "order"})), [person]).allowed
    assert site.may(site.register("bob@example.org"), "offers")


@proves(Promise.SUPPORT, "S9")
def test_customer_support_discussions(site: Site) -> None:
    """What is told to support is seen for support, not by those who sell, hire or fill orders; it allows no offer."""
    person = _sent(site, "/support/", "alice@example.org", **PROBLEM)
    assert b"It does not start." in _read(Role.SUPPORT, person, "support")
    for role, purpose in ((Role.MARKETING, "offers"), (Role.HIRING, "hiring"), (Role.ORDERS, "orders")):
        assert b"It does not start." not in _read(role, person, purpose)
    assert not site.may(person, "offers")


@proves(Promise.CHANNELS_ONLY, "S3")
def test_an_application_is_seen_by_those_who_hire_alone(site: Site) -> None:
    """An application is in a compartment of its own: no audience, no other role."""
    person = _sent(site, "/apply/", "alice@example.org", **JOB)
    assert b"I like the sea." in _read(Role.HIRING, person, "hiring")
    for role, purpose in ((Role.MARKETING, "offers"), (Role.SUPPORT, "support"), (Role.ORDERS, "orders")):
        assert b"I like the sea." not in _read(role, person, purpose)
    assert all(person not in {one for one, _ in members(Request(name, CONTACT))} for name in ("offers", "newsletter"))
