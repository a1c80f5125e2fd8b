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
from avow.record.journal.journal import journalled
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.laws.racing.parts import note, parts, passed, whole
from tests.laws.racing.place import place
from tests.laws.racing.race import COPIES, Race
from tests.laws.racing.sender import forked, letters, senders
from tests.laws.racing.story import ACTS, PAUSED, by_letter, chance

ROOT = Path(__file__).parents[2]
WORKERS = 3
MILLION, THOUSANDS = 1_000_000, 12_000
INTERLEAVINGS, LETTERS = 10_000 if whole() else 3_000, 480
"""Each person is in COPIES of them."""
PROOF = "interleavings"
_ENOUGH, _SLOW = 4_000, 0.15
_MET, _JOURNALLED, _FEW = 0.03, 0.1, 30
_TOGETHER = {"the lease": 15, "the later statement": 20, "the hold of a pause": 8}
"""How many people are let go together where it is not many: the fewer they are, the more mailings are paused."""


def _seldom(luck: Random) -> bool:
    """Write the journal now and then, and all that waits for it: that holds up an answer, and nothing else."""
    return luck.random() > _JOURNALLED or journalled()


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
    seldom = partial(_seldom, chance(seed))
    with sinking() as sink, patch.multiple(stopping, _choose=slowly, journalled=seldom):
        sink.pace, sink.stall = pace, 0.8
        with senders(WORKERS, place(store, sink.port), seed, without) as told:
            yield Race(owner, sink, told, luck)


@pytest.mark.parametrize("part", parts(MILLION // INTERLEAVINGS))
def test_nothing_is_handed_over_after_the_answer(store: Embedded, owner: psycopg.Connection, part: int) -> None:
    """Whatever people do at the same time, in whatever order: a refusal that was answered holds, and none is lost."""
    if passed(PROOF, part):
        return
    began = time.monotonic()
    with racing(store, owner, part) as race:
        for _ in race.run(INTERLEAVINGS // COPIES):
            assert race.violations == []
    assert race.interleavings == INTERLEAVINGS
    assert race.kinds.keys() == {*ACTS, PAUSED}
    assert race.met > INTERLEAVINGS * _MET, "hardly anybody acted while their copy was on its way"
    note(
        PROOF,
        part,
        began,
        race.interleavings,
        MILLION,
        {**race.kinds, "met": race.met, "people": INTERLEAVINGS // COPIES},
    )


@pytest.mark.parametrize("part", parts(THOUSANDS // LETTERS))
def test_a_letter_holds_when_it_is_taken(store: Embedded, owner: psycopg.Connection, part: int) -> None:
    """Letters that say stop come by LMTP while messages go out to who wrote them: taken means stopped."""
    if passed("letters", part):
        return
    began = time.monotonic()
    with racing(store, owner, part) as race:
        port = free_port()
        door = forked(letters, place(store, race.sink.port), f"127.0.0.1:{port}")
        try:
            race.acts = by_letter(port)
            _until_open(port)
            for _ in race.run(LETTERS // COPIES):
                assert race.violations == []
        finally:
            door.kill()
            door.join()
    note("letters", part, began, race.interleavings, THOUSANDS)


def _until_open(port: int) -> None:
    until = time.monotonic() + 120
    with socket.socket() as client:
        while client.connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < until
            time.sleep(0.05)


@pytest.mark.parametrize("without", ["the lock", "the later statement", "the hold of a pause", "the lease"])
def test_it_is_a_race(store: Embedded, owner: psycopg.Connection, without: str) -> None:
    """Each mitigation is needed: with one of them taken out, something is handed over that should not have been."""
    with racing(store, owner, 1, without, _SLOW if without == "the lease" else 0.0) as race:
        race.at_once = _TOGETHER.get(without, 60)
        assert any(race.run(_ENOUGH // COPIES)), f"no violation in {race.interleavings} interleavings without {without}"


def test_a_lease_that_runs_out_stops_the_rest(store: Embedded, owner: psycopg.Connection) -> None:
    """Where a server is so slow that most of a batch comes too late, what comes too late is not begun."""
    with racing(store, owner, 2, "all but one connection", _SLOW) as race:
        for _ in race.run(_FEW):
            assert race.violations == []
