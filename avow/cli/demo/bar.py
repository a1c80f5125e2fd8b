"""Show how far each step of the demo is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Bar:
    """One step's bar: call it with how much more was done."""

    def __init__(self, progress: Progress, words: str, total: int) -> None:
        """Begin at nothing done."""
        self._progress, self._task = progress, progress.add_task(words, total=total)

    def __call__(self, done: int) -> None:
        """Go on by so much."""
        self._progress.advance(self._task, done)

    def reach(self, done: int, total: int) -> None:
        """Stand at so much of so much."""
        self._progress.update(self._task, completed=done, total=total)


Step = Callable[[str, int], Bar]
"""Begin a step of so many; gives its bar."""


@contextmanager
def steps() -> Iterator[Step]:
    """Draw bars on the terminal's error stream, one a step."""
    columns = (TextColumn("{task.description:>34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield lambda words, total: Bar(progress, words, total)
