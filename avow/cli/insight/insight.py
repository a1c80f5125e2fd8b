"""Tell of kinds of customers, a closed month at a time: `avow insight release | list | show`."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from avow.cli.screen import screen, table
from avow.errors import RecordError
from avow.record.counted import insight
from avow.record.counted.insight import Release
from avow.store.connect import connect
from avow.uses.insight.month import Month
from avow.uses.insight.release import release as count
from avow.uses.insight.release import tables

app = typer.Typer(help="Tell of kinds of customers, a closed month at a time.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, last.")]


@app.command()
def release(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="A month that is closed, such as `2026-04`.")],
    as_json: AsJson = False,
) -> None:
    """Count a closed month, once, and keep what may be told of it; `avow work` does so by itself."""
    connect()
    _tell(count(Month.named(month)), as_json=as_json)


@app.command("list")
def list_() -> None:
    """Show the months that were told."""
    connect()
    lines = table("month", "told at (UTC)", "policy", "tables")
    for month in insight.months():
        told = _found(month)
        lines.add_row(month, f"{told.at:%Y-%m-%d %H:%M}", told.version, str(len(tables(told))))
    screen().print(lines)


@app.command()
def show(
    month: Annotated[str, typer.Argument(metavar="[MONTH]", help="One that was told; the latest if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what was told of a month; nothing is counted."""
    connect()
    _tell(_found(month or next(iter(insight.months()), "")), as_json=as_json)


def _found(month: str) -> Release:
    told = insight.told(month)
    if told is None:
        raise RecordError(f"{month or 'no month'} was told", "`avow insight list` says which were")
    return told


def _tell(told: Release, *, as_json: bool) -> None:
    console = screen(stderr=as_json)
    found = tables(told)
    for one in found:
        lines = table("", *one.columns, title=one.title)
        for name, row in one.rows:
            lines.add_row(name, *("-" if figure is None else f"{figure:,}" for figure in row))
        if one.total is not None:
            lines.add_row("in all", f"{one.total:,}")
        console.print(lines)
    said = f"Rounded to {told.step}; a dash is about fewer than {told.least} people, or would tell of them."
    few = f"Of {told.month} nothing can be told: it is about fewer than {told.least} people."
    console.print(said if found else few, highlight=False)
    if as_json:
        typer.echo(json.dumps({**asdict(told), "tables": [asdict(one) for one in found]}, default=str, indent=1))
