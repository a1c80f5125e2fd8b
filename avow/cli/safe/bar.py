"""Show how far a backup or a restore came."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

Stage = Callable[[str, int | None], Callable[[int], object]]


@contextmanager
def bar() -> Iterator[Stage]:
    """Give what begins a stage by its name and bytes (None where they are not known), and gives what is told them."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:

        def stage(name: str, total: int | None) -> Callable[[int], object]:
            task = progress.add_task(name, total=total)
            return lambda count: progress.advance(task, count)

        yield stage
