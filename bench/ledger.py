"""Measure the ledger: appending in batches and one by one, placing, both, growing, proving, checking everything."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import django
import psycopg
from django.db import connection, connections, transaction

from avow.config import config
from avow.ledger.append import append, append_many
from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.snapshot import snapshot
from avow.ledger.hashes import grown, path_of, root, signed_size, tile
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.note import Signer
from avow.ledger.merkle.tiles import Tile
from avow.ledger.merkle.tree import consistent, included
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
SINGLES = 2_000
THREADS = 8
PROOFS = 500


def run() -> list[dict[str, object]]:
    """Measure in a process and on a store of its own, with durable commits."""
    return apart("bench.ledger")


def measure() -> list[dict[str, object]]:
    """Append, place, do both, check: entries a second of each; every answer is checked too."""
    appended = timed(ENTRIES, append_all)
    placed = timed(ENTRIES, place)
    both = timed(ENTRIES, append_beside_placing)
    checked = timed(2 * ENTRIES, check)
    proven = timed(PROOFS, prove)
    inserted, single = singles("CREATE TABLE plain (id bigserial PRIMARY KEY, data bytea)", plain), singles("", one)
    leaves = [os.urandom(32) for _ in range(LEAVES)]
    extended = timed(LEAVES, partial(Frontier().extend, leaves))
    return [
        result("append", appended, 50_000, 100_000),
        result("place", placed, 50_000, 100_000),
        result("append and place", both, 50_000, 100_000),
        result("fsck", checked, 50_000, 100_000),
        result("tree", extended, 400_000, 800_000),
        result("prove", proven, 100, 200) | {"unit": "proofs/s"},
        result("single durable acts", single, 3_000, 3_000)
        | {"against": "one-row inserts", "ratio": round(single / inserted, 2), "resolve": 0.7, "goal": 0.9},
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


def singles(prepare: str, act: Callable[[], None]) -> float:
    """Give how many durable transactions of one act several threads commit a second."""
    if prepare:
        with psycopg.connect(Embedded(config().data).url("avow_owner"), autocommit=True) as owner:
            owner.execute(prepare.encode())
            owner.execute("GRANT ALL ON plain TO avow_app; GRANT ALL ON SEQUENCE plain_id_seq TO avow_app")

    def worker() -> None:
        for _ in range(SINGLES):
            act()
        connections.close_all()

    beside = [threading.Thread(target=worker) for _ in range(THREADS)]

    def together() -> None:
        for thread in beside:
            thread.start()
        for thread in beside:
            thread.join()

    return timed(SINGLES * THREADS, together)


def plain() -> None:
    """Insert one row of the size of an entry, and commit: as fast as the database commits."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO plain (data) VALUES (%s) RETURNING id", [os.urandom(110)])


def one() -> None:
    """Append one entry, and commit."""
    with transaction.atomic():
        append(EntryKind.CHOSEN, datetime.now(UTC), [os.urandom(32)])


def prove() -> None:
    """Prove entries all over a million, and that the tree grew from other sizes; each proof is verified."""
    size = signed_size()
    top = root(size)
    for number in range(PROOFS // 2):
        index = number * (size // PROOFS) * 2
        assert included(top, size, index, leaf_hash(index), path_of(index, size))
        assert consistent(index + 1, root(index + 1), size, top, grown(index + 1, size))


def leaf_hash(index: int) -> bytes:
    """Read the hash of one leaf out of its tile."""
    found = tile(Tile(0, index // 256, min(256, signed_size() - index // 256 * 256)))
    assert found
    return found[index % 256 * 32 :][:32]


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
