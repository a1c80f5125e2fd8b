"""The difference of two versions is exact: it equals what is found point by point."""

import os
from collections import Counter

from hypothesis import given, settings

from avow.decision.decide import decide
from avow.decision.diff import BOTH, GAINED, LIMIT, LOST, NEITHER, Use, diff, told
from avow.decision.domain import domain, size
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy
from avow.policy.history import History
from avow.terms import ChannelKind, RecipientClass, Relation
from tests.laws.pairs import pairs

LONG = 2_000 if os.environ.get("AVOW_SOAK") else 60
EVERY_RELATION = sum(relation.mask for relation in Relation)
POINTS = 20_000
_CLASSES = {(True, True): BOTH, (False, True): GAINED, (True, False): LOST, (False, False): NEITHER}
Pair = tuple[History, Policy, Policy]


@given(pairs())
@settings(max_examples=LONG)
def test_the_classes_of_points_partition_the_domain(pair: Pair) -> None:
    """Every point lies in one class, and the classes are as large as deciding each point finds them."""
    history, old, new = pair
    found = diff(history, old, new).points
    whole = size(history, old, new)
    assert sum(found.values()) == whole < LIMIT
    if whole <= POINTS:
        assert found == dict.fromkeys(_CLASSES.values(), 0) | dict(
            Counter(
                _CLASSES[decide(history, old, *point).allowed, decide(history, new, *point).allowed]
                for point in domain(history, old, new)
            )
        )


@given(pairs())
@settings(max_examples=LONG)
def test_a_use_is_gained_where_the_reference_finds_it(pair: Pair) -> None:
    """The reference decides on what each channel said of each category, where nothing is refused."""
    history, old, new = pair
    found = diff(history, old, new)
    seen = [use for use in _every(old, new) if _may(history, old, use, old) or _may(history, new, use, new)]
    gained = {use for use in seen if _may(history, new, use, new) and not _may(history, new, use, old)}
    lost = {use for use in seen if _may(history, old, use, old) and not _may(history, old, use, new)}
    assert set(found.gained) == gained
    assert set(found.lost) == lost
    assert found.unchanged == len(set(seen) - gained - lost)


@given(pairs())
@settings(max_examples=LONG)
def test_what_is_gained_one_way_is_lost_the_other(pair: Pair) -> None:
    """Going back loses what going on gained; a version differs from itself in nothing."""
    history, old, new = pair
    there, back = diff(history, old, new), diff(history, new, old)
    assert (there.gained, there.lost, there.unchanged) == (back.lost, back.gained, back.unchanged)
    same = diff(history, new, new)
    assert not same.gained
    assert not same.lost
    assert not same.moved


def _every(*policies: Policy) -> list[Use]:
    return [
        Use(channel, category, purpose, recipient)
        for channel in ChannelKind
        for category in dict.fromkeys(name for policy in policies for name in policy.categories)
        for purpose in dict.fromkeys(name for policy in policies for name in policy.purposes)
        for recipient in RecipientClass
    ]


def _may(history: History, by: Policy, use: Use, collected: Policy) -> bool:
    """Decide by one version on what the other collected, where nothing is refused and every relation is on file."""
    purpose = by.purposes.get(use.purpose)
    topic = purpose.topic or None if purpose else None
    request = Request(use.purpose, frozenset({use.category}), use.recipient, topic)
    facts = Facts(accepted=told(history, collected, use.channel, use.category), relations=EVERY_RELATION)
    return decide(history, by, request, facts).allowed
