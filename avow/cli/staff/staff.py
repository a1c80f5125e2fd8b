"""Manage the accounts of staff: `avow staff add | list | roles | reset | remove`."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.errors import ConfigError
from avow.page.staff.accounts import add, everybody, give, remove, reset
from avow.store.connect import connect
from avow.terms import Role

app = typer.Typer(help="Manage the accounts of staff.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address that they sign in with.")]
Roles = Annotated[list[Role], typer.Option("--role", help="What they do here; may be given more than once.")]


@app.command("add")
def add_(
    email: Email, name: Annotated[str, typer.Option(help="Their name, as the desk shows it.")], role: Roles
) -> None:
    """Make an account, and print the link at which they set password and second factor: good for a day, used once."""
    connect()
    if Role.PROCESSOR in role:
        raise ConfigError("who works for a processor reads by its agreement", "`avow processor account` lets them in")
    _tell(add(email, name, role))


@app.command("list")
def list_() -> None:
    """Name everybody who has or had an account, and their roles."""
    connect()
    lines = table("address", "name", "roles", "account")
    for one in everybody():
        state = "removed" if not one.is_active else "open" if one.has_usable_password() else "waits for its link"
        lines.add_row(escape(one.email), escape(one.name), ", ".join(role.value for role in one.roles), state)
    screen().print(lines)


@app.command()
def roles(email: Email, role: Roles) -> None:
    """Give somebody these roles and no other; it holds from their next request on."""
    connect()
    one = give(email, role)
    Console().print(f"{escape(one.email)}: {', '.join(role.value for role in one.roles)}")


@app.command("reset")
def reset_(email: Email) -> None:
    """End password, second factor and sessions of an account, and print a new link that opens it."""
    connect()
    _tell(reset(email))


@app.command("remove")
def remove_(email: Email) -> None:
    """End an account at once; its name stays beside what it read."""
    connect()
    remove(email)
    Console().print(f"{escape(email)} is not staff any more.")


def _tell(link: str) -> None:
    console = screen(highlight=False)
    console.print("Give them this link. It is good for 24 hours, and works once:")
    console.print(link, soft_wrap=True)
