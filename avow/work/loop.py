"""Do what waits, again and again, until told to stop; a database that went away is waited for."""

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic

import psycopg
from django.db import InterfaceError, InternalError, OperationalError, close_old_connections, connections

from avow.errors import AvowError, StoreError

IDLE = 0.5
"""Seconds of rest after a round that found nothing to do."""
PATIENCE = 30.0
"""Longest rest in seconds after failures, of one job or of all while the database is away."""

AWAY = (OperationalError, InterfaceError, InternalError, psycopg.OperationalError, psycopg.InterfaceError)
"""What the database says, or does not say, while it is away, full or taking no writes."""


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work: its name, what does some of it and says how much, and how often at most (seconds)."""

    name: str
    do: Callable[[], int]
    every: float = 0.0


@dataclass(slots=True)
class _Turn:
    """When a job is due again (monotonic), how long it rests after its next failure, and what it said last."""

    due: float = 0.0
    rest: float = field(default_factory=lambda: IDLE)
    said: str = ""


@dataclass(slots=True)
class _Rounds:
    """The jobs with their turns."""

    jobs: Sequence[Job]
    turns: dict[str, _Turn] = field(default_factory=dict)

    def go(self, stop: Event) -> int:
        """Do one round, and give how much was done; a database that is away ends the round."""
        close_old_connections()
        return sum(self._take(job) for job in self.jobs if not stop.is_set())

    def _take(self, job: Job) -> int:
        turn = self.turns.setdefault(job.name, _Turn())
        if monotonic() < turn.due:
            return 0
        try:
            done = job.do()
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever one job stumbles over, the others go on
            turn.due, turn.rest = monotonic() + turn.rest, min(turn.rest * 2, PATIENCE)
            turn.said = _tell(f"{job.name} waits: {_wrong(error)}", turn.said)
            return 0
        if turn.said:
            _tell(f"{job.name} goes on", turn.said)
        self.turns[job.name] = _Turn(monotonic() + job.every)
        return done


def _wrong(error: Exception) -> str:
    """Say what is wrong: our own errors in words, others by kind and place, for their words may tell of people."""
    if isinstance(error, AvowError | OSError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _nothing() -> None:
    """Mend nothing."""


def run(stop: Event, jobs: Sequence[Job], mend: Callable[[], None] = _nothing) -> None:
    """Run the jobs in their order, round after round, until `stop` is set; the job that runs is finished first.

    A job that fails rests, longer each time, and the others go on. While the database is away all rest, and
    `mend` is tried before each new round.
    """
    rounds, rest, said = _Rounds(jobs), IDLE, ""
    while not stop.is_set():
        try:
            if said:
                mend()
            done = rounds.go(stop)
        except (*AWAY, StoreError) as error:
            connections.close_all()
            said = _tell(f"work waits for the database: {error}", said)
            stop.wait(rest)
            rest = min(rest * 2, PATIENCE)
            continue
        if said:
            _tell("the database is back; work goes on", said)
        rest, said = IDLE, ""
        if not done:
            stop.wait(IDLE)


def _tell(line: str, before: str) -> str:
    """Say a thing once, on one line, and give it."""
    line = " ".join(line.split())
    if line != before:
        sys.stderr.write(f"avow: {line}\n")
        sys.stderr.flush()
    return line
