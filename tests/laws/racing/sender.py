"""Be one of several workers, with rests of random length between its steps, and perhaps with a mitigation taken out."""

import asyncio
import math
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event, Semaphore
from random import Random
from typing import Any, TypeAlias
from unittest.mock import patch
from uuid import UUID

import django
from django.apps import apps

if not apps.ready:
    django.setup()  # where workers are forked from, nobody else does it

from django.db import connection

from avow.config import config, variable
from avow.lmtp.door import listen, serve
from avow.mail import outbox
from avow.mail.mailing import expand, report
from avow.mail.queue import claim, mark
from avow.mail.smtp.wire import let_go
from avow.record.shown.versions import publish
from avow.record.upkeep import hold_still
from avow.store.point import point
from avow.work import loop
from avow.work.jobs import JOBS
from avow.work.loop import Job
from tests.laws.racing.place import Place
from tests.laws.racing.story import chance
from tests.units.mail.cast import OFFER

CONTEXT = multiprocessing.get_context("forkserver")
LEASE = 0.5
"""Seconds of a lease here: short, so that many run out."""
_REST = 0.012
_SIZES = (1, 4, 8, 16, 32, 64)
"""Messages that are decided together."""
_TURN, _MANY, _APART = 0.5, 16, 0.1
_PATIENCE, _LOOK, _IDLE = 600.0, 0.02, 0.04
_STEPS = ("claim", "hold_still", "clear", "mark_sending", "mark_outcomes")


Told: TypeAlias = "SimpleQueue[Sequence[tuple[UUID, bytes]] | None]"
"""Copies that a worker has just claimed, and not decided yet: mailing and mailbox of each; None ends it."""


def send(where: Place, seed: int, without: str, told: Told, ready: Semaphore, stop: Event) -> None:
    """Hand over what waits until told to stop, in batches of random size; `without` names what is taken out.

    What was claimed is told at once, so that people can act at that very moment.
    """
    _at(where)
    ready.release()
    luck = chance(seed)
    with ExitStack() as stack:
        for step in _STEPS:
            stack.enter_context(patch.object(outbox, step, partial(_rested, getattr(outbox, step), luck, told)))
        for module in (outbox, mark):
            stack.enter_context(patch.object(module, "LEASE", LEASE))
        for change in _TAKEN_OUT.get(without, ()):
            stack.enter_context(change())
        config.cache_clear()
        stack.enter_context(patch.object(loop, "IDLE", _IDLE))
        loop.run(stop, [JOBS[0], Job("the outbox", partial(_work, luck))])  # type: ignore[arg-type]  # it is asked alike
        let_go()
    connection.close()


def _work(luck: Random) -> int:
    """Take a turn, in batches of one size; sometimes on connections of its own."""
    size = luck.choice(_SIZES)
    with patch.object(outbox, "BATCH", size):
        if luck.random() < _APART:
            return outbox.work(4 * size)
        return outbox.turn(_TURN * luck.random() * min(1, size / _MANY))


def _rested(step: Callable[..., Any], luck: Random, told: Told, *given: Any, **named: Any) -> Any:
    """Do a step after a rest: mostly none, sometimes long enough for anybody to come between. Tell what was claimed."""
    time.sleep(_REST * luck.random() ** 6)
    found = step(*given, **named)
    if step is claim.claim and found:
        told.put([(row.key, row.reach) for row in found])
    return found


def _no_lock() -> Any:
    """Hold nobody back."""
    return patch.object(outbox, "hold_still", lambda *_: None)


def _slow() -> Any:
    """Take a while between the decision and its mark."""

    def later(*given: Any) -> None:
        time.sleep(0.01)
        mark.mark_sending(*given)

    return patch.object(outbox, "mark_sending", later)


def _decided_first() -> Any:
    """Lock when it is decided: like one statement that claims, locks and decides, it answers from before it waited."""
    decide = outbox._decide  # noqa: SLF001 -- it is taken apart here

    def early(cursor: Any, stack: Any, rows: Sequence[Any], **named: Any) -> Any:
        copies = decide(cursor, stack, rows, **named)
        hold_still(cursor, (row.person for row in rows), (row.reach for row in rows))
        return copies

    return patch.multiple(outbox, _decide=early, hold_still=lambda *_: None)


def _endless() -> Any:
    """Hand over however long it takes."""
    return patch.object(outbox, "lease", lambda _: math.inf)


def _one_connection() -> Any:
    """Hand over one message after the other, so that the last ones of a batch come late."""
    return patch.dict(os.environ, {variable("connections"): "1"})


def _not_held() -> Any:
    """Claim of a mailing whatever became of it meanwhile."""

    def goes(*_: object) -> bool:
        time.sleep(0.01)
        return True

    return patch.object(claim, "goes", goes)


_TAKEN_OUT: dict[str, Sequence[Callable[[], Any]]] = {
    "the lock": (_no_lock, _slow),
    "the later statement": (_decided_first,),
    "the hold of a pause": (_not_held,),
    "the lease": (_endless, _one_connection),
    "all but one connection": (_one_connection,),
}


def mail(where: Place, batch: int, go: Event) -> None:
    """Be ready, and when told make a mailing and hand it over, in batches of a size, until nothing of it waits."""
    _at(where)
    go.wait()
    key = expand("offers", OFFER)
    with patch.object(outbox, "BATCH", batch):
        while report(key).open and outbox.work():
            pass
    connection.close()


def letters(where: Place, door: str) -> None:
    """Be the door for letters until it is killed."""
    _at(where)
    asyncio.run(serve(listen(door), asyncio.Event()))


def _at(where: Place) -> None:
    """Be a process of its own on a store; the policy was read before."""
    os.environ.update(where.settings)
    config.cache_clear()
    point(where.store)
    publish(where.published)


def forked(act: Callable[..., None], *given: object) -> BaseProcess:
    """Start a process, forked from one that has everything loaded and no threads."""
    CONTEXT.set_forkserver_preload([__name__, "pytest"])  # each loads again what the program that began it is
    process = CONTEXT.Process(target=act, args=given)
    process.start()
    return process


@contextmanager
def senders(count: int, where: Place, seed: int, without: str = "") -> Iterator[Told]:
    """Run several workers, wait until each is there, and give what they tell."""
    stop, ready, told = CONTEXT.Event(), CONTEXT.Semaphore(0), CONTEXT.SimpleQueue()
    found = [forked(send, where, seed * 100 + number, without, told, ready, stop) for number in range(count)]
    try:
        for _ in found:
            assert ready.acquire(timeout=_PATIENCE), "a worker does not begin"
        yield told
    finally:
        stop.set()
        until = time.monotonic() + _PATIENCE
        while any(one.is_alive() for one in found) and time.monotonic() < until:
            while not told.empty():  # whoever tells must not wait for a listener
                told.get()
            time.sleep(_LOOK)
        for one in found:
            assert one.exitcode == 0, "a worker did not end well"
            one.close()
