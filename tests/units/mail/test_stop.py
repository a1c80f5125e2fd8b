"""Test that a no is taken whatever the store does, and acknowledged when nothing is under way any more."""

import time

import psycopg
import pytest

from avow.mail.queue.mark import LEASE
from avow.mail.stop import Taken, apply, stop
from avow.record.known.address import parse
from avow.record.known.identity import add_address
from avow.record.known.link import link
from avow.record.said.choices import Chosen, state
from avow.store.server.embedded import Embedded
from avow.store.spool import drain, put, waiting
from avow.terms import Actor, Answer, Scope
from tests.units.mail.cast import arrived, name, offer
from tests.units.record.cast import NO_MARKETING, reach_of
from tests.units.store.away import taking_writes

pytestmark = pytest.mark.usefixtures("published")
ALICE, BOB = name("alice"), name("bob")


def refused(address: str) -> bool:
    """Say whether a mailbox refuses marketing."""
    return bool(state(reach=reach_of(address)).refused & Scope.MARKETING.mask)


def sending(owner: psycopg.Connection, address: str, seconds: float) -> None:
    """Let a copy of a mailing be on the wire to one mailbox."""
    offer()
    owner.execute("UPDATE delivery SET state = 'denied'")
    owner.execute(
        "UPDATE delivery SET state = 'sending', lease = clock_timestamp() + make_interval(secs => %s) WHERE reach = %s",
        [seconds, reach_of(address)],
    )


def under_way(owner: psycopg.Connection) -> int:
    """Count what can still be handed over."""
    row = owner.execute("SELECT count(*) FROM delivery WHERE state = 'sending' AND lease > clock_timestamp()")
    return int((row.fetchone() or [0])[0])


def test_waits_for_every_mailbox_of_the_person(owner: psycopg.Connection) -> None:
    """A no at one mailbox is acknowledged when nothing is on the wire to the person's other one."""
    alice = arrived("alice")["alice"]
    other = parse("alice@example.net")
    add_address(alice, other)
    sending(owner, ALICE, 1.0)
    assert under_way(owner) == 1
    assert stop([NO_MARKETING], "link", None, other.reach_id).doubt
    assert under_way(owner) == 0


def test_waits_for_whoever_is_the_same_person(owner: psycopg.Connection) -> None:
    """A no is acknowledged when nothing is on the wire to whom it was linked."""
    people = arrived("alice", "bob")
    link(people["alice"], people["bob"], Actor.STAFF)
    sending(owner, BOB, 1.0)
    stop([NO_MARKETING], "link", people["alice"], reach_of(ALICE))
    assert under_way(owner) == 0
    assert refused(BOB)


def test_waits_for_nobody_else(owner: psycopg.Connection) -> None:
    """What is on the wire to others holds up no acknowledgement."""
    arrived("alice", "bob")
    sending(owner, BOB, 30.0)
    begun = time.monotonic()
    assert stop([NO_MARKETING], "page", reach=reach_of(ALICE)).number
    assert time.monotonic() - begun < 4, "it waited for what it may wait for at most"
    assert under_way(owner) == 1


def test_several_are_one_act() -> None:
    """Several refusals of one form have one number."""
    both = [NO_MARKETING, Chosen(Answer.NO, scope=Scope.INSIGHT)]
    assert stop(both, "form", reach=reach_of(ALICE)) == Taken(1)
    assert state(reach=reach_of(ALICE)).refused == Scope.MARKETING.mask | Scope.INSIGHT.mask


def test_a_busy_mailbox_is_spooled(owner: psycopg.Connection) -> None:
    """Who holds a mailbox for longer than anybody waits makes no refusal fail: it is kept, and applied after."""
    alice = arrived("alice")["alice"]
    with psycopg.connect(owner.info.dsn, password=owner.info.password) as other:
        other.execute("SELECT 1 FROM reach WHERE id = %s FOR UPDATE", [reach_of(ALICE)])
        assert stop([NO_MARKETING], "link", alice, reach_of(ALICE)) == Taken(None)
        assert (waiting(), refused(ALICE)) == (1, False)
    assert drain(apply) == 1
    assert refused(ALICE)


def test_a_spooled_no_waits_until_no_lease_is_left(store: Embedded) -> None:
    """What was marked before the refusal was on the disk is over when its receipt is told."""
    taking_writes(store, yes=False)
    begun = time.monotonic()
    assert stop([NO_MARKETING], "page", reach=reach_of(ALICE)) == Taken(None)
    assert time.monotonic() - begun >= LEASE
    taking_writes(store, yes=True)
    assert drain(apply) == 1


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(Answer.NO, scope=Scope.MARKETING),
        Chosen(Answer.NO, topic="offers"),
        Chosen(Answer.NO, list="offers"),
        Chosen(Answer.NO, purpose="offers"),
        Chosen(Answer.NO, purpose="outside-marketing"),
    ],
)
def test_the_spool_keeps_all_of_it(store: Embedded, owner: psycopg.Connection, chosen: Chosen) -> None:
    """What is spooled is applied as it was said: by whom, about what, of which mailbox."""
    alice = arrived("alice")["alice"]
    taking_writes(store, yes=False)
    stop([chosen], "signed in", alice, reach_of(ALICE), Actor.PERSON_VERIFIED)
    taking_writes(store, yes=True)
    assert drain(apply) == 1
    rows = owner.execute("SELECT DISTINCT person_id, reach, answer, actor FROM choice").fetchall()
    assert rows == [(alice, reach_of(ALICE), "no", "person-verified")]
    before = state(alice, reach_of(ALICE))
    stop([chosen], "again", alice, reach_of(ALICE), Actor.PERSON_VERIFIED)
    after = state(alice, reach_of(ALICE))
    assert (before.refused, before.left) == (after.refused, after.left)


@pytest.mark.parametrize("person", [None, "01a2094215447eadbf5d95e736418406"])
def test_what_an_earlier_version_spooled_is_applied(person: str | None) -> None:
    """A refusal of an earlier version, of somebody who was forgotten, or of nobody holds for the mailbox."""
    put(
        {"scope": 1, "topic": None, "list": None, "evidence": "link", "person": person}
        | {"reach": reach_of(ALICE).hex(), "at": "2026-01-01T00:00:00+00:00"}
    )
    assert drain(apply) == 1
    assert refused(ALICE)


def test_what_is_no_more_is_all_marketing() -> None:
    """A no to a list that was closed stops all marketing."""
    assert stop([Chosen(Answer.NO, list="closed")], "link", reach=reach_of(ALICE)).number
    assert refused(ALICE)
