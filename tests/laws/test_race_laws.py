"""Prove that an opt-out holds in every race, and that the race is lost without any one of its mitigations."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.conf import settings

from avow.cli.demo.mailing.sink import sinking
from avow.config import config
from avow.mail import stop as stopping
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.laws.racing.parts import note, parts, passed
from tests.laws.racing.race import AT_ONCE, Race
from tests.laws.racing.sender import senders
from tests.laws.racing.story import ACTS, chance

ROOT = Path(__file__).parents[2]
WORKERS = 3
INTERLEAVINGS = 3_000
PARTS = parts(-(-1_000_000 // INTERLEAVINGS))
PROOF = "interleavings"
_ENOUGH, _SLOW = 1_000, 0.15


def _slowly(choose: Callable[..., Any], luck: Random, *given: Any) -> Any:
    """Write a refusal, and sometimes take a while before it is committed."""
    found = choose(*given)
    time.sleep(0.02 * luck.random() ** 4)
    return found


@contextmanager
def racing(
    store: Embedded, owner: psycopg.Connection, seed: int, without: str = "", pace: float = 0.0
) -> Iterator[Race]:
    """Have a store with the example policy, a mail server, and workers on them."""
    publish(load(ROOT / "policies/example"))
    luck, slowly = chance(seed), partial(_slowly, stopping._choose, chance(seed))  # noqa: SLF001 -- a rest is put in
    with sinking() as sink, patch.object(stopping, "_choose", slowly):
        sink.pace, sink.stall = pace, 0.8
        target = store.url("avow_app", settings.DATABASES["default"]["NAME"])
        given = {"AVOW_SMTP": f"smtp://127.0.0.1:{sink.port}", "AVOW_JOURNAL": str(config().journal)}
        given["AVOW_DATA"] = str(config().data)
        with senders(WORKERS, given, target, seed, without):
            yield Race(owner, sink, luck)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_handed_over_after_the_answer(store: Embedded, owner: psycopg.Connection, part: int) -> None:
    """Whatever people do at the same time, in whatever order: a refusal that was answered holds, and none is lost."""
    if part in passed(PROOF):
        return
    with racing(store, owner, part) as race:
        for _ in race.run(INTERLEAVINGS):
            assert race.violations == []
    assert race.interleavings == INTERLEAVINGS
    assert race.kinds.keys() == ACTS.keys()
    note(PROOF, part)


@pytest.mark.parametrize(("without", "pace"), [("the lock", 0.0), ("the later statement", 0.0), ("the lease", _SLOW)])
def test_it_is_a_race(store: Embedded, owner: psycopg.Connection, without: str, pace: float) -> None:
    """Each mitigation is needed: with one of them taken out, something is handed over that should not have been."""
    with racing(store, owner, 1, without, pace) as race:
        assert any(race.run(_ENOUGH)), f"no violation in {race.interleavings} interleavings without {without}"


def test_a_lease_that_runs_out_stops_the_rest(store: Embedded, owner: psycopg.Connection) -> None:
    """Where a server is so slow that most of a batch comes too late, what comes too late is not begun."""
    with racing(store, owner, 2, "all but one connection", _SLOW) as race:
        for _ in race.run(2 * AT_ONCE):
            assert race.violations == []
