"""Measure one decision, compiled, with its reason, against cedarpy on the same rules, requests and facts."""

import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

import cedarpy

from avow.decision.decision import Decision
from avow.decision.diff import diff
from avow.decision.domain import domain
from avow.decision.facts import Facts
from avow.decision.plan import Plan, plan
from avow.decision.request import Request
from avow.policy.folder import load
from tests.laws.cedar import Cedar

EXAMPLE = Path(__file__).parents[1] / "policies" / "example"
CHANGES = EXAMPLE.parent / "changes"
POINTS = 4_000
ROUNDS = 7
Points = Sequence[tuple[Request, Facts]]


def run() -> list[dict[str, object]]:
    """Decide points spread over the domain of the example policy both ways, in turns; the answers must be the same.

    Cedar gets its policies and entities parsed, its requests written beforehand, and the faster of
    one call each and one call for all; what remains in its time is its decision and its reading of
    the request. Ours gets its requests compiled beforehand.
    """
    history = load(EXAMPLE)
    policy = history.policies[-1]
    plans = {request: plan(history, policy, request) for request, _ in domain(history, policy)}
    points = _spread([point for point in domain(history, policy) if plans[point[0]].use])
    compiled = [(plans[request], facts) for request, facts in points]
    cedar = Cedar(history, policy)
    assert cedar.decide(points) == _decide(compiled), "the two disagree"
    asked = [cedar.request(*point) for point in points]

    ours, each, batch = [], [], []
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: _decide(compiled)))
        each.append(_timed(lambda: [cedarpy.is_authorized(one, cedar.policies, cedar.entities) for one in asked]))
        batch.append(_timed(lambda: cedarpy.is_authorized_batch(asked, cedar.policies, cedar.entities)))
    mine, theirs = median(ours) / len(points), min(median(each), median(batch)) / len(points)
    return [
        {
            "name": "one decision with its reason",
            "value": round(mine * 1e9),
            "unit": "ns",
            "against": f"cedarpy, {theirs * 1e6:.1f} us",
            "ratio": round(theirs / mine, 1),
            "resolve": 50,
            "goal": 200,
            "better": "higher",
        },
        _diff(),
    ]


def _diff() -> dict[str, object]:
    """Compare two versions of the bundled sequence, exactly."""
    history = load(CHANGES)
    old, new = history.policies[:2]
    seconds = median(_timed(lambda: diff(history, old, new)) for _ in range(ROUNDS))
    points = sum(diff(history, old, new).points.values())
    return {
        "name": "difference of two versions",
        "value": round(seconds * 1000),
        "unit": "ms",
        "against": f"one second, for {points:,} points",
        "ratio": round(1 / seconds, 2),
        "resolve": 1,
        "goal": 2,
        "better": "higher",
    }


def _spread(points: Points) -> Points:
    """Take points evenly, so that every purpose, allows and denials of each kind are among them."""
    return list(islice(points, 0, None, len(points) // POINTS or 1))


def _decide(compiled: Sequence[tuple[Plan, Facts]]) -> list[Decision]:
    return [plan_.decide(facts) for plan_, facts in compiled]


def _timed(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


if __name__ == "__main__":
    print(run())
