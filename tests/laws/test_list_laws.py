"""The laws of lists: a refusal of a list holds for every mailbox of whoever is linked, and an un-merge restores."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.accuracy.forgotten.forget import forget
from avow.gate.facts import facts, lists
from avow.mail.mailing import listed
from avow.policy.folder import load
from avow.record.declare import keeping
from avow.record.known.address import parse
from avow.record.known.identity import add_address
from avow.record.known.link import link, unlink
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, MessageKind
from tests.units.gate.cast import request
from tests.units.record.cast import arrive, reach_of

LIST = "offers"
NO, YES = Chosen(Answer.NO, list=LIST), Chosen(Answer.YES, list=LIST)
steps = st.lists(st.tuples(st.sampled_from(["mailbox", "person", "yes"]), st.integers(0, 2)), max_size=5)


@pytest.fixture(scope="module")
def rounds() -> Iterator[int]:
    """Give each example a number, so that it has people of its own."""
    return itertools.count()


@pytest.fixture
def published(store: Embedded) -> None:  # noqa: ARG001 -- the store must stand first
    """Publish the example policy."""
    publish(load("policies/example"))


def left(people: list[UUID]) -> list[bool]:
    """Say of each person whether the gate takes the list as left."""
    asked = replace(request(MessageKind.MARKETING_OFFER), topic=listed(LIST).topic)
    with keeping() as cursor:
        held = facts(cursor, asked, people, lists(cursor, asked, LIST))
    return [any(one.left for one in held if one.person == person) for person in people]


def said(history: list[tuple[str, int]], people: list[UUID], addresses: list[str]) -> None:
    """Let people, and whoever only knows a mailbox, choose."""
    for way, one in history:
        match way:
            case "mailbox":
                choose(NO, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(addresses[one]))
            case "person":
                choose(NO, Actor.STAFF, "telephone", people[one])
            case _:
                choose(YES, Actor.PERSON_VERIFIED, "signed in", people[one], reach_of(addresses[one]))


@pytest.mark.usefixtures("published", "owner")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=steps, typed=st.sets(st.integers(0, 2)))
def test_a_list_refused_by_one_is_refused_by_all_who_are_linked(
    rounds: Iterator[int], before: list[tuple[str, int]], typed: set[int]
) -> None:
    """A merge makes the whole circle leave what any of its persons or mailboxes left; an un-merge restores each."""
    mark = next(rounds)
    addresses = [f"l{mark}p{i}@example.org" for i in range(3)]
    for one in typed:  # the mailbox refused before anybody came with it
        choose(NO, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(addresses[one]))
    people = [arrive(address, proven=True) for address in addresses]
    said(before, people, addresses)
    was = left(people)
    link(people[0], people[1], Actor.STAFF)
    both = was[0] or was[1]
    assert left(people) == [both, both, was[2]]
    link(people[2], people[0], Actor.STAFF)
    assert left(people) == [any(was)] * 3
    unlink(people[0], people[2])
    assert left(people) == [both, both, was[2]]
    unlink(people[1], people[0])
    assert left(people) == was


@pytest.mark.usefixtures("published", "owner")
def test_a_list_refused_while_linked_stays_refused_for_both() -> None:
    """What is said while two are one is said by both."""
    addresses = ["bob@example.org", "robert@example.net"]
    people = [arrive(address, proven=True) for address in addresses]
    link(people[0], people[1], Actor.STAFF)
    choose(NO, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(addresses[0]))
    unlink(people[0], people[1])
    assert left(people) == [True, True]


@pytest.mark.usefixtures("published", "owner")
def test_a_mailbox_that_is_added_brings_and_takes_what_was_left() -> None:
    """A list that either refused before is refused by person, mailbox and who is linked; others keep theirs."""
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    other = arrive("shared@example.com", proven=True)
    link(bob, twin, Actor.STAFF)
    choose(NO, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of("old@example.com"))
    add_address(bob, parse("old@example.com"))
    assert left([bob, twin, other]) == [True, True, False]
    add_address(bob, parse("shared@example.com"))
    assert left([other]) == [True], "the mailbox is the same, whoever holds it"


@pytest.mark.usefixtures("published")
def test_who_was_linked_keeps_what_the_forgotten_person_refused(owner: psycopg.Connection) -> None:
    """Forgetting one of two who are one loosens nothing for the other, now or after the next choice."""
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    choose(NO, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of("bob@example.org"))
    choose(Chosen(Answer.NO, purpose="insight"), Actor.STAFF, "telephone", bob)
    link(bob, twin, Actor.STAFF)
    forget(bob)
    assert left([twin]) == [True]
    row = owner.execute("SELECT own = refused, own::text FROM person WHERE id = %s", [twin]).fetchone()
    assert row is not None
    assert row[0]
    assert int(row[1], 2) != 0


@pytest.mark.usefixtures("published", "owner")
@pytest.mark.parametrize("order", ["left, added", "added, left", "came, added"])
def test_what_was_left_outlives_who_is_forgotten_at_every_mailbox(order: str) -> None:
    """A list that was left at one mailbox is refused at all that its holder had, whenever these were added."""
    first, second = "bob@example.org", "bob@example.net"
    if "came" in order:
        choose(NO, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(first))
    bob = arrive(first, proven=True)
    for step in order.split(", "):
        if step == "added":
            add_address(bob, parse(second))
        elif step == "left":
            choose(NO, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(first))
    forget(bob)
    assert left([arrive(address) for address in (first, second)]) == [True, True]
