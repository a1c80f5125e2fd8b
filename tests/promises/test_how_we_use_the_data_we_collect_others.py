"""Prove what the policy says of facts from others: marked, for marketing alone, never of whoever said no."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_csv, as_json
from avow.accuracy.forgotten.sweep import sweep
from avow.decision.plan import plan
from avow.decision.request import Request
from avow.errors import CollectionError, Denied, GateError, MailError
from avow.gate.clear import clear
from avow.gate.seen.read import read_all
from avow.gate.seen.reader import Reader, purposes_of
from avow.page.site import policy
from avow.policy.proof.check import check
from avow.policy.proof.keeps import proves
from avow.policy.reader import read_text
from avow.record.declare import using
from avow.record.enriched.told import untold
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.said.choices import Chosen, choose
from avow.record.seen.cases import open_case
from avow.record.shown.stamp import UNKNOWN
from avow.record.shown.versions import history
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.sheets.report import Outcome, Report
from avow.record.taken.store import amend
from avow.terms import Actor, Answer, Promise, RecipientClass, Role, Scope
from avow.uses.enrich import Enriched, Order, enrich
from tests.promises.conftest import CONTACT, Site
from tests.units.page.staff.cast import staff

ALICE, BOB, CAROL, DAN = (f"{name}@example.org" for name in ("alice", "bob", "carol", "dan"))
FACT = "canary: fifty to a hundred people"
SOURCE = "Acme Data"
DAY = date(2026, 11, 1)
ENRICHED = frozenset({"enrichment"})


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Give a place for the file of a source."""
    return tmp_path / "facts.csv"


def merge(path: Path, rows: Mapping[str, str] | Sequence[tuple[str, str]], **words: Any) -> tuple[Enriched, Report]:
    """Merge facts, each by its address, as the command does."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    path.write_text("email,fact\n" + "".join(f"{address},{fact}\n" for address, fact in pairs))
    report = Report(leave_out=words.pop("leave_out", False))
    order = Order(path, words.pop("source", SOURCE), "a licence of one year", words.pop("obtained", DAY))
    return enrich(order, report), report


def released(person: UUID, purpose: str, recipient: RecipientClass = RecipientClass.COMPANY) -> str:
    """Give what the gate lets out of all categories that a purpose may ever see, as text."""
    request = Request(purpose, policy().purposes[purpose].categories | ENRICHED, recipient)
    return " ".join(str(dict(one.fields)) for one in clear(request, [person]).allowed)


def shown(purpose: str, recipient: RecipientClass) -> bool:
    """Say whether the database itself shows the fact to a statement that declares a use of it, whatever it asks."""
    asked = plan(history(), policy(), Request(purpose, ENRICHED, recipient))
    with using(asked.use, asked.forbid, policy().front.version) as cursor:
        cursor.execute("SELECT fields::text FROM item")
        return FACT in str(cursor.fetchall())


def rows(owner: psycopg.Connection) -> int:
    """Count the facts that are stored, as nobody but the owner's tools can."""
    found = owner.execute("SELECT count(*) FROM item WHERE lot_id IS NOT NULL").fetchone()
    assert found
    return int(found[0])


@proves(Promise.ENRICHMENT, "S21")
def test_facts_from_others_serve_marketing_and_nothing_else(site: Site, told: Path) -> None:
    """Of every purpose towards every recipient, only marketing and the person's own rights are shown the fact."""
    alice = site.register(ALICE, profile__company="Tidewater")
    found, _ = merge(told, {ALICE: FACT})
    assert found.taken == 1
    assert FACT in released(alice, "offers")
    everybody = [(name, one) for name in policy().purposes for one in RecipientClass]
    assert {pair for pair in everybody if shown(*pair)} == {
        ("offers", RecipientClass.COMPANY),
        ("enrichment", RecipientClass.COMPANY),
        ("rights", RecipientClass.COMPANY),
        ("legal", RecipientClass.AUTHORITY),
    }
    assert not any(FACT in released(alice, *pair) for pair in everybody if pair[0] not in {"offers", "enrichment"})


@proves(Promise.ENRICHMENT, "S21")
def test_of_all_roles_marketing_alone_sees_them(site: Site, told: Path) -> None:
    """Each role reads each of its purposes: the fact is among what marketing sees, and in the officer's open case."""
    alice = site.register(ALICE)
    merge(told, {ALICE: FACT})
    open_case(alice, new_key(), "asked by telephone")
    seen = set()
    for role in Role:
        by = Reader(staff(role, email=f"{role.value}@example.com").id, role)
        for purpose in purposes_of(policy(), role):
            items = read_all(by, purpose.id, alice) or ()
            seen |= {(role, purpose.id) for one in items if FACT in one.fields.values() and one.source == SOURCE}
        with pytest.raises(Denied):
            read_all(by, "enrichment", alice)
    assert seen == {(Role.MARKETING, "offers"), (Role.PRIVACY_OFFICER, "rights")}


@proves(Promise.ENRICHMENT, "S21")
def test_nothing_is_stored_of_whoever_said_no_or_was_never_told(
    site: Site, told: Path, owner: psycopg.Connection
) -> None:
    """A no to marketing, to facts from others, to all; a list of old; an unproven address; a stranger: all counted."""
    alice, bob, carol = map(site.register, (ALICE, BOB, CAROL))
    choose(Chosen(Answer.NO, scope=Scope.MARKETING), Actor.PERSON_UNVERIFIED, "test", bob)
    choose(Chosen(Answer.NO, scope=Scope.ENRICHMENT), Actor.PERSON_UNVERIFIED, "test", carol)
    everything = site.register("erin@example.org")
    choose(Chosen(Answer.NO, scope=Scope.OPTIONAL), Actor.PERSON_UNVERIFIED, "test", everything)
    take([Arrival(UNKNOWN, "old.csv", parse(DAN), {"contact": {"email": DAN}}, proven=True)])
    site.browser.post("/register/", site.form("/register/", contact__email="fay@example.org"))
    names = (ALICE, BOB, CAROL, "erin@example.org", DAN, "fay@example.org", "gone@example.org")
    found, report = merge(told, dict.fromkeys(names, FACT))
    assert (found.taken, sum(found.denied.values())) == (1, 4)
    assert set(found.denied) >= {"law.refused uses.enrichment"}
    assert report.counts == {Outcome.DENIED: 4, Outcome.STRANGER: 2}
    assert any("facts.csv:3" in line for line in report.first[Outcome.DENIED])
    assert rows(owner) == 1
    assert owner.execute("SELECT source, licence, obtained, taken, denied FROM lot").fetchall() == [
        (SOURCE, "a licence of one year", DAY, 1, 4)
    ]
    assert FACT in released(alice, "offers")


@proves(Promise.ENRICHMENT, "S21")
@pytest.mark.parametrize("scope", [Scope.MARKETING, Scope.ENRICHMENT])
def test_a_no_that_comes_later_hides_them(site: Site, told: Path, scope: Scope) -> None:
    """Whichever of the two is refused, no marketing sees the fact from then on; their own yes shows it again."""
    alice = site.register(ALICE)
    merge(told, {ALICE: FACT})
    who = (alice, parse(ALICE).reach_id)
    choose(Chosen(Answer.NO, scope=scope), Actor.PERSON_UNVERIFIED, "test", *who)
    for purpose in ("offers", "enrichment"):
        assert FACT not in released(alice, purpose)
        assert not shown(purpose, RecipientClass.COMPANY)
    assert bool(clear(Request("offers", CONTACT), [alice]).allowed) is (scope is Scope.ENRICHMENT)
    choose(Chosen(Answer.YES, scope=scope), Actor.PERSON_VERIFIED, "test", *who)
    assert FACT in released(alice, "offers")


@proves(Promise.ENRICHMENT, "S21")
def test_nobodys_own_word_is_written_over(site: Site, told: Path, owner: psycopg.Connection) -> None:
    """What a person said stays what every reader sees; what was put right stays; a newer word of a source replaces."""
    alice = site.register(ALICE, profile__company="Tidewater")
    assert merge(told, {ALICE: "another company"})[0].taken == 1
    assert "'company': 'Tidewater'" in released(alice, "offers")
    found, _ = merge(told, {ALICE: FACT}, obtained=date(2026, 11, 20))
    assert (found.taken, found.replaced, rows(owner)) == (1, 1, 1)
    _, report = merge(told, {ALICE: "what it said before"}, obtained=DAY)
    assert report.counts[Outcome.STANDS] == 1
    (item,) = [one.item for many in untold([alice]).values() for one in many]
    amend(alice, item, {"fact": "put right by Alice", "origin": SOURCE})
    found, report = merge(told, {ALICE: FACT}, obtained=date(2026, 11, 25))
    assert (found.taken, report.counts[Outcome.STANDS]) == (0, 1)
    assert "put right by Alice" in released(alice, "offers")


@proves(Promise.ENRICHMENT, "S21")
def test_a_policy_cannot_let_them_serve_anything_else() -> None:
    """The check refuses a channel of facts from others that states support, or fills a field of people's own."""
    source = policy().source
    for old, new, says in (
        ('states = ["enrichment", "offers",', 'states = ["enrichment", "offers", "improvement",', "is no marketing"),
        ('collects = ["enrichment"]', 'collects = ["enrichment", "profile"]', "people's own words"),
        ('{ id = "fact", label', '{ id = "company", label', "could be taken for what people said"),
    ):
        assert old in source
        assert any(says in str(one) for one in check(read_text(source.replace(old, new))).errors), new
    assert not any("from others" in str(one) for one in check(policy()).errors)


@proves(Promise.ENRICHMENT, "S21")
def test_marketing_alone_can_name_them_and_the_first_message_tells_of_them(site: Site, told: Path) -> None:
    """An offer fills the field; a newsletter may not. The next marketing message, and no other, says from whom."""
    alice, bob = site.register(ALICE), site.register(BOB)
    merge(told, {ALICE: FACT})
    assert untold([alice, bob]).keys() == {alice}
    words = "# An offer\n\nFor {{ fact | firms of any size }}.\n"
    with pytest.raises(MailError, match="may not see a field 'fact'"):
        site.mail("updates", words)
    first = {to: one.get_body(("plain",)).get_content() for to, one in site.mail("offers", words).items()}  # type: ignore[union-attr]  # each has a text
    assert FACT in first[ALICE]
    assert "firms of any size" in first[BOB]
    tells = f"Facts about you from others were added: {SOURCE} (1 November 2026). See them, or have them taken away: "
    assert tells in first[ALICE]
    assert "/me/others/" in first[ALICE]
    assert "Facts about you" not in first[BOB]
    assert not untold([alice, bob])
    assert "Facts about you" not in str(site.mail("updates", "# An offer\n\nAgain.\n")[ALICE])


@proves(Promise.ENRICHMENT, "S21")
def test_who_is_told_of_nothing_for_a_month_has_nothing_stored(
    site: Site, told: Path, owner: psycopg.Connection
) -> None:
    """Until its person was told a fact is kept for thirty days; then as long as the policy says."""
    site.register(ALICE)
    site.register(BOB)
    merge(told, {ALICE: FACT, BOB: FACT})
    kept = "SELECT DISTINCT (until - at)::text FROM item WHERE lot_id IS NOT NULL"
    assert owner.execute(kept).fetchall() == [("30 days",)]
    assert site.mail("updates", "# An offer\n\nCome.\n").keys() == {ALICE, BOB}
    assert owner.execute(kept).fetchall() == [("365 days",)]
    merge(told, {BOB: FACT}, source="Other Data")
    owner.execute("UPDATE item SET until = now() WHERE told IS NULL AND lot_id IS NOT NULL")
    assert not untold([one for (one,) in owner.execute("SELECT id FROM person").fetchall()])
    assert sweep() == 1
    assert rows(owner) == 2


@proves(Promise.ENRICHMENT, Promise.ACCESS, "S21", "S29")
def test_people_see_whose_word_it_is_and_have_it_taken_away(site: Site, told: Path, owner: psycopg.Connection) -> None:
    """Page and copy name source, licence and day; taking it away is a no to more, and no file brings it back."""
    alice = site.register(ALICE)
    site.register(BOB)
    merge(told, {ALICE: FACT, BOB: "of Bob"})
    site.sign_in(ALICE)
    page = site.browser.get("/me/others/").content.decode()
    for words in (FACT, f"From {SOURCE}", "a licence of one year", "1 November 2026"):
        assert words in page
    assert "of Bob" not in page
    found = copy(alice, opened=True)
    (fact,) = [one for one in found.given if one.origin]
    assert (FACT in str(fact.fields), fact.source) == (True, SOURCE)
    assert not found.withheld
    assert "given to us on 1 November 2026; our next message tells you" in as_json(found)
    assert "a licence of one year" in as_csv(found)
    assert site.browser.post("/me/others/").status_code == 302
    assert FACT not in site.browser.get("/me/others/").content.decode()
    assert rows(owner) == 1
    found_again, _ = merge(told, {ALICE: FACT}, obtained=date(2026, 11, 20))
    assert (found_again.taken, sum(found_again.denied.values())) == (0, 1)
    assert site.may(alice, "offers")


@proves(Promise.ENRICHMENT, "S21")
def test_all_of_a_file_or_nothing(site: Site, told: Path, owner: psycopg.Connection) -> None:
    """A bad line keeps everything out unless it is left out; two people at one address are nobody in particular."""
    site.register(ALICE)
    lines = [(ALICE, FACT), ("no address", FACT), (ALICE, "twice"), (BOB, "")]
    with pytest.raises(CollectionError, match="2 lines cannot be taken"):
        merge(told, lines)
    assert rows(owner) == 0
    assert owner.execute("SELECT count(*) FROM lot").fetchone() == (0,)
    found, report = merge(told, lines, leave_out=True)
    assert (found.taken, report.counts[Outcome.BAD], report.counts[Outcome.STANDS]) == (1, 2, 1)
    site.register(BOB)
    site.register(BOB)
    assert merge(told, {BOB: FACT})[1].counts[Outcome.STRANGER] == 1
    told.write_text("email,fact,shoe size\n")
    with pytest.raises(CollectionError, match="has no field 'shoe size'"):
        enrich(Order(told, SOURCE, "a licence", DAY), Report())
    for order in (Order(told, " ", "x", DAY), Order(told, "x", "y\0", DAY), Order(told, "x", "y", date(9999, 1, 1))):
        with pytest.raises(CollectionError):
            enrich(order, Report())


@proves(Promise.ENRICHMENT, "S21")
def test_a_policy_without_that_channel_takes_none(site: Site, told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the policy in force names no such way in, nothing comes in by it."""
    site.register(ALICE)
    source = policy().source
    start = source.index("[channel.enrichment]")
    without = read_text(source[:start] + source[source.index("~~~", start) :])
    monkeypatch.setattr("avow.uses.enrich.in_force", lambda: without)
    with pytest.raises(GateError, match="takes no facts from others"):
        merge(told, {ALICE: FACT})


@proves(Promise.ENRICHMENT, Promise.COOKIES_CHOICE, "S15", "S21")
def test_the_signal_of_somebody_we_know_refuses_them_too(site: Site, told: Path) -> None:
    """Whoever signs in with Global Privacy Control refuses facts from others; what they said themselves goes first."""
    alice, bob = site.register(ALICE), site.register(BOB)
    choose(Chosen(Answer.YES, scope=Scope.ENRICHMENT), Actor.PERSON_VERIFIED, "test", bob, parse(BOB).reach_id)
    for address in (ALICE, BOB):
        site.browser.defaults["HTTP_SEC_GPC"] = "1"
        site.sign_in(address)
        site.browser.post("/signout/")
    found, _ = merge(told, {ALICE: FACT, BOB: FACT})
    assert (found.taken, sum(found.denied.values())) == (1, 1)
    assert not clear(Request("enrichment", CONTACT), [alice]).allowed
    assert site.may(alice, "offers")
