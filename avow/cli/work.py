"""Run what waits: `avow work`."""

import os
import sys
from typing import Annotated

import typer

from avow.store.bound import bound


def work(
    *,
    beside: Annotated[bool, typer.Option("--beside", help="Hand over alone, beside an `avow work` that runs.")] = False,
    parent: Annotated[int, typer.Option(hidden=True, help="End with this process, which started it.")] = 0,
) -> None:
    """Send what waits, give entries their place, apply refusals that came while the database was away."""
    if parent:
        bound()
        if os.getppid() != parent:
            sys.exit("avow: the process that started `avow work` is no more")
    more = ["--beside"] if beside else []
    os.execv(sys.executable, [sys.executable, "-m", "avow.work", *more])  # noqa: S606 -- the door `work` takes this process over
