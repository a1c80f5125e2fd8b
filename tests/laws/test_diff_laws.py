"""The difference of two versions is exact: it equals what is found point by point."""

import os

from hypothesis import given, settings

from avow.decision.diff import LIMIT, diff
from avow.decision.domain import size
from avow.policy.document import Policy
from avow.policy.history import History
from tests.laws.brute import classes, points, uses
from tests.laws.pairs import pairs

LONG = 2_000 if os.environ.get("SOAK") else 60
POINTS = 20_000
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
        assert found == classes(points(history, old, new))


@given(pairs())
@settings(max_examples=LONG)
def test_a_use_is_gained_where_the_reference_finds_it(pair: Pair) -> None:
    """The reference decides on what each channel said of each category, where nothing is refused.

    What going on gains going back loses; a version differs from itself in nothing.
    """
    history, old, new = pair
    found = diff(history, old, new)
    assert (set(found.gained), set(found.lost), found.unchanged) == uses(history, old, new)
    back, same = diff(history, new, old), diff(history, new, new)
    assert (back.gained, back.lost, back.unchanged) == (found.lost, found.gained, found.unchanged)
    assert (same.gained, same.lost, same.moved) == ((), (), ())
