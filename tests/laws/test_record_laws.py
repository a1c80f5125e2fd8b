"""The laws of the record: the fold is a semilattice, a merge never loosens, an un-merge restores."""

import itertools
from collections.abc import Iterator
from random import Random
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.policy.folder import load
from avow.record.known.link import link, unlink
from avow.record.said.choices import Chosen, choose
from avow.record.said.fold import Act, State, Target, fold, join, refused, refused_mask
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from tests.units.record.cast import arrive, reach_of

TARGETS = [Target("scope", 1), Target("scope", 64), Target("list", "a"), Target("purpose", "a")]
acts = st.builds(Act, st.sampled_from(TARGETS), st.sampled_from(Answer), st.sampled_from(Actor), st.integers(1, 9))
states = st.lists(acts, max_size=8).map(fold)


@given(states, states, states)
def test_fold_is_a_semilattice(a: State, b: State, c: State) -> None:
    """Joining states is commutative, associative and idempotent."""
    assert join(a, b) == join(b, a)
    assert join(join(a, b), c) == join(a, join(b, c))
    assert join(a, a) == a


@given(st.lists(acts, max_size=8), st.randoms())
def test_order_does_not_matter(history: list[Act], random: Random) -> None:
    """Acts fold to the same state in any order, however often each is told."""
    told = [*history, *history]
    random.shuffle(told)
    assert fold(told) == fold(history)


@given(st.lists(acts, max_size=8), acts)
def test_only_the_verified_person_loosens(history: list[Act], act: Act) -> None:
    """No act of anyone else ends a refusal."""
    before, after = fold(history), fold([*history, act])
    loosened = any(refused(before, target) and not refused(after, target) for target in TARGETS)
    assert not loosened or (act.answer is Answer.YES and act.actor.loosens)


@given(st.lists(acts, max_size=8), acts)
def test_a_no_that_is_last_holds(history: list[Act], act: Act) -> None:
    """A no under the highest number holds, and a draw is a no."""
    last = Act(act.target, Answer.NO, act.actor, 9)
    assert refused(fold([*history, last]), act.target)


SCOPES = (Scope.MARKETING, Scope.INSIGHT)
steps = st.lists(
    st.tuples(
        st.sampled_from(["no", "yes", "link", "unlink"]), st.integers(0, 2), st.integers(0, 2), st.sampled_from(SCOPES)
    ),
    max_size=9,
)


class Model:
    """Three people with a mailbox each: what should be refused, in plain Python."""

    def __init__(self) -> None:
        self.told: list[list[tuple[Act, int]]] = [[], [], []]
        self.mailbox: list[list[Act]] = [[], [], []]
        self.links: set[frozenset[int]] = set()
        self.clock = itertools.count(1)

    def circle(self, one: int) -> set[int]:
        """Give who is linked to one, oneself included."""
        found, grown = set[int](), {one}
        while found != grown:
            found = set(grown)
            grown |= {other for pair in self.links if pair & found for other in pair}
        return found

    def no(self, one: int, scope: Scope) -> None:
        """Refuse for the whole circle and its mailboxes."""
        act = Act(Target("scope", int(scope)), Answer.NO, Actor.STAFF, next(self.clock))
        for other in self.circle(one):
            self.told[other].append((act, other))
            self.mailbox[other].append(act)

    def yes(self, one: int, scope: Scope) -> None:
        """Loosen for the circle and the one proven mailbox."""
        act = Act(Target("scope", int(scope)), Answer.YES, Actor.PERSON_VERIFIED, next(self.clock))
        for other in self.circle(one):
            self.told[other].append((act, one))
        self.mailbox[one].append(act)

    def unlink(self, one: int, other: int) -> None:
        """Part two, and void on each side the yeses that came from the other."""
        self.links.discard(frozenset({one, other}))
        mine, theirs = self.circle(one), self.circle(other)
        for side, beyond in ((mine, theirs), (theirs, mine)):
            for person in side:
                self.told[person] = [
                    (act, source)
                    for act, source in self.told[person]
                    if act.answer is Answer.NO or source not in beyond
                ]

    def own(self, one: int) -> int:
        """Give what one refuses by their own acts."""
        return refused_mask(fold(act for act, _ in self.told[one]))

    def refused(self, one: int) -> int:
        """Give what the circle of one refuses."""
        mask = 0
        for other in self.circle(one):
            mask |= self.own(other)
        return mask


@pytest.fixture(scope="module")
def rounds() -> Iterator[int]:
    """Give each example a number, so that it has people of its own."""
    return itertools.count()


@pytest.fixture
def published(store: Embedded) -> None:  # noqa: ARG001 -- the store must stand first
    """Publish the example policy."""
    publish(load("policies/example"))


@pytest.mark.usefixtures("published")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_merge_never_loosens_and_unmerge_restores(
    owner: psycopg.Connection, rounds: Iterator[int], history: list[tuple[str, int, int, Scope]]
) -> None:
    """Whatever is refused, allowed, merged and parted, in any order: the store says what the plain model says.

    So a merge only ever adds refusals, an un-merge leaves each side its own history with the refusals made
    meanwhile, and every item carries what its person and its mailbox refuse.
    """
    mark, model = next(rounds), Model()
    addresses = [f"r{mark}p{i}@example.org" for i in range(3)]
    people = [arrive(address, proven=True) for address in addresses]
    for verb, one, other, scope in history:
        before = [model.refused(person) for person in range(3)]
        match verb:
            case "no":
                model.no(one, scope)
                choose(Chosen(Answer.NO, scope=scope), Actor.STAFF, "test", reach=reach_of(addresses[one]))
            case "yes":
                model.yes(one, scope)
                yes = Chosen(Answer.YES, scope=scope)
                choose(yes, Actor.PERSON_VERIFIED, "test", people[one], reach_of(addresses[one]))
            case "link" if other not in model.circle(one):
                model.links.add(frozenset({one, other}))
                link(people[one], people[other], Actor.STAFF)
                assert all(model.refused(person) | was == model.refused(person) for person, was in enumerate(before))
            case "unlink" if frozenset({one, other}) in model.links:
                model.unlink(one, other)
                unlink(people[one], people[other])
        _agree(owner, model, people, addresses)


def _agree(owner: psycopg.Connection, model: Model, people: list[UUID], addresses: list[str]) -> None:
    """Compare persons, mailboxes and items with the model."""
    for i, person in enumerate(people):
        mailbox = refused_mask(fold(model.mailbox[i]))
        row = owner.execute("SELECT own::text, refused::text FROM person WHERE id = %s", [person]).fetchone()
        assert row is not None
        assert [int(mask, 2) for mask in row] == [model.own(i), model.refused(i)]
        reach = owner.execute("SELECT refused::text FROM reach WHERE id = %s", [reach_of(addresses[i])]).fetchone()
        assert reach is not None
        assert int(reach[0], 2) == mailbox
        items = owner.execute("SELECT category, refused::text FROM item WHERE person_id = %s", [person]).fetchall()
        carried = {"contact": model.refused(i) | mailbox, "profile": model.refused(i)}
        assert {category: int(mask, 2) for category, mask in items} == carried
