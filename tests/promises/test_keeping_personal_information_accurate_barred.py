"""Prove what becomes of erasure, restriction and objection: decided, barred, taken back, kept by law."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from avow.accuracy.again.replay import replay
from avow.accuracy.answer.ask import again, ask
from avow.accuracy.answer.decide import answer, extend
from avow.accuracy.barred import bar
from avow.accuracy.barred import erase as erasing
from avow.accuracy.barred.erase import erase, take_back
from avow.accuracy.forgotten.sweep import sweep
from avow.config import config
from avow.decision.request import Request
from avow.errors import RecordError
from avow.gate.clear import clear
from avow.ledger.sequencer import sequence
from avow.mail.outbox import work
from avow.mail.taken.cases import tidy
from avow.policy.proof.keeps import proves
from avow.policy.wish import Wish
from avow.record.journal.journal import journalled
from avow.record.journal.keep import keep as journal
from avow.record.known.forget import forget, forget_item
from avow.record.known.link import link
from avow.record.own.opened import kept_of
from avow.record.petitions.mandate import confirm, mandate, mandate_of, paper
from avow.record.petitions.petition import petition_at, petitions_of, ripe
from avow.record.petitions.restraint import HOLD, Restraint, end, held, restrain, restraints
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Promise, Role, Scope
from tests.promises.conftest import Site
from tests.promises.test_keeping_personal_information_accurate_asked import BOB, ORDERS, decide, ordered
from tests.units.accuracy.again.older import older
from tests.units.accuracy.forgotten.conftest import Checked, checked
from tests.units.page.staff.cast import at_desk
from tests.units.record.cast import arrive, reach_of, refused

__all__ = ["checked"]
NAME = Request("account", frozenset({"contact", "profile"}))
RIGHTS = Request("rights", frozenset({"contact"}))
OFFERS = Request("offers", frozenset({"contact"}))


def officer() -> Client:
    """Give a privacy officer at the desk."""
    return at_desk(Role.PRIVACY_OFFICER)[0]


def sent(site: Site, subject: str) -> str:
    """Send all that waits, and give what Bob was told under a subject."""
    while work():
        pass
    tidy()
    return str(site.received(f"# {subject}").get(BOB, ""))


def over(owner: psycopg.Connection, table: str, column: str, days: int) -> None:
    """Let days pass."""
    owner.execute(f"UPDATE {table} SET {column} = {column} - interval '{days} days'".encode())


@proves(Promise.CORRECTION, "S30")
def test_who_asks_to_be_forgotten_is_barred_at_once_and_erased_after_the_time_to_take_it_back(
    site: Site, checked: Checked, owner: psycopg.Connection
) -> None:
    """Granted, nothing is done with it; taken back, all is as before; else it is gone, and what was refused stays."""
    bob, _ = ordered()
    site.sign_in(BOB)
    first = ask(bob, Wish.ERASURE, "Forget me.")
    assert clear(ORDERS, [bob]).allowed
    desk = officer()
    assert "erased after 3 days" in desk.get(f"/desk/requests/{first}/").content.decode()
    assert decide(desk, first, "grant", "It is done on Friday.") == 302
    assert not clear(ORDERS, [bob]).allowed
    assert clear(NAME, [bob]).allowed, "they can sign in, to take it back"
    assert "/signin/" in sent(site, "We are about to erase what we hold about you")
    assert erase() == 0
    assert "Until then nothing is done with it" in site.browser.get("/me/requests/").content.decode()
    assert site.browser.post(f"/me/requests/{first}/withdraw/").status_code == 302
    assert site.browser.post(f"/me/requests/{first}/withdraw/").status_code == 404
    assert clear(ORDERS, [bob]).allowed
    over(owner, "petition", "ripe", 4)
    assert erase() == 0
    site.browser.post("/me/", {"choose": "scope-marketing:no"})
    again_ = ask(bob, Wish.ERASURE, "Forget me after all.")
    assert decide(desk, again_, "grant") == 302
    over(owner, "petition", "ripe", 4)
    assert erase() == 1
    assert not kept_of(bob)
    assert Scope.MARKETING in refused(owner, "reach", "id", reach_of(BOB))
    assert checked() == []


@proves(Promise.CORRECTION, "S30")
def test_what_is_restricted_serves_nothing_but_to_keep_ask_and_answer(site: Site, owner: psycopg.Connection) -> None:
    """It holds for who is linked and for what comes later, and is told before it is lifted; nothing is looser then."""
    bob, _ = ordered()
    other, _ = ordered("bob@example.net")
    link(bob, other, Actor.STAFF)
    key = ask(bob, Wish.RESTRICTION, "We argue about the order.")
    desk = officer()
    assert decide(desk, key, "grant", "Until the court has decided.") == 302
    assert clear(RIGHTS, [bob]).allowed
    assert clear(NAME, [bob]).allowed
    for request in (ORDERS, OFFERS):
        assert not clear(request, [bob, other]).allowed
    later, _ = ordered()
    link(later, bob, Actor.STAFF)
    assert not clear(ORDERS, [later]).allowed
    page = desk.get("/desk/requests/barred/").content.decode()
    assert "Until the court has decided." in page
    (one,) = restraints(bob)
    site.browser.post("/me/", {"choose": "scope-marketing:no"})
    assert desk.post(f"/desk/requests/barred/{one.id}/lift/").status_code == 302
    assert desk.post(f"/desk/requests/barred/{one.id}/lift/").status_code == 404
    assert "serves again" in sent(site, "Your data can be used again")
    assert {found.person for found in clear(ORDERS, [bob, other, later]).allowed} == {bob, other, later}
    assert owner.execute("SELECT count(*) FROM restraint WHERE ended IS NULL").fetchone() == (0,)


@proves(Promise.CORRECTION, "S30")
def test_what_is_objected_to_is_refused_as_it_is_granted(site: Site) -> None:
    """The officer says which use; without that nothing is decided; it is a no that the person alone can end."""
    bob = arrive(BOB, proven=True)
    assert clear(OFFERS, [bob]).allowed
    key = ask(bob, Wish.OBJECTION, "No offers from my data.")
    desk = officer()
    assert "an objection to marketing needs no reason" in desk.get(f"/desk/requests/{key}/").content.decode()
    assert desk.post(f"/desk/requests/{key}/answer/", {"act": "grant", "reply": "Yes."}).status_code == 409
    assert clear(OFFERS, [bob]).allowed
    typed = {"act": "grant", "reply": "It is refused.", "stop": "marketing"}
    assert desk.post(f"/desk/requests/{key}/answer/", typed).status_code == 302
    assert not clear(OFFERS, [bob]).allowed
    assert clear(NAME, [bob]).allowed
    site.sign_in(BOB)
    assert site.browser.post("/me/", {"choose": "scope-marketing:yes"}).status_code == 302
    assert clear(OFFERS, [bob]).allowed


@proves(Promise.LEGAL_PROCESS, "S33")
def test_a_legal_hold_beats_erasure_and_hides_from_every_other_use(site: Site, owner: psycopg.Connection) -> None:
    """The person is told first; then only the law sees them; what was granted is done when it is lifted."""
    bob, item = ordered()
    key = ask(bob, Wish.ERASURE, "Forget me.")
    desk = officer()
    typed = {"whose": BOB, "what": "A legal hold", "why": "Docket 7 of the harbour court."}
    assert desk.post("/desk/requests/barred/", {**typed, "gag": "yesterday"}).status_code == 422
    assert desk.post("/desk/requests/barred/", typed).status_code == 302
    assert not clear(ORDERS, [bob]).allowed
    assert bar.turn() == 0, "the message waits"
    assert "Docket 7" in sent(site, "The law has us keep your data")
    assert bar.turn() == 1
    for request in (ORDERS, OFFERS, NAME, RIGHTS):
        assert not clear(request, [bob]).allowed
    assert desk.get(f"/desk/people/{bob}/?for=rights").status_code == 404
    page = desk.get(f"/desk/requests/{key}/").content.decode()
    assert "Legal hold" in page
    assert "erased when that ends" in page
    assert decide(desk, key, "grant") == 302
    over(owner, "petition", "ripe", 4)
    owner.execute("UPDATE item SET until = now() - interval '1 day'")
    sweep()
    assert erase() == 0
    assert not forget_item(bob, item)
    with pytest.raises(RecordError, match="legal hold"):
        forget(bob)
    assert len(kept_of(bob)) == 3
    (one,) = [found for found in restraints(bob) if found.kind == HOLD]
    assert bar.lift(one.id, "olga")
    assert erase() == 1
    assert not kept_of(bob)


@proves(Promise.LEGAL_PROCESS, "S33")
def test_a_hold_that_must_not_be_told_is_told_when_that_ends(site: Site, owner: psycopg.Connection) -> None:
    """It hides at once and without a word; the officer is reminded to say nothing; later the person reads of it."""
    bob, _ = ordered()
    key = ask(bob, Wish.ACCESS, "What do you hold?")
    desk = officer()
    day = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    typed = {"whose": BOB, "what": "A legal hold", "why": "Docket 8.", "gag": day}
    assert desk.post("/desk/requests/barred/", typed).status_code == 302
    assert not clear(RIGHTS, [bob]).allowed
    assert not sent(site, "The law has us keep your data")
    assert "say nothing of it" in desk.get(f"/desk/requests/{key}/").content.decode()
    over(owner, "restraint", "gag", 40)
    assert bar.turn() == 1
    assert "Docket 8." in sent(site, "The law has us keep your data")
    assert bar.turn() == 1
    assert not clear(RIGHTS, [bob]).allowed
    assert bar.turn() == 0


@proves(Promise.ACCESS, "S29")
@pytest.mark.usefixtures("site")
def test_open_requests_and_holds_outlive_an_older_backup(store: Embedded, checked: Checked) -> None:
    """A restore brings back what waits, what is disputed and what is barred; what was answered stays answered."""
    staff = UUID(int=9)
    bob, item = ordered()
    disputed = ask(bob, Wish.CORRECTION, "It says eight.", item=item, proposed={"number": "8"})
    sequence(), journal()
    past = older(store)
    answer(disputed, staff, "It says seven.", granted=False)
    again(bob, disputed, "Look at page two.")
    answer(ask(bob, Wish.COMMENT, "An opinion."), staff, "Thank you.", granted=True)
    waits = ask(bob, Wish.ERASURE, "Forget me.")
    bar.hold(bob, "Docket 9.", str(staff), gag=datetime.now(UTC) + timedelta(days=9))
    sequence(), journal()
    lost = ask(bob, Wish.ACCESS, "All of it.")
    past.back()
    assert [(one.id, one.state) for one in petitions_of(bob)] == [(disputed, "open")]
    assert replay().requests == 4
    found = {one.id: one.state for one in petitions_of(bob)}
    assert found == {disputed: "disputed", waits: "open", lost: "open"}
    assert held(bob)
    assert not clear(ORDERS, [bob]).allowed
    assert checked() == []


@proves(Promise.LEGAL_PROCESS, "S32")
@pytest.mark.usefixtures("site")
def test_of_two_legal_holds_each_stands_by_itself() -> None:
    """A second order about the same person is another hold: with the first one ended the second still keeps them."""
    bob, _ = ordered()
    first, second = (restrain(Restraint(bob, HOLD, f"docket {number}", "olga@example.com")) for number in (1, 2))
    assert first != second
    assert restrain(Restraint(bob, HOLD, "docket 2", "olga@example.com")) == second
    end(first, "olga@example.com")
    assert held(bob)
    end(second, "olga@example.com")
    assert not held(bob)


@proves(Promise.CORRECTION, "S30")
def test_what_was_taken_back_as_it_fell_due_is_not_erased(site: Site, owner: psycopg.Connection) -> None:
    """Between the look and the act the person took it back: nothing is erased, and who is linked is not either."""
    bob, _ = ordered()
    site.sign_in(BOB)
    key = ask(bob, Wish.ERASURE, "Forget me.")
    assert decide(officer(), key, "grant") == 302
    over(owner, "petition", "ripe", 4)
    ((due, person),) = ripe()
    take_back(person, due)
    assert erasing._erase(due, person) == 0  # noqa: SLF001 -- the act, after the look of before
    assert kept_of(bob)


@proves(Promise.CORRECTION, "S30")
def test_an_erasure_that_a_restore_finds_granted_waits_for_an_answer_again(
    site: Site, owner: psycopg.Connection
) -> None:
    """That it was taken back may be lost with what came after the backup: it is decided anew, and nobody is erased."""
    bob, _ = ordered()
    key = ask(bob, Wish.ERASURE, "Forget me.")
    assert decide(officer(), key, "grant") == 302
    over(owner, "petition", "ripe", 4)
    assert site.server.url
    replay()
    assert erase() == 0
    assert petition_at(key).state == "open"


def owner_of(store: Embedded) -> psycopg.Connection:
    """Speak to the store that Django speaks to now, as its owner."""
    return psycopg.connect(store.url("avow_owner", settings.DATABASES["default"]["NAME"]))


def acts(owner: psycopg.Connection) -> list[tuple[str, str]]:
    """Give what followed on requests and bars, with who did it, in the order of the ledger."""
    rows = owner.execute(
        "SELECT f.act, f.by FROM followed f JOIN entry e ON e.id = f.entry AND e.kind = 'followed' ORDER BY f.entry"
    )
    return [(str(act), str(by)) for act, by in rows.fetchall()]


@proves(Promise.ACCESS, "S29")
@pytest.mark.usefixtures("site")
def test_what_follows_on_a_request_or_a_bar_names_who_did_it_and_outlives_an_older_backup(
    store: Embedded, checked: Checked
) -> None:
    """A bar that was lifted, an erasure taken back, a mandate with the person's no, more time: each stands again."""
    staff = UUID(int=9)
    bob, _ = ordered()
    lifted = bar.hold(bob, "Docket 9.", str(staff), gag=datetime.now(UTC) + timedelta(days=9))
    barred_still = bar.restrict(bob, "Until it is settled.", str(staff))
    erasure, named, late = (ask(bob, wish, "Please.") for wish in (Wish.ERASURE, Wish.COMMENT, Wish.ACCESS))
    lost = ask(bob, Wish.COMPLAINT, "A mail came.")
    sequence(), journal()
    past = older(store)
    answer(erasure, staff, "Yes.", granted=True)
    take_back(bob, erasure)
    assert bar.lift(lifted, "olga")
    mandate(bob, named, "agent", "Anna Agent", "anna@example.net", b"%PDF-1.4", str(staff))
    confirm(bob, named, "no")
    until = extend(late, bob, datetime.now(UTC), Wish.ACCESS, "Much is held.", str(staff))
    sequence(), journal()
    mandate(bob, lost, "parent", "Pia Parent", "", b"", str(staff))
    journalled()
    with owner_of(store) as owner:
        did = acts(owner)
    past.back()
    assert held(bob)
    replay()
    with owner_of(store) as owner:
        assert acts(owner) == did
    person, officer_ = Actor.PERSON_VERIFIED.value, str(staff)
    assert did == [
        ("withdrawn", person),
        ("lifted", person),
        ("lifted", "olga"),
        ("named", officer_),
        ("no", person),
        ("extended", officer_),
        ("named", officer_),
    ]
    assert not held(bob)
    assert [one.id for one in restraints(bob)] == [barred_still]
    assert petition_at(erasure).state == "withdrawn"
    assert petition_at(late).longer == until
    agent, parent = mandate_of(named), mandate_of(lost)
    assert agent
    assert parent
    assert (agent.answer, paper(named), parent.name) == ("no", b"%PDF-1.4", "Pia Parent")
    assert checked() == []


@proves(Promise.LEGAL_PROCESS, "S33")
@pytest.mark.usefixtures("site")
def test_a_hold_keeps_who_is_linked_from_its_first_instant(owner: psycopg.Connection) -> None:
    """While its message waits it hides nobody yet, but nothing goes: no item, and no word of a request."""
    bob, _ = ordered()
    rob, item = ordered("rob@example.org")
    link(bob, rob, Actor.STAFF)
    answer(ask(rob, Wish.COMMENT, "An opinion."), UUID(int=9), "Thank you.", granted=True)
    bar.hold(bob, "Docket 10.", "olga@example.com")
    assert owner.execute('SELECT count(*) FROM restraint WHERE "full" IS NULL').fetchone() == (1,)
    owner.execute("UPDATE item SET until = now() - interval '1 day'")
    sweep()
    assert not forget_item(rob, item)
    assert len(kept_of(rob)) == 3
    assert [one.words for one in petitions_of(rob)] == ["An opinion."]
    (hold,) = restraints(bob)
    bar.lift(hold.id, "olga@example.com")
    sweep()
    assert not kept_of(rob)
    assert [one.words for one in petitions_of(rob)] == [""]


@proves(Promise.LEGAL_PROCESS, "S33")
def test_a_hold_that_was_lifted_before_it_might_be_told_is_told_then(site: Site, owner: psycopg.Connection) -> None:
    """Who lifts it early tells nothing; the day the order allows it the person reads of it, once."""
    bob, _ = ordered()
    key = bar.hold(bob, "Docket 11.", "olga@example.com", gag=datetime.now(UTC) + timedelta(days=30))
    assert bar.lift(key, "olga@example.com")
    assert bar.turn() == 0
    assert not sent(site, "The law had us keep your data")
    over(owner, "restraint", "gag", 40)
    assert bar.turn() == 1
    assert "Docket 11." in sent(site, "The law had us keep your data")
    assert bar.turn() == 0
    later = bar.hold(bob, "Docket 12.", "olga@example.com", gag=datetime.now(UTC) + timedelta(days=30))
    over(owner, "restraint", "gag", 40)
    assert bar.lift(later, "olga@example.com")
    assert not sent(site, "Your data can be used again"), "of a hold that they know nothing of"
    assert bar.turn() == 1
    assert "Docket 12." in sent(site, "The law had us keep your data")


@proves(Promise.CORRECTION, "S30")
@pytest.mark.usefixtures("site")
def test_a_request_that_the_journal_cannot_take_stands_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its disk away the request waits for staff all the same, and stderr says what a restore would lose."""
    bob, _ = ordered()
    monkeypatch.setenv("AVOW_JOURNAL", str(tmp_path / "away"))
    config.cache_clear()
    ask(bob, Wish.ACCESS, "All of it.")
    assert [one.state for one in petitions_of(bob)] == ["open"]
    assert "a restore of an older copy would lose entry" in capsys.readouterr().err
    monkeypatch.undo()
    config.cache_clear()
