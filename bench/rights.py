"""Measure rights at a million people: one person's copy, what copying costs other readers, what goes outside."""

import json
import os
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import psycopg

import avow.cli  # it readies Django, which the rest needs
from avow.accuracy.copy.copy import copy
from avow.accuracy.copy.file import as_csv, as_json
from avow.disclosure.outside.disclose import Wanted, asked, disclose, preview
from avow.gate.ruling import ruling
from avow.gate.seen.may import may
from avow.record.mask import to_bits
from avow.store.point import point
from avow.store.server.embedded import OWNER, Embedded
from avow.terms import Actor
from bench.apart import apart
from bench.crowd import crowd
from bench.limit import limit, timed
from tests.units.disclosure.giving import acme, read_by_two

assert avow.cli.__doc__

SAMPLE = 300
RATE = 10
"""Copies asked for a second."""
SECONDS = 15.0
WANTED = Wanted("acme", "a letter about sails", "olga@example.com")
ADDRESSES = """
INSERT INTO address (person_id, exact, reach_id, at, verified) SELECT id, reach, reach, now(), now() FROM crowd
"""
YES = (
    "UPDATE item SET accepted = accepted | %(use)s::bit(256) WHERE category = ANY(%(categories)s)",
    "INSERT INTO subscription (list_id, person_id, joined, at) SELECT %(list)s, id, true, now() FROM crowd",
    """INSERT INTO choice (person_id, id, no, reach, list, answer, actor, evidence, at, salt, entry, pos)
        SELECT id, uuidv7(), 1, reach, %(list)s, 'yes', %(actor)s, 'bench', now(), reach, 1, 0 FROM crowd""",
)


def run(size: int = 1_000_000) -> list[dict[str, object]]:
    """Measure in a process and on a store of its own."""
    return apart("bench.rights", str(size))


def measure(size: int) -> list[dict[str, object]]:
    """Make the crowd, copy some of it, and give outside the whole of it, before and after everybody said yes."""
    with crowd(Path(os.environ["AVOW_DATA"]), size, rivals=False) as (server, _):
        with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute(ADDRESSES)
            owner.execute("VACUUM (ANALYZE)")
        people = _drawn(server, size)
        acme()
        return [_copies(people, size), _loss(server.url("avow_app"), people, size), *_outside(server, size)]


def _drawn(server: Embedded, size: int) -> list[UUID]:
    numbers = random.Random(7).sample(range(1, size + 1), SAMPLE)  # noqa: S311 -- a draw, not a secret
    with psycopg.connect(server.url(OWNER)) as owner:
        return [row[0] for row in owner.execute("SELECT id FROM crowd WHERE n = ANY(%s)", [numbers])]


def _copies(people: list[UUID], size: int) -> dict[str, object]:
    for person in people[:5]:
        _copy(person)
    times = [timed(partial(_copy, person)) for person in people]
    p95 = quantiles(times, n=20)[18] * 1000
    return limit("copy", p95, "ms", f"limit; p95 of a whole copy as JSON and CSV, at {size:,} people", (200, 80))


def _copy(person: UUID) -> None:
    found = copy(person, opened=True)
    assert as_json(found)
    assert as_csv(found)


def _loss(url: str, people: list[UUID], size: int) -> dict[str, object]:
    """Read what may be done with one person after another, alone and while another process copies RATE a second."""
    alone = _reads(people)
    with ProcessPoolExecutor(1, get_context("spawn")) as other:
        other.submit(_keep_copying, url, people[:1], 0.0).result()
        made = other.submit(_keep_copying, url, people, SECONDS)
        beside = _reads(people)
        copied = made.result() / SECONDS
    assert copied > 0.9 * RATE, f"only {copied:.1f} copies a second were made"
    words = (
        f"readers in one process at {size:,} people: {alone:.0f}/s alone, {beside:.0f}/s beside {copied:.1f} copies/s"
    )
    return limit("loss", (1 - beside / alone) * 100, "%", words, (10, 5))


def _reads(people: list[UUID]) -> float:
    count, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        may(people[count % len(people)])
        count += 1
    return count / SECONDS


def _keep_copying(url: str, people: list[UUID], seconds: float) -> int:
    """Copy RATE a second for so long, in a process that stands elsewhere, and give how many that were."""
    point(url)
    count, began = 0, time.monotonic()
    while time.monotonic() < began + seconds:
        _copy(people[count % len(people)])
        count += 1
        time.sleep(max(0.0, began + count / RATE - time.monotonic()))
    return count


def _outside(server: Embedded, size: int) -> list[dict[str, object]]:
    """Refuse the file to everybody while nobody said yes; then give it to whoever may be given."""
    to, request = asked(WANTED)
    refused = timed(lambda: preview(WANTED))
    assert not preview(WANTED).allowed
    words = {
        "use": to_bits(ruling(request).plan.use),
        "categories": sorted(request.categories),
        "list": to.list,
        "actor": Actor.PERSON_VERIFIED.value,
    }
    with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        for statement in YES:
            owner.execute(statement, words)
        owner.execute("VACUUM (ANALYZE)")
    decided = timed(lambda: preview(WANTED))
    allowed = preview(WANTED).allowed
    assert allowed > size / 2
    with tempfile.TemporaryDirectory(prefix="avow-bench-") as name:
        path = Path(name) / "acme.csv"
        read_by_two(disclose(WANTED, path).waits)
        written = timed(lambda: disclose(WANTED, path))
    per = 1_000_000 / size
    told = f"limit in s for a million people, measured at {size:,}"
    return [
        limit("refused", refused * per, "s", f"{told}; nobody said yes, each with the reason", (30, 10)),
        limit("outside", decided * per, "s", f"{told}; everybody said yes, {allowed:,} may be given", (30, 10)),
        limit("file", written * per, "s", f"{told}; each line attested, decided and registered", (600, 300)),
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
