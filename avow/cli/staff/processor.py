"""Keep the agreements with those who work for you, and let them in: `avow processor`."""

import sys
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.disclosure.processors import agree as agreed
from avow.disclosure.processors import enter
from avow.record.agreed.agreement import Agreement, Terms, every, find
from avow.record.agreed.seat import seats_of
from avow.store.connect import connect

app = typer.Typer(help="Keep the agreements with those who work for you.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="AGREEMENT", help="The agreement, by its name.")]
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="AGREEMENT", help="Small letters, digits and dashes.")],
    organization: Annotated[str, typer.Option(help="Who works for you; people see this name.")],
    purpose: Annotated[list[str], typer.Option(help="A purpose of the policy; may be given more than once.")],
    category: Annotated[list[str], typer.Option(help="A kind of data; may be given more than once.")],
    confidentiality: Annotated[str, typer.Option(help="How they are bound to it: by which contract.")],
    below: Annotated[list[str] | None, typer.Option(help="Who works for them in turn; more than once.")] = None,
    begins: Annotated[datetime | None, typer.Option(help="From when (UTC); now if left out.", formats=_FORMATS)] = None,
    ends: Annotated[
        datetime | None, typer.Option(help="Until when (UTC); until it is ended if left out.", formats=_FORMATS)
    ] = None,
) -> None:
    """Put an agreement on file; what the policy does not state towards those who work for you is refused."""
    connect()
    first = datetime.now(UTC) if begins is None else _utc(begins)
    last = None if ends is None else _utc(ends)
    terms = Terms(name, organization, (*purpose,), (*category,), confidentiality, (*(below or ()),), first, last)
    entry = agreed.agree(terms)
    sys.stdout.write(f"On file, entry {entry} of the ledger. Let somebody in by `avow processor account` or `token`.\n")


@app.command("list")
def list_() -> None:
    """Show every agreement there is or was."""
    connect()
    lines = table("agreement", "organization", "for", "from (UTC)", "until (UTC)", "state")
    for one in every():
        terms, until = one.terms, one.until
        ends = f"{until:%Y-%m-%d %H:%M}" if until else "it is ended"
        begins = f"{terms.begins:%Y-%m-%d %H:%M}"
        lines.add_row(terms.id, escape(terms.organization), ", ".join(terms.purposes), begins, ends, _state(one))
    screen().print(lines)


@app.command()
def show(name: Name) -> None:
    """Show one agreement: its terms, and by what is read under it."""
    connect()
    one = find(name)
    lines = table("", "", box=None)
    lines.add_row("organization", escape(one.terms.organization))
    lines.add_row("for", ", ".join(one.terms.purposes))
    lines.add_row("kinds of data", ", ".join(one.terms.categories))
    lines.add_row("confidentiality", escape(one.terms.confidentiality))
    lines.add_row("works for it", escape(", ".join(one.terms.below)) or "nobody")
    lines.add_row("from", f"{one.terms.begins:%Y-%m-%d %H:%M} UTC")
    lines.add_row("until", f"{one.until:%Y-%m-%d %H:%M} UTC" if one.until else "it is ended")
    lines.add_row("state", _state(one))
    if one.returned:
        lines.add_row("given back", escape(one.returned))
    for seat in seats_of(name):
        what = f"token for {seat.purpose}" if seat.token else "account"
        lines.add_row("revoked" if seat.ended else "reads by", f"{escape(seat.name)}, {what}, {seat.id}")
    screen().print(lines)


@app.command()
def end(name: Name, why: Annotated[str, typer.Option(help="Why; it stands in the ledger.")]) -> None:
    """End an agreement now: when this returns, nothing is seen under it any more."""
    connect()
    at = agreed.end(name, why)
    sys.stdout.write(f"Ended at {at:%Y-%m-%d %H:%M:%S} UTC: nothing is seen under it any more.\n")


@app.command()
def returned(name: Name, how: Annotated[str, typer.Option(help="How you know: who attested it, and how.")]) -> None:
    """Keep that what was held under an agreement that ended was returned or deleted."""
    connect()
    agreed.give_back(name, how)
    sys.stdout.write("Kept: what was held was given back.\n")


@app.command()
def account(
    name: Name,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address that they sign in with.")],
    called: Annotated[str, typer.Option("--name", help="Their name.")],
) -> None:
    """Let a person of the organization in at the desk: prints the link that opens the account, good for a day, once."""
    connect()
    link = enter.account(name, email, called)
    sys.stdout.write(f"Give them this link. It is good for 24 hours, and works once:\n{link}\n")


@app.command()
def token(
    name: Name,
    purpose: Annotated[str, typer.Argument(metavar="PURPOSE", help="The one purpose that it reads for.")],
    called: Annotated[str, typer.Option("--name", help="Where it is used.")] = "",
) -> None:
    """Let a program of the organization in: prints a token for one purpose. It is told once, and a hash is kept."""
    connect()
    sys.stdout.write(f"{enter.token(name, purpose, called)}\n")


@app.command()
def revoke(
    seat: Annotated[UUID, typer.Argument(metavar="ID", help="As `avow processor show` lists it.")],
) -> None:
    """End one token, or one account's seat, at once; the agreement goes on."""
    connect()
    enter.revoke(seat)
    sys.stdout.write("Revoked: it opens nothing any more.\n")


def _state(one: Agreement) -> str:
    if one.over:
        return "ended, given back" if one.returned else "ended, not given back yet"
    return "in force" if one.stands else "begins"


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
