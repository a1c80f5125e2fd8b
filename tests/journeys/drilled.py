"""Let people exercise their rights in a store, and say what of its state matters, for a process of their own."""

import os
import signal
import sys

import psycopg

from avow.accuracy.again.replay import replay
from avow.config import config
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.record.journal.keep import keep
from avow.record.known.identity import everybody
from avow.record.shown.versions import publish
from avow.store.connect import connect
from avow.store.server.embedded import Embedded
from tests.units.accuracy.again.older import state
from tests.units.accuracy.again.test_replay import name, rights
from tests.units.record.cast import NEWSLETTER, arrive


def arrived() -> str:
    """Let forty people register, prove their address and be published."""
    connect()
    for number in range(40):
        arrive(name(number), NEWSLETTER, proven=True)
    sequence()
    keep()
    return "arrived"


def exercised() -> str:
    """Exercise a hundred rights; give what matters of the state."""
    connect()
    people = everybody()
    rights(people)
    sequence()
    keep()
    return stated(",".join(map(str, people)))


def stated(people: str) -> str:
    """Give what matters of the state of some people (ids), as one line; then the ids."""
    connect()
    with psycopg.connect(Embedded(config().data).url("avow_backup")) as found:
        return f"{state(found, people.split(','))!r} {people}"


def killed(at: int) -> None:
    """Be killed in the middle of the replay, at its n-th line."""
    connect()
    publish(load(config().policies))

    def tick(done: int, _: int) -> None:
        if done == at:
            sys.stdout.write("killed\n")
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)

    replay(tick)
