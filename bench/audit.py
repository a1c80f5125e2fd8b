"""Measure the checker: 100,000 people are written to, exported, and each act is decided anew by `avow-audit`."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import django
from django.db import connections

from avow.cli.evidence.draft import Draft, drafted
from avow.cli.evidence.export import written
from avow.config import config
from avow.ledger.sequencer import sequence
from avow.mail.mailing import expand
from avow.mail.message import Message
from avow.mail.outbox import work
from avow.mail.smtp.hand import Outcome
from avow.mail.smtp.server import server
from avow.mail.smtp.wire import Wire
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force, publish
from avow.record.taken.bulk import Arrival, take
from avow.store.connect import connect
from avow.store.server.embedded import Embedded
from avow.store.setup import setup
from avow.terms import ChannelKind, DeliveryState
from bench.apart import apart

ACTS = 100_000
_COMMAND = Path(sys.executable).parent / "avow-audit"


def run() -> list[dict[str, object]]:
    """Measure in a process and on a store of its own."""
    return apart("bench.audit")


class Sure(Wire):
    """A way out on which everything is taken at once, for it is the decisions that are wanted."""

    def ready(self, wanted: int = 1) -> None:
        """Need no connection."""

    def hand(
        self,
        messages: Sequence[Message],
        lease: float,  # noqa: ARG002 -- none is late
        begun: Callable[[int], None] = lambda _: None,  # noqa: ARG002 -- and none is lost
    ) -> Future[list[Outcome]]:
        """Take each."""
        taken: Future[list[Outcome]] = Future()
        taken.set_result([Outcome(DeliveryState.SENT, "250 taken") for _ in messages])
        return taken

    def close(self) -> None:
        """Close nothing."""


@contextmanager
def sure() -> Iterator[Wire]:
    """Open it."""
    loop = asyncio.new_event_loop()
    yield Sure(server("smtp://127.0.0.1:9"), loop, 1)
    loop.close()


def people() -> Iterator[Arrival]:
    """Invent people whose addresses are proven."""
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    for number in range(ACTS):
        address = f"person{number}@example.org"
        given = {"contact": {"email": address}, "profile": {"name": f"Person {number}"}}
        yield Arrival(shown, "bench.csv", parse(address), given, proven=True)


def measure(folder: Path) -> list[dict[str, object]]:
    """Write to everybody, export, and check; the checker must find every act and nothing wrong."""
    take(people())
    expand("offers", "# An offer\n\nDear {{ name | friend }}, here is an offer.\n")
    with patch("avow.mail.outbox.wire", sure):
        work(ACTS)
    sequence()
    started = time.perf_counter()
    with drafted(folder) as draft:
        lines = written(Draft(draft))
    exported = time.perf_counter() - started
    started = time.perf_counter()
    done = subprocess.run([_COMMAND, folder, "--json"], stdout=subprocess.PIPE, check=True)
    seconds = time.perf_counter() - started
    report = json.loads(done.stdout)
    assert report["ok"]
    assert report["checked"]["acts re-decided"] == ACTS
    return [
        result("100,000 acts", seconds, 60, 20, "s", "lower"),
        result("acts", ACTS / seconds, ACTS / 60, ACTS / 20, "acts/s", "higher"),
        result("export", lines / exported, 5_000, 20_000, "lines/s", "higher"),
    ]


def result(name: str, value: float, resolve: float, goal: float, unit: str, better: str) -> dict[str, object]:
    """Lay out one figure against its limits."""
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "against": "limit",
        "ratio": round(value, 1),
        "resolve": round(resolve),
        "goal": round(goal),
        "better": better,
    }


def main() -> None:
    """Make a store, publish the policy, measure, print the results as JSON, stop the store."""
    django.setup()
    setup()
    connect()
    try:
        publish(load(config().policies))
        sys.stdout.write(json.dumps(measure(config().data.parent / "export")))
    finally:
        connections.close_all()
        Embedded(config().data).stop()


if __name__ == "__main__":
    main()
