"""Add boards and communities to the forum: `avow forum`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from avow.cli.screen import screen, table
from avow.record.forum.boards import add_board, boards
from avow.store.connect import connect

app = typer.Typer(help="Add boards and communities to the forum.", no_args_is_help=True)


@app.command()
def add(
    board: Annotated[str, typer.Argument(metavar="ID", help="Small letters, digits and dashes.")],
    title: Annotated[str, typer.Argument(help="What people read.")],
    charter: Annotated[Path, typer.Argument(help="A file that says what it is for.", exists=True, dir_okay=False)],
    *,
    community: Annotated[bool, typer.Option("--community", help="People can join it and get its messages.")] = False,
) -> None:
    """Add a board. Its charter stays as it is: who joins a community was shown it."""
    connect()
    listed = add_board(board, title, charter.read_text(encoding="utf-8"), community=community)
    if listed:
        sys.stdout.write(f"Write to its members with `avow mailing send {listed} FILE`.\n")


@app.command("list")
def list_() -> None:
    """Show the boards."""
    connect()
    lines = table("board", "title", "list of its members")
    for one in boards():
        lines.add_row(one.id, one.title, one.list)
    screen().print(lines)
