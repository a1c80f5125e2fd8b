"""Do together what several threads want at once: while one does it, those who come wait, and the next does theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(slots=True)
class _Wait(Generic[Asked, Told]):
    """What one thread asks, and its answer or error once somebody did it."""

    asked: Asked
    told: Told | Exception | None = None


class Together(Generic[Asked, Told]):
    """Call a function for all who wait, in the order in which they came; each gets its own answer or error."""

    def __init__(self, do: Callable[[Sequence[Asked]], Sequence[Told | Exception]]) -> None:
        """Hold what is done: from many questions it gives as many answers or errors."""
        self._do = do
        self._turn, self._lock = Lock(), Lock()
        self._waiting: list[_Wait[Asked, Told]] = []

    def __call__(self, asked: Asked) -> Told:
        """Give the answer to one question, asked after this was called."""
        mine: _Wait[Asked, Told] = _Wait(asked)
        with self._lock:
            self._waiting.append(mine)
        with self._turn:
            if mine.told is None:
                self._all()
        if isinstance(mine.told, Exception):
            raise mine.told
        if mine.told is None:
            raise RuntimeError("a question was answered with nothing")
        return mine.told

    def _all(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        try:
            told = self._do([one.asked for one in waiting])
        except Exception as error:  # noqa: BLE001 -- each who waits is told, and says so
            told = [error] * len(waiting)
        for one, answer in zip(waiting, told, strict=True):
            one.told = answer
