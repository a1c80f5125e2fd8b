"""Measure the audience and the point read under the guard: run(size) in one store, each rival in the same run."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from uuid import UUID

import django
import psycopg

from avow.decision.request import Request
from avow.gate.audience import ONE, PAGE, members
from avow.gate.ruling import Ruling, ruling
from avow.record.mask import to_bits
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
COUNT = f"SELECT count(*) FROM ({ONE}) AS page"
FIVE = """
SELECT count(*) FROM (SELECT a.person, a.reach FROM five.address a
    WHERE EXISTS (SELECT FROM five.person p WHERE p.id = a.person)
    AND EXISTS (SELECT FROM five.told t WHERE t.person = a.person AND t.category = 'contact' AND t.purpose = ANY(%s))
    AND NOT EXISTS (SELECT FROM five.refusal r WHERE r.person = a.person AND r.scope = 1)
    AND NOT EXISTS (SELECT FROM five.bounced b WHERE b.reach = a.reach) ORDER BY a.person) AS page
"""
LISTS_JOINED = """
FROM lists.subscriptions b JOIN lists.lists l ON l.id = b.list JOIN lists.subscribers s ON s.id = b.subscriber
WHERE l.id = %s AND s.status <> 'blocked'
    AND CASE WHEN l.optin = 'double' THEN b.status = 'confirmed' ELSE b.status <> 'unsubscribed' END
"""
LISTS = f"""
SELECT {{}} FROM (
    SELECT DISTINCT s.id {LISTS_JOINED} AND b.subscriber > %s AND b.subscriber <= %s ORDER BY s.id LIMIT %s
) AS batch JOIN lists.subscribers s ON s.id = batch.id
"""
LISTS_COUNT = f"SELECT count(DISTINCT b.subscriber), max(b.subscriber) {LISTS_JOINED}"
PAGES = f"""
WITH page AS MATERIALIZED ({ONE})
SELECT count(*), (SELECT person_id FROM page ORDER BY person_id DESC LIMIT 1) FROM page
"""
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


def guarded(app: psycopg.Connection, ruled: Ruling) -> int:
    """Count the audience as the using role: the pages' own statement, all of it at once."""
    with app.transaction():
        _declare(app, ruled, "avow_use")
        return _one(app, COUNT, ["contact", "00000000-0000-0000-0000-000000000000", None])


def pages(app: psycopg.Connection, ruled: Ruling) -> int:
    """Walk the audience page by page as the using role; each page tells its number and its last person alone."""
    last, found = UUID(int=0), 0
    while True:
        with app.transaction():
            _declare(app, ruled, "avow_use")
            many, last = app.execute(PAGES, ["contact", last, PAGE], prepare=True).fetchall()[0]
        if not many:
            return found
        found += many


def batches(rival: psycopg.Connection, list_: int, *, handed: bool) -> int:
    """Walk the subscribers of a list as list managers do: count first, then batches of 1,000 after the last one's id.

    Each batch tells its number and its last subscriber alone, or is handed over row by row.
    """
    total, top = rival.execute(LISTS_COUNT, [list_]).fetchall()[0]
    last = found = 0
    query = LISTS.format("s.*") + "ORDER BY s.id" if handed else LISTS.format("count(*), max(s.id)")
    while rows := rival.execute(query.encode(), [list_, last, top, BATCH], binary=True, prepare=True).fetchall():
        many, last = (len(rows), rows[-1][0]) if handed else rows[0]
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
        spent, many = _in_turn(
            {
                "bare": lambda: _one(owner, "SELECT sum(pos) FROM item", []) * 0,
                "ours": lambda: guarded(app, ruled),
                "five": lambda: _one(owner, FIVE, [[bit]]),
                "paged": lambda: pages(app, ruled),
                "lists": lambda: batches(owner, bit, handed=False),
                "handed": lambda: sum(len(batch) for batch in members(ruled.plan.request)),
                "rows": lambda: batches(owner, bit, handed=True),
            }
        )
        owner.execute("CREATE INDEX told_by_use ON five.told (purpose, category, person)")
        owner.execute("VACUUM (ANALYZE) five.told")
        indexed, _ = timed(lambda: _one(owner, FIVE, [[bit]]), TURNS)
        people = [row[0] for row in owner.execute(_permitted(ruled), [READS]).fetchall()]
        pairs = [(reads(app, ruled, "avow_use", people), reads(owner, ruled, "none", people)) for _ in range(ROUNDS)]
    print(f"   {many:,} reached", file=sys.stderr)
    with_guard, without = (median(side) for side in zip(*pairs, strict=True))
    bare, ours, five, paged, lists, handed, rows = spent.values()
    value = round(ours, 3)
    return [
        _result("scan", value, f"bare scan of one integer column, {bare:.3f} s", ours / bare, (2, 1.3), "lower"),
        _result(
            "five_tables",
            value,
            f"five tables by EXISTS keyed by person, both counted in the server at once, {five:.3f} s;"
            f" {indexed:.3f} s with one more index of all that was stated, by use",
            five / ours,
            (8, 15),
            "higher",
        ),
        _result(
            "lists",
            round(paged, 3),
            f"subscriber lists by batches of {BATCH:,}, ours by pages of {PAGE:,}, both counted in the server,"
            f" {lists:.3f} s; with every row handed to Python {rows:.3f} s, ours {handed:.3f} s",
            lists / paged,
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
