"""Measure the ledger: appending in batches, placing, both, growing the tree, checking everything."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import django
from django.db import connections, transaction

from avow.config import config
from avow.ledger.append import append_many
from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.snapshot import snapshot
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.note import Signer
from avow.ledger.sequencer import sequence
from avow.store.connect import connect
from avow.store.keys import key
from avow.store.server.embedded import Embedded
from avow.store.setup import setup
from avow.terms import EntryKind
from bench.apart import apart

ENTRIES = 500_000
BATCH = 10_000
LEAVES = 1_000_000


def run() -> list[dict[str, object]]:
    """Measure in a process and on a store of its own, with durable commits."""
    return apart("bench.ledger")


def measure() -> list[dict[str, object]]:
    """Append, place, do both, check: entries a second of each; every answer is checked too."""
    appended = timed(ENTRIES, append_all)
    placed = timed(ENTRIES, place)
    both = timed(ENTRIES, append_beside_placing)
    checked = timed(2 * ENTRIES, check)
    leaves = [os.urandom(32) for _ in range(LEAVES)]
    grown = timed(LEAVES, partial(Frontier().extend, leaves))
    return [
        result("append", appended, 50_000, 100_000),
        result("place", placed, 50_000, 100_000),
        result("append and place", both, 50_000, 100_000),
        result("fsck", checked, 50_000, 100_000),
        result("tree", grown, 400_000, 800_000),
    ]


def result(name: str, rate: float, resolve: int, goal: int) -> dict[str, object]:
    """Lay out one rate against its limits."""
    return {
        "name": name,
        "value": round(rate),
        "unit": "entries/s",
        "against": "limit",
        "ratio": round(rate),
        "resolve": resolve,
        "goal": goal,
        "better": "higher",
    }


def timed(count: int, act: Callable[[], None]) -> float:
    """Give how many a second an act does."""
    started = time.perf_counter()
    act()
    return count / (time.perf_counter() - started)


def append_all() -> None:
    """Append all entries in batches, each in a transaction of its own."""
    for _ in range(ENTRIES // BATCH):
        append_batch()


def append_beside_placing() -> None:
    """Append on one connection while another places, as the site and `avow work` do; end when nothing waits."""
    done = threading.Event()

    def worker() -> None:
        while not done.is_set():
            if not sequence():
                time.sleep(0.01)
        place()
        connections.close_all()

    beside = threading.Thread(target=worker)
    beside.start()
    append_all()
    done.set()
    beside.join()


def append_batch() -> None:
    """Append entries of one commitment each, as an import of people does."""
    random = os.urandom(32 * BATCH)
    with transaction.atomic():
        append_many(
            EntryKind.COLLECTED,
            datetime.now(UTC),
            [((random[i : i + 32],), ()) for i in range(0, 32 * BATCH, 32)],
        )


def place() -> None:
    """Sequence until nothing waits."""
    while sequence():
        pass


def check() -> None:
    """Check the ledger alone; it must be right and whole."""
    with snapshot() as source:
        report = fsck(source, None, Signer("ledger", key("ledger")).verifier.public)
    assert report.ok, report.disagreements[:3]
    assert report.entries == report.leaves == 2 * ENTRIES


def main() -> None:
    """Make a store, measure on it, print the results as JSON, stop it."""
    django.setup()
    setup()
    connect()
    try:
        sys.stdout.write(json.dumps(measure()))
    finally:
        connections.close_all()
        Embedded(config().data).stop()


if __name__ == "__main__":
    main()
