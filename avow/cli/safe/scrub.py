"""Take what was forgotten off the disk: `avow scrub`."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from avow.cli.screen import screen
from avow.store.connect import connect
from avow.store.scrub import scrub as rewrite


def scrub() -> None:
    """Rewrite what holds dead rows and let the log begin anew: then no byte of what was forgotten is left on the disk.

    `avow work` does it in the quiet hour after an erasure. Each table is locked while it is rewritten; refusals that
    come meanwhile are kept and applied. With `DATABASE_URL` it needs `AVOW_OWNER_URL`.
    """
    connect()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    quiet = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("scrubbing", total=None)
        done = rewrite(lambda name, at, of: progress.update(task, description=name, completed=at, total=of))
    screen().print(
        f"{done.tables} tables are rewritten; the longest lock was {done.seconds:.1f} s, on {done.longest}.",
        highlight=False,
    )
    if not done.log:
        sys.stderr.write("avow: the write-ahead log and its copies are the administrator's: a checkpoint clears them\n")
