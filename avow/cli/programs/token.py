"""Let programs of the company in by tokens: `avow token`."""

import sys
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.record.programs.acts import ProgramAct
from avow.record.programs.token import Program, every, make
from avow.record.programs.token import revoke as end
from avow.store.connect import connect

app = typer.Typer(help="Let programs of the company in, each for one purpose.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which program has it; people who are read see this.")],
    purpose: Annotated[str, typer.Option(help="The one purpose of the policy that it is for.")],
    act: Annotated[list[ProgramAct], typer.Option(help="What it lets be done; may be given more than once.")],
    days: Annotated[int, typer.Option(help="Days that it is good, 366 at most.")] = 90,
) -> None:
    """Make a token, and print it. It is told once, and a keyed hash is kept."""
    connect()
    sys.stdout.write(f"{make(name, purpose, act, days, 'the command')}\n")


@app.command("list")
def list_() -> None:
    """Show every token there is or was, and never the token itself."""
    connect()
    lines = table("id", "program", "for", "lets", "made by", "until (UTC)", "state")
    for one in every():
        acts = ", ".join(act.value for act in ProgramAct if act in one.acts)
        until = f"{one.expires:%Y-%m-%d %H:%M}"
        lines.add_row(str(one.id), escape(one.name), one.purpose, acts, escape(one.by), until, _state(one))
    screen().print(lines)


@app.command()
def revoke(token: Annotated[UUID, typer.Argument(metavar="ID", help="As `avow token list` names it.")]) -> None:
    """End a token at once."""
    connect()
    end(token)
    sys.stdout.write("Revoked: it opens nothing any more.\n")


def _state(one: Program) -> str:
    return "revoked" if one.ended else "too old" if one.over else "good"
