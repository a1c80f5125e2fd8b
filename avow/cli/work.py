"""Run what waits: `avow work`."""

import os
import sys
from typing import Annotated

import typer

from avow.store.bound import bound


def work(
    workers: Annotated[int, typer.Option(min=1, max=32, help="Processes that hand mail over.")] = 1,
    *,
    parent: Annotated[int, typer.Option(hidden=True, help="End with this process, which started it.")] = 0,
) -> None:
    """Send what waits, give entries their place, apply refusals that came while the database was away."""
    if parent:
        bound()
        if os.getppid() != parent:
            sys.exit("avow: the process that started `avow work` is no more")
    os.execv(sys.executable, [sys.executable, "-m", "avow.work", str(workers)])  # noqa: S606 -- the door `work` takes this process over
