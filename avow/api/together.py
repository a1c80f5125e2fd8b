"""Do together what several threads want at once: one does it for all who wait, and then another leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


def _shut() -> Lock:
    """Make a door that is shut: whoever goes through waits until somebody opens it."""
    door = Lock()
    door.acquire()
    return door


@dataclass(slots=True)
class _Wait(Generic[Asked, Told]):
    """What one thread asks, its answer or error once somebody did it, and the door behind which it waits for that."""

    asked: Asked
    told: Told | BaseException | None = None
    answered: bool = False
    door: Lock = field(default_factory=_shut)


class Together(Generic[Asked, Told]):
    """Call a function for all who wait, in the order in which they came; each gets its own answer or error.

    Whoever is answered goes at once; the first of those who came meanwhile leads next.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Sequence[Told | Exception]]) -> None:
        """Hold what is done: from many questions it gives as many answers or errors."""
        self._do = do
        self._lock, self._led = Lock(), False
        self._waiting: list[_Wait[Asked, Told]] = []

    def __call__(self, asked: Asked) -> Told:
        """Give the answer to one question, asked after this was called."""
        mine: _Wait[Asked, Told] = _Wait(asked)
        with self._lock:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.door.acquire()
        if not mine.answered:
            self._lead(mine)
        if isinstance(mine.told, BaseException):
            raise mine.told
        if mine.told is None:
            raise RuntimeError("a question was answered with nothing")
        return mine.told

    def _lead(self, mine: _Wait[Asked, Told]) -> None:
        """Answer all who wait, open their doors, and let the first of those who came meanwhile lead."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        told: Sequence[Told | BaseException]
        try:
            told = self._do([one.asked for one in waiting])
        except BaseException as error:  # noqa: BLE001 -- each who waits is told, and says so
            told = [error] * len(waiting)
        for one, answer in zip(waiting, told, strict=True):
            one.told, one.answered = answer, True
        with self._lock:
            following, self._led = self._waiting[:1], bool(self._waiting)
        for one in [one for one in waiting if one is not mine] + following:
            one.door.release()
