"""Measure the audience, as a mailing walks it, and the point read under the guard; each rival in the same run."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django
import psycopg

from avow.decision.request import Request
from avow.gate.audience import members
from avow.gate.ruling import Ruling, ruling
from avow.record.mask import CHOICES, bits_of, to_bits
from avow.record.shown.versions import history
from avow.store.server.embedded import OWNER, Embedded
from avow.terms import MessageKind
from bench.apart import apart
from bench.crowd import crowd

ROUNDS, TURNS, READS, BATCH = 5, 3, 1_500, 1_000
DECLARE = (
    "SELECT set_config('avow.use', %s, true), set_config('avow.scopes', %s, true),"
    " set_config('avow.version', %s, true), set_config('role', %s, true)"
)
FIVE = """
SELECT count(*) FROM (SELECT a.person, a.reach FROM five.address a
    WHERE EXISTS (SELECT FROM five.person p WHERE p.id = a.person)
    AND EXISTS (SELECT FROM five.told t WHERE t.person = a.person AND t.category = 'contact' AND t.purpose = ANY(%s))
    AND NOT EXISTS (SELECT FROM five.refusal r WHERE r.person = a.person AND r.scope = ANY(%s))
    AND NOT EXISTS (SELECT FROM five.condition c WHERE c.reach = a.reach AND c.kind = ANY(%s))
    ORDER BY a.person) AS page
"""
LISTS_JOINED = """
FROM lists.subscriptions b JOIN lists.lists l ON l.id = b.list JOIN lists.subscribers s ON s.id = b.subscriber
WHERE l.id = {} AND s.status <> 'blocked'
    AND CASE WHEN l.optin = 'double' THEN b.status = 'confirmed' ELSE b.status <> 'unsubscribed' END
"""
LISTS_STARTED = f"""
UPDATE lists.campaigns SET list = %s, last = 0,
    top = (SELECT max(b.subscriber) {LISTS_JOINED}), updated = now() WHERE id = 1
"""
LISTS_COUNT = f"SELECT count(DISTINCT b.subscriber) {LISTS_JOINED}"
LISTS = f"""
WITH running AS (SELECT * FROM lists.campaigns WHERE id = 1 AND status = 'running'),
batch AS (SELECT s.* FROM (
    SELECT DISTINCT s.id {LISTS_JOINED.format("(SELECT list FROM running)")}
        AND s.id > (SELECT last FROM running) AND s.id <= (SELECT top FROM running) ORDER BY s.id LIMIT %s
) AS ids JOIN lists.subscribers s ON s.id = ids.id ORDER BY s.id),
moved AS (
    UPDATE lists.campaigns SET last = (SELECT max(id) FROM batch), updated = now()
    WHERE id = 1 AND (SELECT count(id) FROM batch) > 0
)
SELECT {{}} FROM batch
"""
"""A batch of a list manager: those after the last one, and how far the campaign came, in one statement."""
READ = "SELECT fields FROM item WHERE person_id = %s AND category = 'contact'"


def timed(work: Callable[[], int], rounds: int = ROUNDS) -> tuple[float, int]:
    """Give the median seconds of some rounds, and what the last one counted."""
    spent, found = [], 0
    for _ in range(rounds):
        started = time.perf_counter()
        found = work()
        spent.append(time.perf_counter() - started)
    return median(spent), found


def _in_turn(works: dict[str, Callable[[], int]]) -> tuple[dict[str, float], int]:
    """Give the median seconds of each work, done in turn, and what all that count have counted alike."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    counted = set()
    for _ in range(TURNS):
        for name, work in works.items():
            started = time.perf_counter()
            counted.add(work())
            spent[name].append(time.perf_counter() - started)
    (many,) = counted - {0}
    return {name: median(times) for name, times in spent.items()}, many


def audience(ruled: Ruling) -> int:
    """Walk the audience page by page, as a mailing does: the product's own way, each page handed to Python."""
    return sum(len(page) for page in members(ruled.plan.request))


def batches(rival: psycopg.Connection, list_: int, *, handed: bool) -> int:
    """Walk the subscribers of a list as list managers do: count first, then batches of 1,000 after the last one's id.

    Each batch tells its number alone, or is handed over row by row.
    """
    rival.execute(LISTS_STARTED.format("%s").encode(), [list_, list_])
    total, found = _one(rival, LISTS_COUNT.format("%s"), [list_]), 0
    query = LISTS.format("*" if handed else "count(*)").encode()
    while rows := rival.execute(query, [BATCH], binary=True, prepare=True).fetchall():
        many = len(rows) if handed else rows[0][0]
        if not many:
            break
        found += many
    assert found == total
    return found


def reads(connection: psycopg.Connection, ruled: Ruling, role: str, people: list[object]) -> float:
    """Give the seconds of one transaction after another, each of which declares and reads one person."""
    started = time.perf_counter()
    for person in people:
        with connection.transaction():
            _declare(connection, ruled, role)
            assert len(connection.execute(READ, [person], prepare=True).fetchall()) == 1
    return time.perf_counter() - started


def run(size: int = 1_000_000) -> list[dict[str, object]]:
    """Measure in a process and on a store of its own."""
    return apart("bench.audience", str(size))


def measure(size: int) -> list[dict[str, object]]:
    """Build the people, check that every design finds the same ones, and give the ratios."""
    with crowd(Path(os.environ["AVOW_DATA"]), size) as (server, found):
        policy = found.policies[-1]
        purpose = next(p for p in policy.purposes.values() if p.kind is MessageKind.MARKETING_OFFER)
        ruled = ruling(Request(purpose.id, frozenset({"contact"})))
        return _measure(server, ruled, ruled.plan.use.bit_length() - 1)


def _measure(server: Embedded, ruled: Ruling, bit: int) -> list[dict[str, object]]:
    assert ruled.plan.use == 1 << bit
    assert history().policies[-1].front.version == ruled.version
    with psycopg.connect(server.url("avow_app")) as app, psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        for one in (app, owner):
            one.execute("SET max_parallel_workers_per_gather = 0")
        app.commit()
        words: list[object] = [[bit], *_bars(ruled)]
        spent, many = _in_turn(
            {
                "bare": lambda: _one(owner, "SELECT sum(pos) FROM item", []) * 0,
                "ours": lambda: audience(ruled),
                "five": lambda: _one(owner, FIVE, words),
                "lists": lambda: batches(owner, bit, handed=False),
                "rows": lambda: batches(owner, bit, handed=True),
            }
        )
        owner.execute("CREATE INDEX told_by_use ON five.told (purpose, category, person)")
        owner.execute("VACUUM (ANALYZE) five.told")
        indexed, _ = timed(lambda: _one(owner, FIVE, words), TURNS)
        people = [row[0] for row in owner.execute(_permitted(ruled), [READS]).fetchall()]
        pairs = [(reads(app, ruled, "avow_use", people), reads(owner, ruled, "none", people)) for _ in range(ROUNDS)]
    print(f"   {many:,} reached", file=sys.stderr)
    with_guard, without = (median(side) for side in zip(*pairs, strict=True))
    bare, ours, five, lists, rows = spent.values()
    value = round(ours, 3)
    return [
        _result("scan", value, f"bare scan of one integer column, {bare:.3f} s", ours / bare, (2, 1.3), "lower"),
        _result(
            "five_tables",
            value,
            f"five tables by EXISTS keyed by person, counted in the server at once, {five:.3f} s;"
            f" {indexed:.3f} s with one more index of all that was stated, by use",
            five / ours,
            (8, 15),
            "higher",
        ),
        _result(
            "lists",
            value,
            f"subscriber lists by batches of {BATCH:,}, every row handed over as list managers do, {rows:.3f} s;"
            f" {lists:.3f} s with each batch told in number alone",
            rows / ours,
            (15, 30),
            "higher",
        ),
        _result(
            "point_read",
            round(1e6 * with_guard / READS),
            f"the same transaction without the guard, {1e6 * without / READS:.0f} us",
            with_guard / without,
            (1.3, 1.1),
            "lower",
            "us",
        ),
    ]


def _bars(ruled: Ruling) -> tuple[list[int], list[int]]:
    """Give the scopes and the conditions that the guard looks at, as the five tables have them."""
    bits = bits_of(ruled.plan.forbid)
    return [bit for bit in bits if CHOICES >> bit & 1], [bit for bit in bits if not CHOICES >> bit & 1]


def _permitted(ruled: Ruling) -> str:
    """Give a query for some people in no order whom the use permits."""
    return (
        "SELECT person_id FROM item WHERE category = 'contact'"
        f" AND stated & B'{to_bits(ruled.plan.use)}' <> 0::bit(256)"
        f" AND refused & B'{to_bits(ruled.plan.forbid)}' = 0::bit(256) ORDER BY md5(person_id::text) LIMIT %s"
    )


def _declare(connection: psycopg.Connection, ruled: Ruling, role: str) -> None:
    words = [to_bits(ruled.plan.use), to_bits(ruled.plan.forbid), ruled.version, role]
    connection.execute(DECLARE, words, prepare=True)


def _one(connection: psycopg.Connection, query: str, words: list[object]) -> int:
    row = connection.execute(query, words).fetchone()
    assert row is not None
    return int(row[0])


def _result(
    name: str, value: float, against: str, ratio: float, aims: tuple[float, float], better: str, unit: str = "s"
) -> dict[str, object]:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "against": against,
        "ratio": round(ratio, 2),
        "resolve": aims[0],
        "goal": aims[1],
        "better": better,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
