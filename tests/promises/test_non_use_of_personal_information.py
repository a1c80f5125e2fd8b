"""Prove what the policy says of giving data outside: to nobody without that person's own named yes."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client

from avow.accuracy.copy.copy import copy
from avow.accuracy.forgotten.forget import forget
from avow.decision.request import Request
from avow.disclosure.legal.follow import Followed, follow
from avow.disclosure.legal.instrument import Instrument, instrument
from avow.disclosure.legal.tell import tell
from avow.disclosure.outside.disclose import Wanted, disclose, preview, preview_one
from avow.disclosure.outside.notices import link, turn
from avow.errors import GateError, RecordError
from avow.gate.clear import clear
from avow.gate.seen.left_out import REFUSES, SILENT, TOOK_BACK
from avow.mail.outbox import work
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.outside.order import call_back, following
from avow.record.outside.order import orders as orders_of_the_law
from avow.record.outside.organization import end_organization
from avow.record.outside.recall import recalls, references
from avow.record.outside.register import given_of, register
from avow.record.own.awaited import begin
from avow.record.said.choices import Chosen, choose, state
from avow.record.taken.whole import whole
from avow.terms import Actor, Answer, Promise, RecipientClass, Scope
from tests.promises.conftest import Site
from tests.units.disclosure.giving import acme, beacon, given, orders, read_by_two, rows, says
from tests.units.record.cast import arrive, reach_of

YES, NO = Answer.YES, Answer.NO
LETTER = Wanted("acme", "their spring letter", "olga@example.com")
UNNAMED = Chosen(YES, purpose="outside-marketing")


@proves(Promise.NOT_GIVEN_OUT, "S31")
@pytest.mark.usefixtures("site")
def test_nothing_is_given_without_that_persons_own_named_yes(tmp_path: Path) -> None:
    """Who said nothing, or yes to another, to no name or by others' word, is not in the file; each is counted."""
    acme(), beacon()
    names = ("alice", "bob", "carol", "dan", "erin", "fay")
    people = {name: arrive(f"{name}@example.org", proven=True) for name in names}
    says(YES, people["alice"], "alice@example.org")
    says(YES, people["bob"], "bob@example.org", "beacon")
    choose(UNNAMED, Actor.PERSON_VERIFIED, "choices page", people["carol"], reach_of("carol@example.org"))
    for actor in (Actor.STAFF, Actor.IMPORT, Actor.AGENT, Actor.PERSON_UNVERIFIED):
        choose(Chosen(YES, list="to.acme"), actor, "said so", people["dan"], reach_of("dan@example.org"))
    says(YES, people["erin"], "erin@example.org")
    choose(Chosen(NO, scope=Scope.DISCLOSURE), Actor.PERSON_UNVERIFIED, "link", reach=reach_of("erin@example.org"))
    says(YES, people["fay"], "fay@example.org")
    says(NO, people["fay"], "fay@example.org")
    found = preview(LETTER)
    assert (found.allowed, found.reasons) == (1, {REFUSES: 1, TOOK_BACK: 1, SILENT: 3})
    assert [preview_one(LETTER, one) for one in people.values()] == ["", SILENT, SILENT, SILENT, REFUSES, TOOK_BACK]
    done = given(LETTER, tmp_path / "acme.csv")
    assert (done.people, dict(done.reasons)) == (1, dict(found.reasons))
    assert [row["contact.email"] for row in rows(tmp_path / "acme.csv")] == ["alice@example.org"]
    assert "bob@" not in (tmp_path / "acme.csv").read_text()


@proves(Promise.NOT_GIVEN_OUT, "S31")
@pytest.mark.usefixtures("site")
def test_what_was_ordered_is_not_given_either_with_or_without_a_name(tmp_path: Path) -> None:
    """Order data alone, without name or address, needs the same yes."""
    acme()
    alice, bob = orders("alice@example.org"), orders("bob@example.org")
    only = Wanted("acme", "what sells", "olga@example.com", frozenset({"order"}))
    assert given(only, tmp_path / "none.csv").people == 0
    says(YES, alice, "alice@example.org")
    done = given(only, tmp_path / "orders.csv")
    assert (done.people, dict(done.reasons)) == (1, {SILENT: 1})
    (row,) = rows(tmp_path / "orders.csv")
    assert {*row} == {"reference", "order.product", "order.number", "order.billing"}
    assert row["order.billing"] == "Quay of alice@example.org"
    assert (bool(given_of(alice)), given_of(bob)) == (True, [])


@proves(Promise.NOT_GIVEN_OUT, "S31")
@pytest.mark.usefixtures("site")
def test_whether_as_a_gift_or_for_money_two_attest_it_and_the_register_says_all(tmp_path: Path) -> None:
    """Who, what, when, why, under which clause stands in the register and the ledger; one file for two attestations."""
    acme()
    says(YES, arrive("alice@example.org", proven=True), "alice@example.org")
    waits = disclose(LETTER, tmp_path / "acme.csv").waits
    assert waits is not None
    assert (waits.lacks, waits.words["to"]) == (2, "Acme Sails: Acme sells sails to people who row.")
    read_by_two(waits)
    done = disclose(LETTER, tmp_path / "acme.csv")
    (line,) = register()
    assert (line.whom, line.why, line.by, line.clause) == ("acme", LETTER.why, LETTER.by, ("disclosure.consent",))
    assert (line.people, line.entry, line.digest.hex()) == (1, done.entry, done.sha256)
    assert line.attested == waits.digest
    again = disclose(LETTER, tmp_path / "again.csv")
    assert (again.people, again.waits is not None) == (0, True)
    assert not (tmp_path / "again.csv").exists()
    end_organization("acme")
    with pytest.raises(GateError, match="nothing is given to Acme Sails since"):
        disclose(LETTER, tmp_path / "ended.csv")


@proves(Promise.NOT_GIVEN_OUT, "S31")
def test_unless_you_yourself_agreed_before_on_your_page(site: Site, tmp_path: Path, owner: psycopg.Connection) -> None:
    """The page names each company, says what it does, and asks; nothing is ticked, and a look changes nothing."""
    alice = site.register("alice@example.org")
    assert "Other companies" not in _me(site), "there is none that could be asked for"
    acme()
    page = _me(site)
    assert "Acme sells sails to people who row." in page
    assert "Yes, you may give my details to the company named here for its own marketing." in page
    assert "checked" not in page
    assert given(LETTER, tmp_path / "none.csv").people == 0
    assert site.browser.post("/me/", {"choose": "list-acme:yes"}).status_code == 302
    assert "to.acme" in state(alice, reach_of("alice@example.org")).joined
    assert given(LETTER, tmp_path / "acme.csv").people == 1
    page = site.browser.get("/me/given/").content.decode()
    assert "given to somebody outside: 1." in page
    late = copy(alice, opened=False)
    assert not any("Acme sells" in words for words in (page, str(late))), "signing in and a code do not show to whom"
    assert dict(late.late)["To whom outside it went"] == 1
    open_up(alice, owner)
    page = site.browser.get("/me/given/").content.decode()
    assert all(words in page for words in ("Acme Sails", "Marketing by another company", "unless you yourself agreed"))
    (line,) = copy(alice, opened=True).outside
    assert line.what.startswith("Acme Sails (Acme sells sails to people who row.)")
    assert site.browser.post("/me/", {"choose": "list-acme:no"}).status_code == 302
    assert given(LETTER, tmp_path / "after.csv").people == 0
    assert site.browser.post("/me/", {"choose": "list-nobody:yes"}).status_code == 400


def open_up(person: UUID, owner: psycopg.Connection) -> None:
    """Let a person have asked for what is most private of theirs four days ago."""
    assert begin(person)
    owner.execute("UPDATE awaited SET at = at - interval '4 days' WHERE person_id = %s", [person])


def _me(site: Site) -> str:
    site.sign_in("alice@example.org")
    return site.browser.get("/me/").content.decode()


@proves(Promise.NOT_GIVEN_OUT, "S31")
def test_a_yes_that_is_taken_back_is_sent_on_until_it_is_acknowledged(site: Site, tmp_path: Path) -> None:
    """Whoever took it back, refuses, or is forgotten: the company is told, by the references of its file."""
    acme()
    names = ("alice", "bob", "carol", "dan")
    people = {name: arrive(f"{name}@example.org", proven=True) for name in names}
    for name, person in people.items():
        says(YES, person, f"{name}@example.org")
    given(LETTER, tmp_path / "acme.csv")
    by_name = {row["contact.email"].partition("@")[0]: row["reference"] for row in rows(tmp_path / "acme.csv")}
    assert turn() == 0, "all agree still"
    says(NO, people["alice"], "alice@example.org")
    choose(Chosen(NO, scope=Scope.OPTIONAL), Actor.PERSON_UNVERIFIED, "link", reach=reach_of("bob@example.org"))
    forget(people["carol"])
    assert turn() == 2, "one is made, and sent"
    assert turn() == 0
    (notice,) = recalls(waiting=True)
    assert {str(one) for one in references(notice.id)} == {by_name[name] for name in ("alice", "bob", "carol")}
    ((to, data),) = site.server.taken
    assert to == "privacy@acme.example"
    assert not re.search(rb"alice|bob|carol|example\.org", data)
    stranger = Client(headers={"host": "localhost"})
    path = "/" + link(notice.id).split("/", 3)[3]
    assert "We stopped, and let it go" in stranger.get(path).content.decode()
    assert recalls(waiting=True), "a look acknowledges nothing"
    assert by_name["alice"] in stranger.get(f"{path}references.csv").content.decode()
    assert by_name["dan"] not in stranger.get(f"{path}references.csv").content.decode()
    assert given_of(people["alice"])[0].acknowledged is None
    assert "Acknowledged on" in stranger.post(path).content.decode()
    assert not recalls(waiting=True)
    (line,) = given_of(people["alice"])
    assert line.acknowledged
    assert line.recalled
    assert stranger.get("/given/forged/").status_code == 404


@proves(Promise.NOT_GIVEN_OUT, "S31")
@pytest.mark.usefixtures("site")
def test_whoever_says_no_while_the_file_is_written_is_not_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A no that is committed before the file takes its place holds; the lines of the others stay as they are."""
    acme()
    people = {name: arrive(f"{name}@example.org", proven=True) for name in ("alice", "bob", "carol")}
    for name, person in people.items():
        says(YES, person, f"{name}@example.org")
    read_by_two(disclose(LETTER, tmp_path / "acme.csv").waits)
    done = disclose(LETTER, tmp_path / "acme.csv", lambda _: _elsewhere(people["bob"]))
    assert done.people == 2
    assert [row["contact.email"] for row in rows(tmp_path / "acme.csv")] == ["alice@example.org", "carol@example.org"]
    assert given_of(people["bob"]) == []
    says(YES, people["bob"], "bob@example.org")
    monkeypatch.setattr("avow.disclosure.outside.disclose.chose", list)
    read_by_two(disclose(LETTER, tmp_path / "leak.csv").waits)
    disclose(LETTER, tmp_path / "leak.csv", lambda _: _elsewhere(people["bob"]))
    assert "bob@example.org" in (tmp_path / "leak.csv").read_text(), "without the second look it leaks"


def _elsewhere(person: UUID) -> None:
    """Say no from another connection, and wait until that is committed."""

    def act() -> None:
        says(NO, person, "bob@example.org")
        connection.close()

    thread = Thread(target=act)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "a no does not wait for a file that is written"


# ---- what the law orders -------------------------------------------------------------------

PAST, SOON = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=30)
WARRANT = Instrument(
    "Hampton District Court",
    "PC-2031/7",
    "Hand over the orders of alice@example.org.",
    ["alice@example.org"],
    ["contact", "order"],
    PAST,
    SOON,
    SOON,
)


def _followed(key: UUID, path: Path) -> Followed:
    """Call back, have two read it, and follow it."""
    with pytest.raises(GateError, match="nobody called the authority back"):
        follow(key, path, "olga@example.com")
    call_back(key, "olga@example.com", "the clerk, at the number of the court's own site")
    read_by_two(follow(key, path, "olga@example.com").waits)
    return follow(key, path, "olga@example.com")


@proves(Promise.LEGAL_PROCESS, "S33")
@pytest.mark.usefixtures("site")
def test_what_is_ordered_is_handed_over_and_not_a_line_more(tmp_path: Path) -> None:
    """The people, the data and the days that the order names are in the file; nothing and nobody else, and once."""
    alice, bob = orders("alice@example.org"), orders("bob@example.org")
    done = _followed(instrument(WARRANT, "olga@example.com"), tmp_path / "court.csv")
    text = (tmp_path / "court.csv").read_text()
    assert (done.people, done.reasons) == (1, ())
    assert {row["what"] for row in rows(tmp_path / "court.csv")} == {"Your e-mail address", "Your orders"}
    assert "Quay of alice@example.org" in text
    assert "Name of" not in text
    assert "bob@" not in text
    (line,) = register()
    assert (line.recipient, line.why, line.people) == (
        RecipientClass.AUTHORITY,
        "Hampton District Court, PC-2031/7",
        1,
    )
    assert (len(given_of(alice)), given_of(bob)) == (1, [])
    with pytest.raises(RecordError, match="followed already"):
        _again(line.whom, tmp_path / "again.csv")
    early = replace(WARRANT, since=PAST, until=PAST + timedelta(days=1), docket="PC-2031/8")
    done = _followed(instrument(early, "olga@example.com"), tmp_path / "early.csv")
    assert (done.people, done.reasons) == (0, (("nothing of theirs lies within the order", 1),))


def _again(whom: str, path: Path) -> None:
    waits = follow(UUID(whom), path, "olga@example.com").waits
    read_by_two(waits)
    follow(UUID(whom), path, "olga@example.com")


UNBOUNDED: list[tuple[Instrument, str]] = [
    (replace(WARRANT, categories=["everything"]), "an order for everything is not followed"),
    (replace(WARRANT, categories=[]), "an order for everything is not followed"),
    (replace(WARRANT, categories=["visit"]), "we hold no such data for the law"),
    (replace(WARRANT, people=["the whole town"]), "neither an address nor an id"),
    (replace(WARRANT, people=["all"]), "an order for everybody is not followed"),
    (replace(WARRANT, people=[]), "names the people whom it reaches"),
    (replace(WARRANT, people=["mallory@example.net"]), "nobody here holds the address"),
    (replace(WARRANT, people=[str(UUID(int=7))]), "there is no such person"),
    (replace(WARRANT, since=SOON, until=PAST), "begins before it ends"),
    (replace(WARRANT, docket=" "), "has an authority, a docket, and words"),
]


@proves(Promise.LEGAL_PROCESS, "S33")
@pytest.mark.usefixtures("site")
def test_when_the_law_orders_us_it_says_whose_and_what() -> None:
    """An order for everything or everybody, for nobody or no time, is refused, and nothing of it is kept."""
    orders("alice@example.org")
    whole_of_it = replace(WARRANT, categories=sorted(policy().purposes["legal"].categories))
    for wrong, words in (*UNBOUNDED, (whole_of_it, "an order for everything is not followed")):
        with pytest.raises(RecordError, match=words):
            instrument(wrong, "olga@example.com")
    assert orders_of_the_law() == []


@proves(Promise.LEGAL_PROCESS, "S33")
def test_the_person_is_told_unless_that_is_barred_and_then_when_it_ends(
    site: Site, tmp_path: Path, owner: psycopg.Connection
) -> None:
    """What no order forbids is told by mail and on the page at once; what one forbids, on the day that it ends."""
    alice = site.register("alice@example.org")
    site.sign_in("alice@example.org")
    work()
    site.server.taken.clear()
    gagged = replace(WARRANT, categories=["contact"], gag=SOON)
    key = instrument(gagged, "olga@example.com")
    open_up(alice, owner)
    assert _followed(key, tmp_path / "court.csv").people == 1
    assert register(), "the register and the ledger have it always"
    assert tell() == 0
    for page in ("/me/given/", "/me/reads/", "/me/", "/me/receipts/"):
        assert "Hampton" not in site.browser.get(page).content.decode(), page
    assert not any("Hampton" in line.what for line in copy(alice, opened=True).outside)
    owner.execute("UPDATE legal_order SET gag = clock_timestamp()")
    assert tell() == 1
    assert tell() == 0
    work()
    ((to, data),) = site.server.taken
    assert to == "alice@example.org"
    assert b"Hampton District Court" in data
    page = site.browser.get("/me/given/").content.decode()
    assert all(words in page for words in ("Hampton District Court", "PC-2031/7", "the law ordered it"))
    assert any("Hampton" in line.what for line in copy(alice, opened=True).outside)


@proves(Promise.LEGAL_PROCESS, "S33")
@pytest.mark.usefixtures("site")
def test_there_is_no_other_way_to_the_law(owner: psycopg.Connection) -> None:
    """Without an order that is being followed the gate gives the law nothing, of those who agreed to all else too."""
    alice = orders("alice@example.org")
    request = Request("legal", frozenset({"contact", "order"}), RecipientClass.AUTHORITY)
    assert clear(request, [alice]).denied
    key = instrument(WARRANT, "olga@example.com")
    call_back(key, "olga@example.com", "the clerk")
    assert clear(request, [alice]).denied, "an order that is not followed yet opens nothing"
    with pytest.raises(RecordError, match="broken off"):
        _broken_off(key, request, alice)
    assert clear(request, [alice]).denied
    assert owner.execute("SELECT done FROM legal_order").fetchone() == (None,)


def _broken_off(key: UUID, request: Request, person: UUID) -> None:
    with whole(), following(key):
        assert clear(request, [person]).allowed
        raise RecordError("broken off", "")
