"""Walk through the example of docs/explanation/decision.md on the example policy."""

from dataclasses import replace
from pathlib import Path

import pytest

from avow.decision.domain import requests, size
from avow.decision.explain import explain
from avow.decision.facts import CONDITIONS, Facts
from avow.decision.plan import Plan, plan
from avow.decision.request import Request
from avow.policy.folder import load
from avow.policy.history import History
from avow.terms import ChannelKind, Scope

EXAMPLE = Path(__file__).parents[3] / "policies" / "example"
OFFER = Request("offers", frozenset({"contact"}), topic="offers")


@pytest.fixture
def history() -> History:
    """Read the example policy."""
    return load(EXAMPLE)


@pytest.fixture
def compiled(history: History) -> Plan:
    """Compile the offer under it."""
    return plan(history, history.policies[-1], OFFER)


def test_the_plan(history: History, compiled: Plan) -> None:
    """It looks at marketing, at everything optional, at the topic and at the conditions, and needs nothing."""
    conditions = sum(scope.mask for scope in CONDITIONS.values())
    refusals = Scope.MARKETING.mask | Scope.OPTIONAL.mask | history.topic_mask("offers")
    assert compiled.use.bit_count() == 1
    assert compiled.forbid == refusals | conditions
    assert compiled.needs == 0


def test_alice_gets_the_offer_until_she_refuses(history: History, compiled: Plan) -> None:
    """She was told at registration; her refusal is named by the policy's sentence and by the law."""
    policy = history.policies[-1]
    alice = Facts(stated=history.stated(policy, ChannelKind.REGISTRATION, "contact"))
    assert compiled.decide(alice) == compiled.allow
    assert compiled.allow.because == {"uses.offers"}
    refused = compiled.decide(replace(alice, refused=Scope.MARKETING.mask))
    assert not refused.allowed
    assert refused.because == {"optout.stop", "law.refused"}
    assert explain(policy, refused)[0].endswith("say so, and our marketing mail to you stops at once.")


def test_bob_was_not_told(history: History, compiled: Plan) -> None:
    """The form for orders says nothing of offers."""
    bob = Facts(stated=history.stated(history.policies[-1], ChannelKind.ORDER, "contact"))
    assert bob.stated
    assert compiled.decide(bob).because == {"uses.confidential", "law.unstated"}


def test_the_domain_is_small(history: History) -> None:
    """Everything a decision can depend on can be written down, and tried."""
    policy = history.policies[-1]
    assert len(list(requests(policy))) < 5_000
    assert size(history, policy) < 4_000_000
