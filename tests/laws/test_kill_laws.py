"""Prove that whoever sends can be killed at any instant: everybody is accounted for, and nobody gets it twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from avow.cli.demo.mailing.servers.sink import Sink, sinking
from avow.config import config, variable
from avow.mail.course.copies import copies
from avow.mail.links import host
from avow.mail.mailing import report, resume
from avow.mail.message import message_id
from avow.mail.outbox import work
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.laws.racing.parts import note, parts, passed
from tests.laws.racing.place import Place, place
from tests.laws.racing.sender import CONTEXT, forked, mail
from tests.laws.racing.story import chance
from tests.units.mail.cast import arrived

ROOT = Path(__file__).parents[2]
PROOF, THOUSAND = "kills", 1_000
KILLS = 20
BATCH, PEOPLE, CONNECTIONS = 5, 24, 3
ON_THE_WIRE = 2 * BATCH
"""What a sender has marked at most: a batch on the wire, and one that is recorded or decided meanwhile."""
PATIENCE = 120.0


@pytest.fixture
def sink(store: Embedded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """Give the mail server of a store with the example policy and a few people."""
    _ = store
    publish(load(ROOT / "policies/example"))
    arrived(*(f"p{number}" for number in range(PEOPLE)))
    with sinking() as found:
        found.pace = 0.01
        monkeypatch.setenv(variable("smtp"), f"smtp://127.0.0.1:{found.port}")
        monkeypatch.setenv(variable("connections"), str(CONNECTIONS))
        config.cache_clear()
        yield found
    monkeypatch.undo()
    config.cache_clear()


@pytest.mark.parametrize("part", parts(THOUSAND // KILLS))
def test_whenever_it_is_killed_everybody_is_accounted_for(
    store: Embedded, owner: psycopg.Connection, sink: Sink, part: int
) -> None:
    """Killed while it is made, between two batches or on the wire: what is in doubt is told, the rest is sent once."""
    if passed(PROOF, part):
        return
    began, luck, doubts = time.monotonic(), chance(part), 0
    with ready(place(store, sink.port, CONNECTIONS)) as senders:
        whole = sent(owner, next(senders), None)[1]
        for _ in range(KILLS):
            key, _ = sent(owner, next(senders), luck.random() * whole)
            doubts += agrees(key, sink)
            sink.dots.clear()
    assert doubts, "no kill met a message on the wire, so nothing was shown"
    note(PROOF, part, began, KILLS, THOUSAND, {"in doubt": doubts})


Sender = tuple[BaseProcess, Event]
"""A process, and what tells it to make a mailing."""


@contextmanager
def ready(where: Place) -> Iterator[Iterator[Sender]]:
    """Give one process after the other that waits to make a mailing; the next gets ready while one is at work."""
    waiting: list[Sender] = []

    def one() -> Sender:
        go = CONTEXT.Event()
        return forked(mail, where, BATCH, go), go

    def each() -> Iterator[Sender]:
        waiting.append(one())
        while True:
            waiting.append(one())
            yield waiting.pop(0)

    try:
        yield each()
    finally:
        for process, _ in waiting:
            process.kill()
            process.join()


def sent(owner: psycopg.Connection, sender: Sender, after: float | None) -> tuple[UUID, float]:
    """Let a mailing go out, killed after so many seconds, and let another finish it; give it and the time."""
    process, go = sender
    before = newest(owner)
    go.set()
    until = time.monotonic() + PATIENCE
    while process.exitcode is None and newest(owner) == before and time.monotonic() < until:
        time.sleep(0.002)
    began = time.monotonic()
    process.join(after)
    process.kill()
    process.join()
    took = time.monotonic() - began
    key = newest(owner)
    assert key is not None
    assert key != before
    finish(owner, key)
    return key, took


def newest(owner: psycopg.Connection) -> UUID | None:
    """Give the newest mailing."""
    row = owner.execute("SELECT id FROM mailing ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] if row else None


def finish(owner: psycopg.Connection, key: UUID) -> None:
    """Go on where somebody was killed, as a worker does when leases are long over."""
    until = time.monotonic() + PATIENCE
    while report(key).state != "done":
        assert time.monotonic() < until, report(key)
        owner.execute("UPDATE delivery SET lease = lease - interval '1 hour' WHERE state = 'sending'")
        resume()
        work()


def agrees(key: UUID, sink: Sink) -> int:
    """Compare what is told of a mailing with what the mail server has, and give how many are in doubt."""
    lines = {line.reach: line for line in copies(key)}
    assert report(key).accounted
    assert len(lines) == report(key).expected == PEOPLE
    states = {reach: line.state for reach, line in lines.items()}
    assert set(states.values()) <= {"sent", "doubt"}
    ids = {message_id(key, reach, host()).strip("<>"): reach for reach in lines}
    came = [ids[dot.id] for dot in sink.dots if dot.id in ids]
    assert len(came) == len(set(came)), "somebody got it twice"
    told = {reach for reach, state in states.items() if state == "sent"}
    doubt = {reach for reach, state in states.items() if state == "doubt"}
    assert told <= set(came), "told as sent, and never handed over"
    assert len(doubt & set(came)) == len(came) - len(told), "what came and is not told as sent is in doubt, and no more"
    assert len(doubt) <= ON_THE_WIRE, "more is in doubt than can have been on the wire"
    return len(doubt)
