"""Test what newcomers take over: from their mailbox, and from who holds it and refuses more than it does."""

import psycopg
import pytest

from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.known.link import link
from avow.record.said.choices import Chosen, choose, state
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, ChannelKind, Scope
from tests.units.record.cast import NO_MARKETING, YES_MARKETING, arrive, reach_of, refused
from tests.units.record.test_covered import disagreements

pytestmark = pytest.mark.usefixtures("published")
ALICE, BOB, CAROL, DAVE = (f"{name}@example.org" for name in ("alice", "bob", "carol", "dave"))
NO_INSIGHT = Chosen(Answer.NO, scope=Scope.INSIGHT)


def arrival(address: str) -> Arrival:
    """Give somebody who is imported, with an address that is proven."""
    given = {"contact": {"email": address}, "profile": {"name": "New"}}
    return Arrival(show(in_force(), ChannelKind.REGISTRATION, "en"), "list.csv", parse(address), given, proven=True)


def _number(owner: psycopg.Connection, table: str, key: object) -> int:
    row = owner.execute(f"SELECT choice_no FROM {table} WHERE id = %s", [key]).fetchone()
    assert row
    return int(row[0])


def test_what_its_holders_refuse_further_is_taken_over(owner: psycopg.Connection, store: Embedded) -> None:
    """Two hold a mailbox and each is taken for somebody who refuses: a newcomer refuses both things, on every item."""
    alice, bob, dave = arrive(ALICE, proven=True), arrive(BOB, proven=True), arrive(DAVE, proven=True)
    carol = arrive(ALICE, proven=True)
    eve = arrive("eve@example.net", proven=True)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    choose(NO_INSIGHT, Actor.PERSON_UNVERIFIED, "link", dave, reach_of(DAVE))
    link(alice, bob, Actor.STAFF)
    link(carol, dave, Actor.STAFF)
    assert refused(owner, "reach", "id", reach_of(ALICE)) == set()
    one, other = arrival(ALICE), arrival(ALICE)
    assert take([one, other]).refused == 2
    both = {Scope.MARKETING, Scope.INSIGHT}
    for person in (one.person, other.person):
        assert refused(owner, "person", "id", person) == both
        assert refused(owner, "item", "person_id", person) == both
        rows = owner.execute(
            "SELECT no, reach, scope, answer, actor, evidence FROM choice WHERE person_id = %s ORDER BY scope", [person]
        ).fetchall()
        assert [row[1:] for row in rows] == [
            (None, scope, "no", "system", "held with what was refused before") for scope in sorted(both)
        ]
        assert {row[0] for row in rows} == {_number(owner, "reach", reach_of(ALICE)) + 1}
        assert _number(owner, "person", person) == rows[0][0]
    assert refused(owner, "item", "person_id", eve) == set()
    assert disagreements(store) == []


def test_what_hangs_on_a_mailbox_bars_what_came_by_it(owner: psycopg.Connection) -> None:
    """A newcomer's address bounces as it did before; the name that came with it does not, and what was refused is."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(ALICE))
    choose(Chosen(Answer.NO, scope=Scope.BOUNCED), Actor.SYSTEM, "550", reach=reach_of(ALICE))
    new, else_ = arrival(ALICE), arrival(BOB)
    take([new, else_])
    rows = owner.execute("SELECT category, refused::text FROM item WHERE person_id = %s", [new.person]).fetchall()
    found = {category: {255 - i for i, bit in enumerate(bits) if bit == "1"} for category, bits in rows}
    assert found == {"contact": {Scope.MARKETING, Scope.BOUNCED}, "profile": {Scope.MARKETING}}
    assert refused(owner, "person", "id", new.person) == {Scope.MARKETING}
    assert refused(owner, "item", "person_id", else_.person) == set()


def test_who_refuses_nothing_has_the_number_of_the_mailbox(published: History, owner: psycopg.Connection) -> None:
    """A no that was taken back leaves nothing to take over but the number, so that the next act is above it."""
    assert published.policies
    alice = arrive(ALICE, proven=True)
    choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    number = choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    new = arrival(ALICE)
    assert take([new]).refused == 0
    assert _number(owner, "person", new.person) == number
    assert _number(owner, "reach", reach_of(ALICE)) == number
    assert state(new.person).refused == 0
    assert choose(NO_INSIGHT, Actor.STAFF, "desk", new.person, reach_of(ALICE)) == number + 1


def test_a_refusal_of_the_mailbox_and_one_of_a_holder_are_two(owner: psycopg.Connection) -> None:
    """What the mailbox refuses is noted at it, what a holder refuses further is noted without it."""
    alice, bob = arrive(ALICE, proven=True), arrive(BOB, proven=True)
    choose(NO_INSIGHT, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", alice, reach_of(ALICE))
    link(alice, bob, Actor.STAFF)
    new = arrival(ALICE)
    take([new])
    rows = owner.execute("SELECT scope, reach FROM choice WHERE person_id = %s", [new.person]).fetchall()
    assert dict(rows) == {Scope.MARKETING: reach_of(ALICE), Scope.INSIGHT: None}
    assert _number(owner, "reach", reach_of(ALICE)) == _number(owner, "person", new.person)


def test_who_comes_alone_takes_over_alike(owner: psycopg.Connection, store: Embedded) -> None:
    """One who hands something in refuses what mailbox and holders do, and the act has one number for both."""
    alice, bob = arrive(ALICE, proven=True), arrive(BOB, proven=True)
    choose(NO_INSIGHT, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    before = choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", alice, reach_of(ALICE))
    choose(Chosen(Answer.NO, scope=Scope.BOUNCED), Actor.SYSTEM, "550", reach=reach_of(ALICE))
    link(alice, bob, Actor.STAFF)
    new = arrive(ALICE)
    rows = owner.execute("SELECT scope, reach, no FROM choice WHERE person_id = %s", [new]).fetchall()
    number = _number(owner, "person", new)
    assert number == _number(owner, "reach", reach_of(ALICE)) > before
    assert {tuple(row) for row in rows} == {
        (Scope.MARKETING, reach_of(ALICE), number),
        (Scope.INSIGHT, None, number),
    }
    assert refused(owner, "person", "id", new) == {Scope.MARKETING, Scope.INSIGHT}
    found = owner.execute("SELECT category, refused::text FROM item WHERE person_id = %s", [new]).fetchall()
    barred = {category: {255 - i for i, bit in enumerate(bits) if bit == "1"} for category, bits in found}
    both = {Scope.MARKETING, Scope.INSIGHT}
    assert barred == {"contact": both | {Scope.BOUNCED, Scope.UNVERIFIED}, "profile": both}
    assert disagreements(store) == []
