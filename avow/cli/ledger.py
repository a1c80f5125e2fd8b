"""Look into the ledger and check it: `avow ledger tail | fsck | checkpoint`; and mount what proves and verifies."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from psycopg import sql
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from avow.cli.evidence import prove, rotate, verify
from avow.cli.screen import screen, table
from avow.errors import LedgerError
from avow.ledger.checked.fsck import fsck as check
from avow.ledger.checked.report import Report
from avow.ledger.checked.snapshot import Snapshot, snapshot
from avow.ledger.keys import public, ring
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.note import Verifier
from avow.ledger.read import checkpoint as newest
from avow.ledger.read import tail as last
from avow.record.covered import covered
from avow.store.connect import address, connect

app = typer.Typer(help="Look into the ledger of every act, and check it.", no_args_is_help=True)
app.command()(prove.prove)
app.command()(verify.verify)
app.command()(prove.consistency)
app.command()(rotate.keys)
app.command("rotate-key")(rotate.rotate_key)


@app.command()
def tail(n: Annotated[int, typer.Option("-n", min=1, help="How many entries.")] = 20) -> None:
    """Show the last entries, the newest last: what was done and when, never to whom."""
    connect()
    lines = table("entry", "index", "kind", "at (UTC)", "rows")
    for line in last(n):
        place = "waits" if line.index is None else str(line.index)
        lines.add_row(str(line.id), place, line.kind, f"{line.at:%Y-%m-%d %H:%M:%S}", str(line.covers))
    screen().print(lines)


@app.command()
def checkpoint() -> None:
    """Print the newest signed checkpoint; whoever keeps it can prove later that nothing before it was changed."""
    connect()
    note = newest()
    if note is None:
        raise LedgerError("the ledger has no checkpoint yet", "`avow work` signs one when there is an entry")
    typer.echo(note, nl=False)


@app.command("key")
def verifier() -> None:
    """Print the verifier key of the checkpoints, as witnesses and checkers configure it."""
    connect()
    note = newest()
    if note is None:
        raise LedgerError("the ledger has no name yet", "`avow work` gives it one with the first checkpoint")
    typer.echo(str(Verifier(note.partition("\n")[0], ring().keys[-1])))


@app.command()
def fsck(
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
    kept: Annotated[
        list[Path] | None,
        typer.Option("--kept", help="A checkpoint that was kept elsewhere, to be compared.", exists=True),
    ] = None,
) -> None:
    """Check every entry, leaf, checkpoint and covered row; end with status 1 if anything disagrees."""
    connect()
    report = verified([path.read_text(encoding="utf-8") for path in kept or []])
    typer.echo(json.dumps(asdict(report) | {"ok": report.ok})) if as_json else _tell(report)
    raise typer.Exit(0 if report.ok else 1)


def verified(kept: Sequence[str] = ()) -> Report:
    """Check the ledger against the store, and against checkpoints that were kept elsewhere."""
    known = ring()
    outside = [known.opened(note) for note in kept]
    with snapshot() as source, _backup(source.name) as backup:
        return _checked(source, backup, public(), outside)


@contextmanager
def _backup(instant: str) -> Iterator[psycopg.Connection]:
    """Open the connection that sees every row, at the instant of a snapshot."""
    with psycopg.connect(address("avow_backup")) as backup:
        backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        backup.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(instant))
        yield backup


def _checked(source: Snapshot, backup: psycopg.Connection, key: bytes, outside: list[Checkpoint]) -> Report:
    """Check with a bar on the terminal; without a terminal nothing is drawn."""
    columns = (TextColumn("checking entries and rows"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=source.size())
        return check(source, covered(backup), key, outside=outside, tick=partial(bar.advance, task))


def _tell(report: Report) -> None:
    console = screen()
    for words in report.disagreements:
        console.print(words, style="red", markup=False, highlight=False, soft_wrap=True)
    if report.wrong > len(report.disagreements):
        console.print(f"... and {report.wrong - len(report.disagreements)} more")
    console.print(
        f"{report.entries} entries ({report.waiting} wait for their place), {report.leaves} leaves,"
        f" {report.checkpoints} checkpoints, {report.covers} commitments: {report.rows} rows carry theirs,"
        f" {report.named} were amended or forgotten since.",
        soft_wrap=True,
    )
    console.print("Everything agrees." if report.ok else f"{report.wrong} disagreements.")
