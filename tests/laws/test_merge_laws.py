"""Prove the two laws of merging alone: it never loosens, and undoing it leaves what was."""

import itertools
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.policy.folder import load
from avow.record.known.link import link, unlink
from avow.record.said.choices import Chosen, choose
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from tests.units.record.cast import arrive, reach_of

CHOICES = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(Answer),
        st.sampled_from([Scope.OPTIONAL, Scope.MARKETING, Scope.ENRICHMENT, Scope.INSIGHT]),
    ),
    max_size=6,
)
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def rounds() -> Iterator[int]:
    """Give each example a number, so that it has people of its own."""
    return itertools.count()


@pytest.fixture(autouse=True)
def published(store: Embedded) -> None:  # noqa: ARG001 -- the store must stand first
    """Publish the example policy."""
    publish(load("policies/example"))


def two(mark: int, choices: list[tuple[int, Answer, Scope]]) -> list[UUID]:
    """Bring in two people, each with choices of their own."""
    addresses = [f"m{mark}p{i}@example.org" for i in range(2)]
    people = [arrive(address, proven=True) for address in addresses]
    for who, answer, scope in choices:
        choose(Chosen(answer, scope=scope), Actor.PERSON_VERIFIED, "test", people[who], reach_of(addresses[who]))
    return people


def standing(owner: psycopg.Connection, people: list[UUID]) -> list[int]:
    """Give what stands refused on each item of these people, in a fixed order."""
    rows = owner.execute(
        "SELECT refused::text FROM item WHERE person_id = ANY(%s) ORDER BY person_id, id", [people]
    ).fetchall()
    return [int(mask, 2) for (mask,) in rows]


@QUICK
@given(choices=CHOICES)
def test_merge_never_loosens(
    owner: psycopg.Connection, rounds: Iterator[int], choices: list[tuple[int, Answer, Scope]]
) -> None:
    """Whatever two people chose, no item of either is refused less once they are taken for one."""
    people = two(next(rounds), choices)
    before = standing(owner, people)
    link(people[0], people[1], Actor.STAFF)
    after = standing(owner, people)
    assert [mask & then for mask, then in zip(before, after, strict=True)] == before


@QUICK
@given(choices=CHOICES)
def test_unmerge_restores(
    owner: psycopg.Connection, rounds: Iterator[int], choices: list[tuple[int, Answer, Scope]]
) -> None:
    """Taken for one and for two again, two people stand as they stood."""
    people = two(next(rounds), choices)
    before = standing(owner, people)
    link(people[0], people[1], Actor.STAFF)
    unlink(people[0], people[1])
    assert standing(owner, people) == before
