"""Prove that an opt-out holds in every race, and that the race is lost without any one of its mitigations."""

import socket
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

from avow.cli.demo.mailing.servers.sink import sinking
from avow.cli.demo.mailing.troupe import free_port
from avow.mail import stop as stopping
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.laws.racing.parts import note, parts, passed
from tests.laws.racing.place import given, target
from tests.laws.racing.race import AT_ONCE, Race
from tests.laws.racing.sender import forked, letters, senders
from tests.laws.racing.story import ACTS, PAUSED, by_letter, chance

ROOT = Path(__file__).parents[2]
WORKERS = 3
INTERLEAVINGS, LETTERS = 3_000, 120
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
        with senders(WORKERS, given(sink.port), target(store), seed, without):
            yield Race(owner, sink, luck)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_handed_over_after_the_answer(store: Embedded, owner: psycopg.Connection, part: int) -> None:
    """Whatever people do at the same time, in whatever order: a refusal that was answered holds, and none is lost."""
    if passed(PROOF, part):
        return
    with racing(store, owner, part) as race:
        for _ in race.run(INTERLEAVINGS):
            assert race.violations == []
    assert race.interleavings == INTERLEAVINGS
    assert race.kinds.keys() == {*ACTS, PAUSED}
    note(PROOF, part)


@pytest.mark.parametrize("part", parts(100))
def test_a_letter_holds_when_it_is_taken(store: Embedded, owner: psycopg.Connection, part: int) -> None:
    """Letters that say stop come by LMTP while messages go out to who wrote them: taken means stopped."""
    if passed("letters", part):
        return
    with racing(store, owner, part) as race:
        port = free_port()
        door = forked(letters, given(race.sink.port), target(store), f"127.0.0.1:{port}")
        try:
            race.acts = by_letter(port)
            _until_open(port)
            for _ in race.run(LETTERS):
                assert race.violations == []
        finally:
            door.kill()
            door.join()
    note("letters", part)


def _until_open(port: int) -> None:
    until = time.monotonic() + 20
    with socket.socket() as client:
        while client.connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.parametrize("without", ["the lock", "the later statement", "the hold of a pause", "the lease"])
def test_it_is_a_race(store: Embedded, owner: psycopg.Connection, without: str) -> None:
    """Each mitigation is needed: with one of them taken out, something is handed over that should not have been."""
    with racing(store, owner, 1, without, _SLOW if without == "the lease" else 0.0) as race:
        race.pausing = 1.0
        assert any(race.run(_ENOUGH)), f"no violation in {race.interleavings} interleavings without {without}"


def test_a_lease_that_runs_out_stops_the_rest(store: Embedded, owner: psycopg.Connection) -> None:
    """Where a server is so slow that most of a batch comes too late, what comes too late is not begun."""
    with racing(store, owner, 2, "all but one connection", _SLOW) as race:
        for _ in race.run(2 * AT_ONCE):
            assert race.violations == []
