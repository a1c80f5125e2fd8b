"""Prove that we look at groups, never at one: what is told of kinds of customers gives nobody away."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, transaction

from avow.errors import GateError, RecordError
from avow.gate.counted import tables as laid
from avow.gate.counted.count import Span, count
from avow.gate.counted.tables import OTHERS, Table
from avow.mail.counted.offered import offered
from avow.policy.proof.keeps import proves
from avow.record.counted import insight
from avow.record.declare import keeping, telling
from avow.record.known.forget import forget
from avow.record.known.link import link
from avow.record.products.register import add_product
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import Given, keep
from avow.terms import Actor, Answer, ChannelKind, Promise, Role, Scope
from avow.uses.insight.month import Month
from avow.uses.insight.release import purpose_of, release
from tests.promises.conftest import Site
from tests.units.ledger.shelf import sequence_all
from tests.units.page.staff.cast import at_desk
from tests.units.uses.insight.cast import BEGIN, MONTH, ZONE, came, figures, told

pytestmark = pytest.mark.usefixtures("site")
DAY = timedelta(days=1)
NO = Chosen(Answer.NO, scope=Scope.INSIGHT)


def counted(begin: datetime = BEGIN, end: datetime | None = None) -> dict[str, Table]:
    """Count any period, as the product never does: it tells whole months alone, and once."""
    until = end or MONTH.later().begin(ZONE)
    purpose = purpose_of(in_force())
    assert purpose
    with transaction.atomic():
        offered(begin, until, until)
        return {one.title: one for one in count(in_force(), purpose, Span(begin, until, until))}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the defence out: nothing is withheld, folded or rounded."""
    monkeypatch.setattr(laid, "told", lambda figure: figure)
    monkeypatch.setattr(laid, "LEAST", 1)
    monkeypatch.setattr(laid, "fold", lambda counts: (sorted(counts), []))
    monkeypatch.setattr(laid, "withhold", lambda _: frozenset[object]())


def grown(before: Table, after: Table) -> dict[str, int]:
    """Attack: give by how much each figure of one table differs from that of another."""
    old, new = figures(before), figures(after)
    differ = {kind: (new.get(kind, (0,))[0] or 0) - (old.get(kind, (0,))[0] or 0) for kind in {*old, *new}}
    return {kind: more for kind, more in differ.items() if more}


def rows_of(query: str) -> list[tuple[UUID]]:
    """Read ids as the keeping role."""
    with keeping() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def ordered(people: Sequence[UUID]) -> None:
    """Let some people order."""
    for person in people:
        given = [Given("order", {"product": "Pier", "number": "1", "billing": "1 Pier Road"})]
        now = stamp(history(), show(in_force(), ChannelKind.ORDER, "en"), "/order/", datetime.now(UTC))
        keep(now, given, None, person=person)


def crowd() -> None:
    """Let people of three countries come by two ways; three of them come from Malta, which is few."""
    came(12, "Germany")
    came(11, "France", ChannelKind.ORDER)
    came(3, "Malta")


@proves(Promise.INSIGHT_KINDS, "S18")
def test_what_sorts_of_customers_which_products_and_which_offers() -> None:
    """Kinds of enough people are told, rounded; the few are told with others, and no figure is below ten."""
    crowd()
    came(12, "Spain", ChannelKind.ORDER)
    add_product("pier", "Pier")
    came(11, "Spain", ChannelKind.ORDER, "pier")
    found = told()
    assert found["How they came"].rows == (("An order", (35,)), ("Registration", (15,)))
    country = found["Country"]
    assert country.total == 50
    assert "Malta" not in figures(country)
    assert len(figures(country)) == 3
    assert OTHERS in figures(country)
    wanted = {kind: row[0] for kind, row in figures(found["What they wanted"]).items()}
    assert wanted == {"something else": 25, "Pier": 10}
    every = [figure for table in found.values() for _, row in table.rows for figure in row if figure is not None]
    assert min(every) >= 10


@proves(Promise.INSIGHT_KINDS, "S18")
def test_a_total_with_one_hidden_cell_does_not_tell_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes what is shown from the total finds not the few, but the few and others; without that, the few."""

    def rest(table: Table) -> int:
        shown = (row[0] or 0 for name, row in table.rows if name != OTHERS)
        return (table.total or 0) - sum(shown)

    crowd()
    found = counted()["Country"]
    assert rest(found) not in range(1, 10)
    monkeypatch.setattr(laid, "told", lambda figure: figure)
    monkeypatch.setattr(
        laid, "fold", lambda counts: ([k for k in counts if counts[k] > 9], [k for k in counts if counts[k] < 10])
    )
    assert rest(counted()["Country"]) == 3, "the attack works where one alone is hidden"


@proves(Promise.INSIGHT_KINDS, "S18")
@pytest.mark.usefixtures("bare")
def test_a_period_that_slides_is_not_told() -> None:
    """Two periods that differ by a day tell who came on it; so nothing but a whole closed month is told, and once."""
    crowd()
    came(1, "Iceland", at=BEGIN + 20 * DAY)
    early, late = (counted(BEGIN, BEGIN + days * DAY)["Country"] for days in (20, 21))
    assert grown(early, late) == {"Iceland": 1}, "the attack works where periods slide"
    for asked in ("30d", f"{MONTH}-15", "2026-W20", "2026", "2026-13", f"{MONTH} ", ""):
        with pytest.raises(GateError, match="is no month"):
            Month.named(asked)
    for ahead in (1, 2, 12):
        with pytest.raises(GateError, match="is not closed"):
            release(MONTH.later(ahead))
    assert insight.months() == []


@proves(Promise.INSIGHT_KINDS, "S18")
@pytest.mark.usefixtures("bare")
def test_a_month_is_told_once_whoever_leaves_afterwards() -> None:
    """A second count after somebody left would tell of them; there is none, and what was told stays as it was."""
    crowd()
    gone, refusing = came(1, "Iceland") + came(1, "Norway")
    before = counted()["Country"]
    first = release(MONTH)
    forget(gone)
    choose(NO, Actor.PERSON_UNVERIFIED, "link", refusing)
    again = grown(counted()["Country"], before)
    assert again == {"Iceland": 1, "Norway": 1}, "the attack works where a month is counted again"
    with pytest.raises(RecordError, match="was told before"):
        release(MONTH)
    with pytest.raises(RecordError, match="was told before"):
        insight.keep(first)
    assert insight.told(str(MONTH)) == first


@proves(Promise.INSIGHT_KINDS, "S18")
def test_what_was_told_cannot_be_told_otherwise(owner: psycopg.Connection) -> None:
    """No role changes or takes back what was told: not the keeping one, not the owner."""
    first = release(MONTH)
    for act in ("UPDATE insight SET tables = '[]'", "DELETE FROM insight", "TRUNCATE insight"):
        with pytest.raises(DatabaseError), keeping() as cursor:
            cursor.execute(act)
        with pytest.raises(psycopg.errors.RaiseException, match="stays as it was told"):
            owner.execute(act.encode())
    assert insight.told(str(MONTH)) == first


def _refused(person: UUID, _: psycopg.Connection) -> None:
    choose(NO, Actor.PERSON_UNVERIFIED, "link", person)


def _refused_all(person: UUID, _: psycopg.Connection) -> None:
    choose(Chosen(Answer.NO, scope=Scope.OPTIONAL), Actor.PERSON_UNVERIFIED, "link", person)


def _twin_refused(person: UUID, _: psycopg.Connection) -> None:
    (twin,) = came(1, "Norway", at=BEGIN - 90 * DAY)
    link(person, twin, Actor.STAFF)
    choose(NO, Actor.PERSON_UNVERIFIED, "link", twin)


def _barred(table: str, key: str, scope: Scope) -> Callable[[UUID, psycopg.Connection], None]:
    def act(person: UUID, owner: psycopg.Connection) -> None:
        bits = format(scope.mask, "0256b")
        owner.execute(f"UPDATE {table} SET refused = refused | %s::bit(256) WHERE {key}".encode(), [bits, person])

    return act


_REACH = "id IN (SELECT reach_id FROM address WHERE person_id = %s)"


WAYS: dict[str, Callable[[UUID, psycopg.Connection], None]] = {
    "Iceland": _refused,
    "Norway": _refused_all,
    "Sweden": _twin_refused,
    "Denmark": _barred("item", "person_id = %s", Scope.HELD),
    "Finland": _barred("item", "person_id = %s", Scope.CONTESTED),
    "Estonia": _barred("item", "person_id = %s", Scope.SUSPENDED),
    "Latvia": _barred("reach", _REACH, Scope.DECEASED),
}
"""How one of each country leaves the counts: by a no to insight or to all that is optional, by being one with somebody
who said no; held by law, contested, waiting for an answer, dead."""


@proves(Promise.INSIGHT_KINDS, "S18")
@pytest.mark.usefixtures("bare")
def test_removing_who_refused_changes_no_figure(owner: psycopg.Connection) -> None:
    """Who refused or is held back is in no figure, though nothing is rounded: forgetting them changes none."""
    crowd()
    alone = {country: came(1, country, ChannelKind.ORDER)[0] for country in WAYS}
    with_them = counted()
    for country, act in WAYS.items():
        act(alone[country], owner)
    refused = counted()
    for person in alone.values():
        forget(person)
    assert refused == counted()
    assert grown(refused["Country"], with_them["Country"]) == dict.fromkeys(WAYS, 1), "before, they were counted"


@proves(Promise.INSIGHT_KINDS, "S18")
@pytest.mark.usefixtures("bare")
def test_nobody_is_counted_who_did_not_prove_an_address_or_gave_it_for_something_else() -> None:
    """Who typed an address of others, and who came by a way that states no such purpose, is in no figure."""
    crowd()
    before = counted()
    came(12, "Iceland", ChannelKind.ORDER, prove=False)
    came(12, "Iceland", ChannelKind.SUPPORT)
    came(12, "Iceland", at=BEGIN - DAY)
    assert counted() == before
    came(1, "Iceland")
    assert counted() != before


@proves(Promise.INSIGHT_KINDS, "S18")
def test_who_reads_insight_reads_nobody(owner: psycopg.Connection) -> None:
    """The role that reads what was told may read no other table, and nobody else at the desk may read it but two."""
    person, *_ = came(12, "Germany")
    release(MONTH)
    tables = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    every = {name for (name,) in owner.execute(tables).fetchall()}
    seen = owner.execute(f"{tables} AND has_any_column_privilege('avow_insight', oid, 'SELECT')").fetchall()
    assert seen == [("insight",)]
    assert {"item", "person", "reach"} <= every
    with pytest.raises(DatabaseError, match="permission denied"), telling() as cursor:
        cursor.execute("SELECT fields FROM item")
    desk, _ = at_desk(Role.INSIGHT)
    page = desk.get("/desk/insight/").content.decode()
    assert "Country" in page
    assert "/desk/people/" not in page
    assert desk.get(f"/desk/people/{person}/").status_code == 404
    other, _ = at_desk(Role.SUPPORT, email="sam@example.com")
    assert other.get("/desk/insight/").status_code == 403


@proves(Promise.INSIGHT_KINDS, "S18")
def test_the_page_of_the_policy_says_how_often_and_how(site: Site) -> None:
    """Beside the sentence stands what was counted of it; the sentence says what stays."""
    release(MONTH)
    sequence_all()
    page = " ".join(site.browser.get("/policy/").content.decode().split())
    assert "1 month of counts told since" in page
    assert "of ten or more" in page


@proves(Promise.INSIGHT_KINDS, "S18")
def test_an_offer_is_told_by_who_ordered_after_it(site: Site) -> None:
    """Of an offer is told to how many it went and how many ordered after it, if both are enough; not who opened it."""
    now = datetime.now(UTC)
    came(25, "Germany", at=now)
    assert len(site.mail(words="# Berths\n\nCome and see.\n")) == 25

    def offer() -> tuple[int | None, ...]:
        return figures(counted(now - DAY, now + DAY)["What was offered"])["Berths"]

    assert offer() == (25, None)
    people = [person for (person,) in rows_of("SELECT person_id FROM delivery WHERE state = 'sent'")]
    ordered(people[:9])
    assert offer() == (25, None), "nine who ordered are few"
    ordered(people[9:12])
    assert offer() == (25, 10)
    ordered(people[12:16])
    assert offer() == (25, None), "nine who did not order are few, too"
    choose(NO, Actor.PERSON_UNVERIFIED, "link", people[20])
    choose(NO, Actor.PERSON_UNVERIFIED, "link", people[21])
    choose(NO, Actor.PERSON_UNVERIFIED, "link", people[22])
    assert offer() == (20, None), "who refused is not among those it was sent to"
