"""Gate equals audience: over drawn stores gate, audience and guard name the same people for every use."""

import random
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.gate.account import UNEXPLAINED, account
from avow.gate.clear import clear
from avow.gate.facts import Lists
from avow.gate.ruling import ruling
from avow.gate.why import why
from avow.policy.document import Policy
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.known.link import link
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.shown.versions import in_force
from avow.terms import Actor, Answer, ChannelKind, Default, RecipientClass, Scope
from tests.units.gate.cast import arrive, prove
from tests.units.gate.conftest import published

__all__ = ["published"]

CHANNELS = [ChannelKind.REGISTRATION, ChannelKind.INQUIRY, ChannelKind.ORDER]
SCOPES = [Scope.MARKETING, Scope.OPTIONAL, Scope.INSIGHT, Scope.ENRICHMENT]
PEOPLE = 120


def requests(policy: Policy) -> Iterator[Request]:
    """Give every purpose towards each of its recipients, over its address alone and over all it is stated for."""
    for purpose in policy.purposes.values():
        for recipient in sorted(purpose.recipients):
            yield Request(purpose.id, purpose.categories, recipient)
            for category in sorted(purpose.categories):
                yield Request(purpose.id, frozenset({category}), recipient)


def chosen(policy: Policy, draw: random.Random) -> Chosen:
    """Draw a no to a scope, a list or a purpose, or a yes to what waits for one."""
    optional = [p.id for p in policy.purposes.values() if p.default is Default.ON_YES]
    lists = [p.id for p in policy.purposes.values() if p.kind is not None and p.kind.marketing]
    return draw.choice(
        [
            Chosen(Answer.NO, scope=draw.choice(SCOPES)),
            Chosen(Answer.NO, list=draw.choice(lists)),
            Chosen(Answer.YES, purpose=draw.choice(optional)),
        ]
    )


def crowd(policy: Policy, seed: int, size: int = PEOPLE) -> list[UUID]:
    """Let people arrive, some twice, share mailboxes, choose, confirm, be merged: all by the record."""
    draw = random.Random(seed)  # noqa: S311 -- a drawn case, not a secret
    people: list[tuple[UUID, str]] = []
    for n in range(size):
        address = f"p{draw.randrange(size)}@example.org" if draw.random() < 0.2 else f"q{n}@example.org"
        at_once = [chosen(policy, draw)] if draw.random() < 0.3 else []
        again = draw.choice(people) if people and draw.random() < 0.15 else None
        channel = draw.choice(CHANNELS)
        person = arrive(
            again[1] if again else address,
            *at_once,
            by=channel,
            person=again[0] if again else None,
            named=draw.random() < 0.7,
        )
        if again is None:
            people.append((person, address))
    for person, address in people:
        if draw.random() < 0.6:
            prove(person, address)
        if draw.random() < 0.3:
            choose(
                chosen(policy, draw),
                draw.choice([Actor.PERSON_UNVERIFIED, Actor.AGENT, Actor.STAFF]),
                "drawn",
                person,
                parse(address).reach_id,
            )
    for _ in range(size // 20):
        one, other = draw.sample(people, 2)
        link(one[0], other[0], Actor.STAFF)
    return [person for person, _ in people]


@pytest.mark.parametrize("seed", [1, 2])
def test_gate_equals_audience(published: History, owner: psycopg.Connection, seed: int) -> None:
    """For every use of a drawn store: who is cleared, listed as audience, seen by the role is the same."""
    policy = published.policies[-1]
    people = crowd(policy, seed)
    outcomes: Counter[str] = Counter()
    for asked in requests(policy):
        cleared = clear(asked, people)
        told = account(asked)
        assert {clearance.person for clearance in cleared.allowed} == told.allowed == told.audience, asked
        assert not cleared.unseen, asked
        assert told.allowed <= told.visible
        assert told.explained[UNEXPLAINED] == 0, (asked, told.explained)
        assert sum(told.explained.values()) == len(told.visible - told.allowed)
        outcomes.update({"allowed": len(cleared.allowed), "denied": len(cleared.denied)})
        for clearance in cleared.allowed[:3]:
            assert clearance.fields.keys() <= asked.categories
            assert why(clearance.person, asked).decision.allowed
        for person in list(cleared.denied)[:3]:
            assert why(person, asked).decision == cleared.denied[person]
    assert outcomes["allowed"] > PEOPLE
    assert outcomes["denied"] > PEOPLE
    unequal = owner.execute(
        "SELECT count(*) FROM item i JOIN person p ON p.id = i.person_id WHERE p.refused & ~ i.refused <> 0::bit(256)"
    ).fetchone()
    assert unequal == (0,)


@pytest.mark.parametrize("seed", [4])
def test_gate_equals_audience_on_lists(published: History, seed: int) -> None:
    """The same holds where a list is left or joined."""
    policy = published.policies[-1]
    people = crowd(policy, seed)
    reasons: Counter[str] = Counter()
    for purpose in policy.purposes.values():
        if purpose.kind is not None and purpose.kind.marketing:
            asked = Request(purpose.id, frozenset({"contact"}), min(purpose.recipients))
            told = account(asked, purpose.id)
            assert {clearance.person for clearance in clear(asked, people, purpose.id).allowed} == told.allowed
            assert told.agrees
            reasons += told.explained
    assert reasons["left the list"]


def test_refusing_never_allows(published: History) -> None:
    """Whatever is refused, and by whomever, no use reaches more people than before."""
    policy = published.policies[-1]
    people = crowd(policy, 5, 40)
    uses = [Request(p.id, p.categories, min(p.recipients)) for p in policy.purposes.values()]
    before = {asked: account(asked).allowed for asked in uses}
    for person in people[::3]:
        choose(Chosen(Answer.NO, scope=Scope.OPTIONAL), Actor.THIRD_PARTY, "drawn", person)
    after = {asked: account(asked).allowed for asked in uses}
    assert all(after[asked] <= before[asked] for asked in uses)
    assert any(after[asked] < before[asked] for asked in uses)


@given(
    st.builds(Facts, *(st.integers(0, (1 << 40) - 1) for _ in range(4))),
    st.booleans(),
    st.booleans(),
    st.integers(0, 10_000),
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_list_never_allows(published: History, facts: Facts, left: bool, joined_only: bool, pick: int) -> None:
    """What a list adds to a decision can only deny."""
    assert published.policies
    every = list(requests(in_force()))
    ruled = ruling(every[pick % len(every)])
    plain = ruled.decide(facts, Lists(None, (), joined_only=False), left=False)
    listed = ruled.decide(facts, Lists("x", ("x",), joined_only), left=left)
    assert plain.allowed or not listed.allowed
    assert not (left and listed.allowed)
    assert plain == ruled.plan.decide(facts)


def test_recipients_are_uses_of_their_own(published: History) -> None:
    """What is stated towards the company alone is denied towards everybody else."""
    policy = published.policies[-1]
    person = arrive("alice@example.org")
    prove(person, "alice@example.org")
    for purpose in policy.purposes.values():
        for recipient in set(RecipientClass) - purpose.recipients:
            assert not clear(Request(purpose.id, purpose.categories, recipient), [person]).allowed
