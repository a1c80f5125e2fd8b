"""Measure the desk on a store of a million invented people: the card of one person, and looking people up."""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import psycopg
from django.db import connection
from django.test import Client

import avow.cli  # it readies Django, which the rest needs
from avow.record.seen.cases import open_case
from avow.store.server.embedded import OWNER, Embedded
from avow.terms import Role
from bench.apart import apart
from bench.crowd import crowd
from tests.units.page.staff.cast import at_desk

assert avow.cli.__doc__

SAMPLE = 300
Ask = Callable[[Client, UUID, int], bytes]


def run(size: int = 1_000_000) -> list[dict[str, object]]:
    """Measure in a process and on a store of its own."""
    return apart("bench.desk", str(size))


def measure(size: int) -> list[dict[str, object]]:
    """Make the crowd, seat an officer, and ask for cards and searches of people drawn from all of it."""
    with crowd(Path(os.environ["AVOW_DATA"]), size, rivals=False) as (server, _):
        people = _drawn(server, size)
        browser, officer = at_desk(Role.PRIVACY_OFFICER, email="bench@example.com")
        for person, _number in people:
            open_case(person, officer.id, "bench")
        connection.close()
        return [
            _result("card", size, _p95(browser, people, _card), 100, 50),
            _result("look up a name", size, _p95(browser, people, _words), 100, 50),
            _result("look up what many share", size, _p95(browser, people[:40], _common), 1000, 300),
        ]


def _drawn(server: Embedded, size: int) -> list[tuple[UUID, int]]:
    """Draw people with the number by which they were invented."""
    numbers = random.Random(7).sample(range(1, size + 1), SAMPLE)  # noqa: S311 -- a draw, not a secret
    with psycopg.connect(server.url(OWNER)) as owner:
        return owner.execute("SELECT id, n::int FROM crowd WHERE n = ANY(%s)", [numbers]).fetchall()


def _card(browser: Client, person: UUID, number: int) -> bytes:
    answer = browser.get(f"/desk/people/{person}/?for=rights")
    assert f"Person {number}".encode() in answer.content
    return answer.content


def _words(browser: Client, person: UUID, number: int) -> bytes:
    answer = browser.post("/desk/", {"for": "rights", "text": f"person {number}"})
    assert str(person).encode() in answer.content
    return answer.content


def _common(browser: Client, _person: UUID, number: int) -> bytes:
    return browser.post("/desk/", {"for": "rights", "text": f"works {number % 999}"}).content


def _p95(browser: Client, people: list[tuple[UUID, int]], ask: Ask) -> float:
    """Give the time (ms) that 95 of 100 answers take at most, once the first few are warm."""
    for person, number in people[:5]:
        ask(browser, person, number)
    times = []
    for person, number in people:
        started = time.perf_counter()
        ask(browser, person, number)
        times.append((time.perf_counter() - started) * 1000)
    return quantiles(times, n=20)[18]


def _result(name: str, size: int, value: float, resolve: float, goal: float) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": "ms",
        "against": f"limit; p95 of whole pages, at {size} people",
        "ratio": round(value, 1),
        "resolve": resolve,
        "goal": goal,
        "better": "lower",
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
