"""Measure the record: people kept one by one, taken in bulk, refusals; durable, with the memory of an import."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import django
from django.db import connection, connections

from avow.config import config
from avow.mail.stop import stop
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.said.choices import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import Shown, stamp
from avow.record.shown.versions import history, in_force, publish
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.store import Given, keep
from avow.store.connect import connect
from avow.store.server.embedded import Embedded
from avow.store.setup import setup
from avow.terms import Answer, ChannelKind, Scope
from bench.apart import apart

KEPT = 2_000
REFUSED = 500
TAKEN = (20_000, 100_000)


def run() -> list[dict[str, object]]:
    """Measure in a process and on a store of its own, with durable commits."""
    return apart("bench.record")


def measure() -> list[dict[str, object]]:
    """Keep, refuse (until it is in the journal) and take; the number of rows afterwards is checked."""
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    started = time.perf_counter()
    for number in range(KEPT):
        keep_one(shown, f"kept{number}@example.org")
    kept = KEPT / (time.perf_counter() - started)
    started = time.perf_counter()
    for number in range(REFUSED):
        no = Chosen(Answer.NO, scope=Scope.MARKETING)
        stop([no], "link", reach=parse(f"kept{number}@example.org").reach_id)
    refused = REFUSED / (time.perf_counter() - started)
    rates, peaks = [], []
    for count in TAKEN:
        started = time.perf_counter()
        take(people(shown, count))
        rates.append(count / (time.perf_counter() - started))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(length(covers)) / 32 FROM entry WHERE kind IN ('collected', 'imported')")
        assert int(cursor.fetchone()[0]) == 2 * (KEPT + sum(TAKEN))
    return [
        result("keep", kept, 200, 400, "people/s"),
        result("refuse", refused, 100, 200, "refusals/s"),
        result("import", rates[-1], 10_000, 20_000, "people/s"),
        {
            **result("import memory", peaks[-1], 1.2, 1.05, "MB"),
            "against": f"peak of {TAKEN[0]} people",
            "ratio": round(peaks[-1] / peaks[0], 3),
            "better": "lower",
        },
    ]


def keep_one(shown: Shown, address: str) -> None:
    """Keep a person as the registration form does."""
    given = [Given("contact", {"email": address}), Given("profile", {"name": "Alice Example"})]
    keep(stamp(history(), shown, "/register/", datetime.now(UTC)), given, parse(address))


def people(shown: Shown, count: int) -> Iterator[Arrival]:
    """Invent people, each with an address of their own."""
    for number in range(count):
        address = f"taken{count}-{number}@example.org"
        given = {"contact": {"email": address}, "profile": {"name": f"Person {number}"}}
        yield Arrival(shown, "bench.csv", parse(address), given)


def result(name: str, value: float, resolve: float, goal: float, unit: str) -> dict[str, object]:
    """Lay out one figure against its limits."""
    return {
        "name": name,
        "value": round(value),
        "unit": unit,
        "against": "limit",
        "ratio": round(value),
        "resolve": resolve,
        "goal": goal,
        "better": "higher",
    }


def main() -> None:
    """Make a store, publish the policy, measure, print the results as JSON, stop the store."""
    django.setup()
    setup()
    connect()
    try:
        publish(load(config().policies))
        sys.stdout.write(json.dumps(measure()))
    finally:
        connections.close_all()
        Embedded(config().data).stop()


if __name__ == "__main__":
    main()
