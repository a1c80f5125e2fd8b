"""Measure the desk's lists on the living example: three years of a hundred thousand invented people."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from statistics import quantiles

from django.test import Client

import avow.cli  # it readies Django, which the rest needs
from avow.config import config
from avow.store.connect import connect, disconnect
from bench.apart import apart
from tests.journeys.place import AVOW
from tests.units.page.staff.cast import seated
from tests.units.web.walked import everything, routes

assert avow.cli.__doc__

TURNS = 20


def run(size: int = 100_000) -> list[dict[str, object]]:
    """Measure in a process and on a store of its own."""
    return apart("bench.company", str(size))


def measure(size: int) -> list[dict[str, object]]:
    """Make the example, seat somebody who has every role, and open every list of the desk, turn by turn."""
    seconds = _timed(lambda: _made(size))
    os.environ["AVOW_POLICIES"] = f"{config().data}-policy"
    config.cache_clear()
    connect()
    try:
        times = _opened()
    finally:
        disconnect()
    p95 = {route: quantiles(found, n=20)[18] * 1000 for route, found in times.items()}
    slowest = max(p95, key=lambda route: p95[route])
    told = f"limit; p95 of {slowest}, the slowest of {len(p95)} pages, at {size:,} people"
    whole = quantiles([one for found in times.values() for one in found], n=20)[18] * 1000
    return [
        _result("made", seconds, "s", f"limit for 100,000 people; here {size:,}", (300, 150)),
        _result("lists", whole, "ms", f"limit; p95 of {len(p95)} pages, at {size:,} people", (200, 80)),
        _result("the slowest list", p95[slowest], "ms", told, (200, 80)),
    ]


def _made(size: int) -> None:
    command = [str(AVOW), "demo", "company", "--people", str(size)]
    subprocess.run(command, stdout=sys.stderr, check=True)


def _opened() -> dict[str, list[float]]:
    """Give the seconds of each page of the desk that has no place for a name; what it answers is looked at."""
    browser = seated(_client(), everything())
    pages = [route for route in routes() if route.startswith("desk/") and "<" not in route]
    pages = [route for route in pages if browser.get(f"/{route}").status_code == HTTPStatus.OK]
    found: dict[str, list[float]] = {route: [] for route in pages}
    for _ in range(TURNS):
        for route in pages:
            began = time.perf_counter()
            assert browser.get(f"/{route}").status_code == HTTPStatus.OK
            found[route].append(time.perf_counter() - began)
    return found


def _client() -> Client:
    return Client(headers={"host": "localhost"})


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _result(name: str, value: float, unit: str, against: str, marks: tuple[float, float]) -> dict[str, object]:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "against": against,
        "ratio": round(value, 1),
        "resolve": marks[0],
        "goal": marks[1],
        "better": "lower",
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
