"""Be many hands: do what people do, several at once, each act not before its time or at a moment that is told."""

import heapq
import itertools
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from types import TracebackType
from typing import Generic, Self, TypeVar

from django.db import connection

from tests.laws.racing.story import Act, Do, Somebody, act

About = TypeVar("About")
"""What an act belongs to."""


@dataclass(frozen=True, slots=True)
class Task:
    """Who does what, with whom, and not before which instant (seconds of the clock).

    Where it is for a moment that is not known yet, `at` is how long after it.
    """

    at: float
    kind: str
    do: Do
    who: Somebody
    other: Somebody
    luck: Random


@dataclass
class Hands(Generic[About]):
    """So many threads, each with a connection of its own; whichever is free does what is due first."""

    many: int
    _expecting: dict[object, list[tuple[About, Task]]] = field(default_factory=dict)
    _tasks: list[tuple[float, int, About, Task]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=itertools.count)
    _turn: threading.Condition = field(default_factory=threading.Condition)
    _acts: "queue.SimpleQueue[tuple[About, Act | BaseException]]" = field(default_factory=queue.SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)
    _over: bool = False

    def __enter__(self) -> Self:
        """Start them."""
        self._threads = [threading.Thread(target=self._act, daemon=True) for _ in range(self.many)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let them end what they began, and nothing more."""
        with self._turn:
            self._over = True
            self._turn.notify_all()
        for thread in self._threads:
            thread.join()

    @property
    def waiting(self) -> int:
        """Give how many acts nobody took up yet."""
        return len(self._tasks)

    @property
    def expecting(self) -> int:
        """Give how many moments are waited for that did not come yet."""
        return len(self._expecting)

    def give(self, tasks: Iterable[tuple[About, Task]]) -> None:
        """Let these acts be done; each belongs to something."""
        with self._turn:
            for about, task in tasks:
                heapq.heappush(self._tasks, (task.at, next(self._number), about, task))
            self._turn.notify_all()

    def expect(self, moment: object, about: About, task: Task) -> None:
        """Let an act be done when a moment comes."""
        self._expecting.setdefault(moment, []).append((about, task))

    def now(self, moments: Iterable[object]) -> None:
        """Say that moments have come, each for the first time or once more."""
        come, now = [one for moment in moments for one in self._expecting.pop(moment, ())], time.time()
        self.give((about, replace(task, at=now + task.at)) for about, task in come)

    def done(self, within: float) -> tuple[About, Act] | None:
        """Give an act that was done, or None if there is none within so many seconds; raise what it raised."""
        try:
            about, found = self._acts.get(timeout=within)
        except queue.Empty:
            return None
        if isinstance(found, BaseException):
            raise found
        return about, found

    def _next(self) -> tuple[About, Task] | None:
        """Take what is due first, when it is due; None when all is over."""
        with self._turn:
            while not self._over:
                left = self._tasks[0][0] - time.time() if self._tasks else None
                if left is not None and left <= 0:
                    _, _, about, task = heapq.heappop(self._tasks)
                    return about, task
                self._turn.wait(left)
        return None

    def _act(self) -> None:
        """Be a hand: take one act after the other."""
        while taken := self._next():
            about, task = taken
            try:
                self._acts.put((about, act(task.kind, task.do, task.who, task.other, task.luck)))
            except BaseException as error:  # noqa: BLE001 -- whoever waits for it raises it
                self._acts.put((about, error))
        connection.close()
