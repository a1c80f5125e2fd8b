"""Measure a change of the policy: its difference, its plan, and the questions that its application queues.

At a hundred thousand people, within a minute; at a million with BENCH_PEOPLE=1000000.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import django
import psycopg

from avow.decision.diff import diff
from avow.policy.folder import load
from avow.policy.history import number
from avow.record.shown.versions import publish
from avow.store.server.embedded import OWNER, Embedded
from avow.updates.ask import ask
from avow.updates.plan import Changed, followed, plan
from bench.apart import apart
from bench.crowd import crowd

POLICIES, VERSION = "policies/changes", "2027-03-01"
SIZE = int(os.environ.get("BENCH_PEOPLE", "100000"))
TURNS = 3
BARE = "SELECT sum(pos) FROM item"
FIVE_ITEMS = """
INSERT INTO item (person_id, id, category, stamp_id, at, event, fields, stated, accepted, refused, salt, entry, pos)
    SELECT person_id, uuidv7(), category, stamp_id, at, event, fields, stated, accepted, refused, salt, entry, pos
    FROM item WHERE category <> 'contact'
"""
ADDRESSES = """
INSERT INTO address (person_id, exact, reach_id, at, verified)
    SELECT person_id, reach_id, reach_id, at, at FROM item WHERE category = 'contact'
"""


def run(size: int = SIZE) -> list[dict[str, object]]:
    """Measure in a process and on a store of its own."""
    return apart("bench.updates", str(size))


def measure(size: int) -> list[dict[str, object]]:
    """Build the people with five items each, then compare, plan and ask."""
    with crowd(Path(os.environ["AVOW_DATA"]), size, rivals=False, policies=POLICIES) as (server, _):
        folder = load(POLICIES)
        until = number([one for one in folder.policies if one.front.version <= VERSION])
        found = followed(until, VERSION)
        spent, _ = _timed(lambda: diff(until, found.old, found.new))
        before = _peak()
        bare, planned, told = _planned(server, found)
        publish(until, planned={VERSION})
        began = time.monotonic()
        asked = ask(VERSION)
        took = time.monotonic() - began
        assert asked == told["mail"] + told["courtesy"] > 0
        grown = _peak() - before
        assert ask(VERSION) == 0, "nobody is asked twice"
    per = took * 1_000_000 / asked
    words = f"bare scan of one integer column of {size * 5:,} items, {bare:.3f} s"
    return [
        _result("diff", round(spent, 3), "s", "one second", spent / 1.0, 1.0, 0.5),
        _result("plan", round(planned, 3), "s", words, planned / bare, 10.0, 4.0),
        _result("ask", round(per, 1), "s a million", f"120 s; {asked:,} queued in {took:.1f} s", per / 120, 1.0, 0.333),
        _result("memory", round(grown, 1), "MB", "20 MB more than before the plan", grown / 20, 1.0, 0.5),
    ]


def _peak() -> float:
    """Give the most memory that this process has had so far (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _planned(server: Embedded, found: Changed) -> tuple[float, float, dict[str, Any]]:
    """Time the plan and the bare scan in turn."""
    with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(FIVE_ITEMS)
        owner.execute(ADDRESSES)
        owner.execute("VACUUM (ANALYZE)")
        bare, ours = [], []
        told: dict[str, Any] = {}
        for _ in range(TURNS):
            bare.append(_timed(lambda: owner.execute(BARE).fetchone())[0])
            spent, told = _timed(lambda: plan(found, "the bench"))
            ours.append(spent)
    return median(bare), median(ours), told


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    done = act()
    return time.monotonic() - began, done


def _result(
    name: str, value: float, unit: str, against: str, ratio: float, resolve: float, goal: float
) -> dict[str, object]:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "against": against,
        "ratio": round(ratio, 3),
        "resolve": resolve,
        "goal": goal,
        "better": "lower",
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
