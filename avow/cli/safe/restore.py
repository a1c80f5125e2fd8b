"""Make a store of a backup, and bring it to what was exercised since: `avow restore`."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from avow.accuracy.again.replay import Replayed
from avow.accuracy.again.replay import replay as again
from avow.cli.operate.setup import setup
from avow.cli.safe.bar import bar
from avow.cli.safe.secret import of
from avow.cli.screen import screen
from avow.config import config
from avow.errors import BackupError, StoreError
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.backup.restore import restore as make
from avow.store.connect import connect
from avow.store.journal.folder import begun, owner
from avow.store.journal.folder import folder as journal
from avow.store.server.lock import alone


def restore(
    file: Annotated[Path | None, typer.Argument(help="A backup; left out with --replay.", dir_okay=False)] = None,
    *,
    replay: Annotated[bool, typer.Option("--replay", help="Only bring the store to what its journal knows.")] = False,
    journal_lost: Annotated[
        bool, typer.Option("--journal-lost", help="There is no journal any more: go on with what the backup holds.")
    ] = False,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="File with the passphrase; asked for if left out.")
    ] = None,
) -> None:
    """Make a store of a backup where there is none, then replay the journal, before anything may be used.

    Nothing is ever overwritten. Interrupted, it leaves nothing half done: run it again.
    """
    if replay and file is None:
        _replay()
        return
    if file is None or replay:
        raise BackupError("give a backup, or --replay alone", "`avow restore FILE` does both")
    _demand_journal(lost=journal_lost)
    secret = of(file, passphrase_file)
    with bar() as stage:
        manifest = make(file, secret, lambda name: stage(name, file.stat().st_size))
    screen().print(f"The store of {manifest.at} is there again: {manifest.size} leaves of the ledger.", highlight=False)
    setup()
    if begun() and owner():
        _replay()
    else:
        sys.stderr.write("avow: no journal was replayed: whatever was refused after the backup is not known here\n")


def _demand_journal(*, lost: bool) -> None:
    """Refuse to restore where no journal is, unless it is said that there is none any more."""
    there = begun() and owner()
    if not there and not lost:
        raise StoreError(
            f"there is no journal in {journal()}, so what was refused after the backup would be used again",
            "mount it, or set AVOW_JOURNAL; only where it is lost for good, say --journal-lost",
        )
    if there and lost:
        raise StoreError(f"there is a journal in {journal()}", "leave out --journal-lost")


def _replay() -> None:
    """Replay with a bar, and say what was done again."""
    connect()
    publish(load(config().policies))
    lock = alone(config().data, "replay")
    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        quiet = not sys.stderr.isatty()
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
            task = progress.add_task("", total=None)
            done = again(lambda at, total: progress.update(task, completed=at, total=total))
    finally:
        lock.release()
    _tell(done)


def _tell(done: Replayed) -> None:
    screen().print(
        f"{done.entries} entries of the ledger are back. Done again: {done.refusals} refusals,"
        f" {done.corrections} corrections, {done.erasures} erasures, {done.merges} merges,"
        f" {done.ends} ends of agreements, {done.requests} open requests and holds. The store may be used.",
        soft_wrap=True,
        highlight=False,
    )
