"""Prove that what a person is told of an option is what the gate says of it, however they stand."""

from collections.abc import Iterator
from itertools import chain, combinations

import pytest

from avow.accuracy.options import ALL, Option, options
from avow.decision.facts import Facts
from avow.decision.plan import plan
from avow.decision.request import Request
from avow.gate.facts import JOINED, Lists
from avow.gate.ruling import Ruling
from avow.policy.document import Policy, Purpose
from avow.policy.folder import load
from avow.policy.history import History, scope_named
from avow.record.said.choices import Standing
from avow.terms import Default, MessageKind, Relation, Scope

HISTORY = load("policies/example")
POLICY = HISTORY.policies[-1]


def bits(policy: Policy) -> list[int]:
    """Give the mask of each scope that a purpose lies in, of everything optional, and of each topic."""
    named = {one.scope for one in policy.purposes.values() if one.scope}
    scopes = {Scope.OPTIONAL, *(scope_named(name) for name in named)}
    return [*sorted(scope.mask for scope in scopes), *(HISTORY.topic_mask(topic) for topic in policy.topics)]


def standings(purpose: Purpose) -> Iterator[Standing]:
    """Give every way to stand towards a purpose: what is refused, the list left or joined, the purpose accepted."""
    found = bits(POLICY)
    nothing, this = frozenset[str](), frozenset({purpose.id})
    listed = [(nothing, nothing), (nothing, this)] + ([(this, nothing)] if marketing(purpose) else [])
    for some in chain.from_iterable(combinations(found, size) for size in range(len(found) + 1)):
        for left, joined in listed:
            for accepted in (nothing, this):
                yield Standing(sum(some), left, joined, accepted, frozenset(), 0)


def marketing(purpose: Purpose) -> bool:
    """Say whether a purpose has a list."""
    return purpose.kind is not None and purpose.kind.marketing


def gate_says(history: History, policy: Policy, purpose: Purpose, standing: Standing) -> bool:
    """Decide as the gate does about a person who was told of it, if it holds until refused.

    Who said yes opted in, and whoever may be thought of for a job applied.
    """
    request = Request(purpose.id, purpose.categories, topic=purpose.topic or None)
    found = plan(history, policy, request)
    told, given = purpose.default is not Default.ON_YES, purpose.id in standing.accepted
    has = Relation.APPLIED.mask if purpose.kind is MessageKind.EMPLOYMENT else 0
    facts = Facts(
        found.use if told else 0,
        found.use if given else 0,
        standing.refused,
        (JOINED if purpose.id in standing.joined else 0) | (Relation.OPTED_IN.mask if given else 0) | has,
    )
    on = Lists(purpose.id, (purpose.id,), purpose.joined_only and marketing(purpose))
    return Ruling(policy, found, ("contact",)).decide(facts, on, left=purpose.id in standing.left).allowed


def told(found: tuple[Option, ...], purpose: Purpose) -> Option:
    """Give the option that stands for a purpose: its own, or that of the scope that it has for itself."""
    named = {option.name: option for option in found}
    return named.get(f"purpose-{purpose.id}") or named[f"scope-{purpose.scope}"]


CHOOSABLE = [
    purpose
    for purpose in POLICY.purposes.values()
    if any(f"{kind}-{name}" in {option.name for option in options(HISTORY, POLICY)}
           for kind, name in (("purpose", purpose.id), ("scope", purpose.scope)))
]  # fmt: skip


@pytest.mark.parametrize("purpose", CHOOSABLE, ids=lambda purpose: purpose.id)
def test_what_an_option_says_the_gate_says(purpose: Purpose) -> None:
    """An option is shown as allowed exactly where the gate allows it."""
    seen = set()
    for standing in standings(purpose):
        says = gate_says(HISTORY, POLICY, purpose, standing)
        option = told(options(HISTORY, POLICY, standing), purpose)
        assert option.allowed is says, (standing, option)
        seen.add(says)
    assert seen == {True, False}


def test_whatever_can_be_refused_can_be_allowed_again() -> None:
    """Each scope and each topic has an option of its own, which is off where that alone is refused."""
    for mask in bits(POLICY):
        standing = Standing(mask, frozenset(), frozenset(), frozenset(), frozenset(), 0)
        off = [one for one in options(HISTORY, POLICY, standing) if one.name[:5] in {"scope", "topic"} and not one.on]
        if mask == Scope.DISCLOSURE.mask:
            assert off == [], "each organization is named for itself"
        else:
            assert len(off) == 1
            assert off[0].name in {one.name for one in options(HISTORY, POLICY, ALL)}


def test_a_wider_no_turns_off_all_that_it_covers() -> None:
    """Where everything optional is refused, nothing is shown as allowed."""
    every = frozenset(one.id for one in CHOOSABLE)
    standing = Standing(Scope.OPTIONAL.mask, frozenset(), every, every, frozenset(), 0)
    assert not [option for option in options(HISTORY, POLICY, standing) if option.allowed]
