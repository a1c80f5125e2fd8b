"""What the desk says of every purpose at once is what the gate says of each."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avow.decision.request import Request
from avow.gate.seen.may import may
from avow.gate.why import why
from avow.policy.history import History
from avow.record.key import new_key
from tests.laws.test_gate_laws import crowd
from tests.units.gate.conftest import published

__all__ = ["published"]


@pytest.mark.parametrize("seed", [5])
def test_may_equals_why(published: History, seed: int) -> None:
    """For everybody of a drawn store, for every purpose and list: the same decision, the same sentences."""
    people = [*random.Random(seed).sample(crowd(published.policies[-1], seed, 60), 25), new_key()]  # noqa: S311 -- a draw
    allowed = denied = 0
    for person in people:
        for one in may(person):
            asked = Request(one.purpose.id, one.purpose.categories, one.recipient)
            told = why(person, asked, one.list)
            assert one.decision == told.decision, (person, one)
            allowed, denied = allowed + one.decision.allowed, denied + (not one.decision.allowed)
    assert allowed > 50
    assert denied > 50


def test_may_costs_the_same_for_everybody(published: History) -> None:
    """The number of queries depends neither on how much of a person is held nor on who it is."""
    people = crowd(published.policies[-1], 6, 20)
    counts = set()
    for person in [*people, new_key()]:
        may(person)
        with CaptureQueriesContext(connection) as seen:
            may(person)
        counts.add(len(seen))
    assert len(counts) == 1
    assert counts.pop() <= 9
