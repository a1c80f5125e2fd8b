"""The laws of purposes that need a yes: a no holds for all who are taken for one, and an un-merge gives back."""

import itertools
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.accuracy.forgotten.forget import forget
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.known.identity import add_address
from avow.record.known.link import link, unlink
from avow.record.said.choices import choose, state
from avow.record.said.chosen import Chosen, ever
from avow.record.shown.notice import show
from avow.record.shown.versions import history, in_force, publish
from avow.record.taken.bulk import Arrival, take
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, ChannelKind
from tests.units.record.cast import arrive, reach_of

PURPOSES = ("courtesy", "outside-marketing")
steps = st.lists(
    st.tuples(st.sampled_from(["no", "typed", "yes"]), st.integers(0, 2), st.sampled_from(PURPOSES)), max_size=6
)


@pytest.fixture(scope="module")
def rounds() -> Iterator[int]:
    """Give each example a number, so that it has people of its own."""
    return itertools.count()


@pytest.fixture(autouse=True)
def published(store: Embedded) -> None:  # noqa: ARG001 -- the store must stand first
    """Publish the example policy."""
    publish(load("policies/example"))


def accepted(owner: psycopg.Connection, people: list[UUID]) -> list[set[str]]:
    """Give the purposes that the items of each person permit by a yes, and let the page of choices say the same."""
    found = []
    for person in people:
        row = owner.execute("SELECT bit_or(accepted)::text FROM item WHERE person_id = %s", [person]).fetchone()
        assert row is not None
        found.append({name for name in PURPOSES if int(row[0], 2) & ever(history(), name)})
        assert found[-1] == state(person).accepted & set(PURPOSES)
    return found


def say(history: list[tuple[str, int, str]], people: list[UUID], addresses: list[str]) -> list[dict[str, str]]:
    """Let people choose, and give the last word of each on each purpose."""
    last: list[dict[str, str]] = [{} for _ in people]
    for way, one, purpose in history:
        chosen = Chosen(Answer.YES if way == "yes" else Answer.NO, purpose=purpose)
        reach = reach_of(addresses[one])
        match way:
            case "typed":
                choose(chosen, Actor.PERSON_UNVERIFIED, "typed", reach=reach)
            case "no":
                choose(chosen, Actor.STAFF, "telephone", people[one])
            case _:
                choose(chosen, Actor.PERSON_VERIFIED, "signed in", people[one], reach)
        last[one][purpose] = "yes" if way == "yes" else "no"
    return last


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=steps, typed=st.sets(st.integers(0, 2)))
def test_what_one_withdrew_is_withheld_from_all_who_are_linked(
    owner: psycopg.Connection, rounds: Iterator[int], told: list[tuple[str, int, str]], typed: set[int]
) -> None:
    """A merge withholds from each what another refuses; an un-merge gives back exactly what was accepted."""
    mark = next(rounds)
    addresses = [f"u{mark}p{i}@example.org" for i in range(3)]
    for one in typed:  # the mailbox refused before anybody came with it
        choose(Chosen(Answer.NO, purpose=PURPOSES[0]), Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(addresses[one]))
    people = [arrive(address, proven=True) for address in addresses]
    last = say(told, people, addresses)
    for one in typed:
        last[one].setdefault(PURPOSES[0], "no")
    was = accepted(owner, people)
    assert was == [{name for name, word in words.items() if word == "yes"} for words in last]
    noes = [{name for name, word in words.items() if word == "no"} for words in last]
    link(people[0], people[1], Actor.STAFF)
    two = [was[0] - noes[1], was[1] - noes[0], was[2]]
    assert accepted(owner, people) == two
    link(people[2], people[0], Actor.STAFF)
    assert accepted(owner, people) == [one - {name for no in noes for name in no} for one in was]
    unlink(people[0], people[2])
    assert accepted(owner, people) == two
    unlink(people[1], people[0])
    assert accepted(owner, people) == was


def test_a_no_while_it_is_withheld_is_not_given_back(owner: psycopg.Connection) -> None:
    """What was accepted, withheld by a merge and then refused stays refused after the un-merge."""
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    say([("yes", 0, "courtesy"), ("no", 1, "courtesy")], [bob, twin], ["bob@example.org", "twin@example.net"])
    link(bob, twin, Actor.STAFF)
    choose(Chosen(Answer.NO, purpose="courtesy"), Actor.PERSON_UNVERIFIED, "typed", reach=reach_of("bob@example.org"))
    unlink(bob, twin)
    assert accepted(owner, [bob, twin]) == [set(), set()]


def test_a_yes_of_ones_own_while_it_is_withheld_counts(owner: psycopg.Connection) -> None:
    """Whoever is asked anew and says yes, proven, has said it for themselves."""
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    addresses = ["bob@example.org", "twin@example.net"]
    say([("yes", 0, "courtesy"), ("no", 1, "courtesy")], [bob, twin], addresses)
    link(bob, twin, Actor.STAFF)
    say([("yes", 0, "courtesy")], [bob, twin], addresses)
    assert accepted(owner, [bob, twin]) == [{"courtesy"}, set()]


def test_a_mailbox_that_is_added_brings_what_it_withdrew(owner: psycopg.Connection) -> None:
    """A purpose refused at a mailbox is refused by whoever adds it, and by the mailbox what its new holder refuses."""
    bob, eve = arrive("bob@example.org", proven=True), arrive("eve@example.org", proven=True)
    say([("yes", 0, "courtesy"), ("no", 1, "courtesy")], [bob, eve], ["bob@example.org", "eve@example.org"])
    choose(Chosen(Answer.NO, purpose="courtesy"), Actor.PERSON_UNVERIFIED, "typed", reach=reach_of("old@example.com"))
    add_address(bob, parse("old@example.com"))
    assert accepted(owner, [bob]) == [set()]
    add_address(eve, parse("new@example.com"))
    later = arrive("later@example.org", proven=True)
    say([("yes", 0, "courtesy")], [later], ["later@example.org"])
    forget(eve)
    add_address(later, parse("new@example.com"))
    assert accepted(owner, [later]) == [set()]


def test_who_was_linked_keeps_what_the_forgotten_person_withdrew(owner: psycopg.Connection) -> None:
    """Forgetting one of two who are one gives nothing back to the other."""
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    other = arrive("other@example.net", proven=True)
    say([("no", 0, "courtesy"), ("yes", 1, "courtesy")], [bob, twin], ["bob@example.org", "twin@example.net"])
    link(bob, twin, Actor.STAFF)
    forget(bob)
    link(twin, other, Actor.STAFF)
    unlink(twin, other)
    assert accepted(owner, [twin]) == [set()]


def test_an_import_accepts_nothing_that_its_mailbox_withdrew(owner: psycopg.Connection) -> None:
    """A yes beside a row counts at a mailbox that refused nothing, and waits at one that withdrew a purpose."""
    bob = arrive("bob@example.org", proven=True)
    say([("yes", 0, "courtesy"), ("no", 0, "courtesy")], [bob], ["bob@example.org"])
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    yes = (Chosen(Answer.YES, purpose="courtesy"),)
    closed, free = (
        Arrival(shown, "list.csv", parse(address), {"contact": {"email": address}}, yes, proven=True)
        for address in ("bob@example.org", "eve@example.org")
    )
    take([closed, free])
    assert accepted(owner, [closed.person, free.person]) == [set(), {"courtesy"}]
