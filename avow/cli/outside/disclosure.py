"""Give data to organizations outside, and call it back: `avow disclosure`."""

import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from avow.cli.people.attest import told
from avow.cli.screen import screen, table
from avow.disclosure.outside.disclose import Given, Wanted, disclose, preview, preview_one
from avow.disclosure.outside.notices import send_notices
from avow.errors import RecordError
from avow.mail.stop import apply_kept
from avow.record.known.address import parse
from avow.record.known.identity import on_file
from avow.record.outside.organization import add_organization, end_organization, organizations
from avow.record.outside.recall import acknowledge, recall, recalled, recalls
from avow.record.outside.register import register
from avow.store.connect import connect

app = typer.Typer(
    help="Give data outside, to whom each person said yes to by name, and call it back.", no_args_is_help=True
)
_To = Annotated[str, typer.Argument(metavar="ORGANIZATION", help="Its short name; `avow disclosure organizations`.")]
_Only = Annotated[list[str] | None, typer.Option("--only", help="A kind of data alone; can be given again.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="ORGANIZATION", help="Small letters, digits and dashes.")],
    title: Annotated[str, typer.Argument(help="Its name, as people read it.")],
    does: Annotated[str, typer.Option("--does", help="What it does, in a sentence for people to read.")],
    mailbox: Annotated[str, typer.Option("--mailbox", help="Where a notice goes when somebody takes a yes back.")],
) -> None:
    """Register an organization; from then on people can say yes to it by its name, and nobody has yet."""
    connect()
    add_organization(name, title, does, mailbox)


@app.command()
def end(name: _To) -> None:
    """Give nothing to an organization any more; what was said and given stays on file."""
    connect()
    end_organization(name)


@app.command("organizations")
def list_() -> None:
    """Show the organizations."""
    connect()
    lines = table("organization", "title", "what it does", "notices go to", "")
    for one in organizations():
        lines.add_row(one.id, escape(one.title), escape(one.does), one.mailbox, "ended" if one.ended else "")
    screen().print(lines)


@app.command("preview")
def preview_(
    name: _To,
    person: Annotated[str | None, typer.Argument(help="An address, or a person's id: of them alone.")] = None,
    only: _Only = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")] = False,
) -> None:
    """Say how many people would be given, and how many are left out and why; or why one person is. Nothing is given."""
    connect()
    wanted = Wanted(name, "to be counted", getpass.getuser(), frozenset(only or ()))
    if person is not None:
        for one in _people(person):
            typer.echo(f"{one}: {preview_one(wanted, one) or 'would be given'}")
        return
    found = preview(wanted)
    if as_json:
        sys.stdout.write(json.dumps(asdict(found)) + "\n")
        return
    lines = table("people", "")
    lines.add_row(str(found.allowed), "would be given")
    for reason, count in found.reasons.items():
        lines.add_row(str(count), f"left out: {reason}")
    screen().print(lines)


@app.command()
def give(
    name: _To,
    file: Annotated[Path, typer.Argument(help="Where to: CSV, or lines of JSON if it ends in .jsonl.", dir_okay=False)],
    why: Annotated[str, typer.Option("--why", help="What for; it stands in the register.")],
    only: _Only = None,
    staff: Annotated[str | None, typer.Option("--staff", help="Who prepares what is to be attested.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as one JSON object.")] = False,
) -> None:
    """Write the data of whoever said yes to an organization by name, of nobody else; two members of staff attest it."""
    connect()
    apply_kept()
    columns = (TextColumn("people"), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("people", total=None)
        wanted = Wanted(name, why, staff or getpass.getuser(), frozenset(only or ()))
        found = disclose(wanted, file, lambda done: progress.update(bar, completed=done))
    if as_json:
        sys.stdout.write(json.dumps({**asdict(found), "waits": found.waits and told(found.waits)}, default=str) + "\n")
    else:
        tell(str(file), found)


@app.command("register")
def register_() -> None:
    """Show the register: what was given outside, to whom, when, why, under which clause."""
    connect()
    lines = table("when", "to", "people", "why", "because of", "attested", "entry")
    for one in register():
        lines.add_row(
            f"{one.at:%Y-%m-%d %H:%M}",
            one.whom,
            str(one.people),
            escape(one.why),
            " ".join(one.clause),
            one.attested.hex()[:16],
            str(one.entry),
        )
    screen().print(lines)


@app.command("recalls")
def recalls_() -> None:
    """Make and send the notices that are due, and show each until it is acknowledged."""
    connect()
    recall()
    send_notices()
    lines = table("notice", "to", "people", "made", "sent", "")
    for one in recalls():
        state = f"acknowledged {one.acknowledged:%Y-%m-%d}" if one.acknowledged else "late" if one.late else "waits"
        sent = f"{one.sent:%Y-%m-%d %H:%M}" if one.sent else "not yet"
        lines.add_row(str(one.id), escape(one.title), str(one.people), f"{one.at:%Y-%m-%d %H:%M}", sent, state)
    screen().print(lines)


@app.command("acknowledge")
def acknowledge_(
    notice: Annotated[UUID, typer.Argument(help="The notice; `avow disclosure recalls` shows it.")],
    how: Annotated[str, typer.Argument(help="How that is known, such as: letter of 3 May from their officer.")],
) -> None:
    """Note that an organization acknowledged a notice otherwise than by its link."""
    connect()
    if not how.strip() or not acknowledge(recalled(notice).id, how.strip()):
        raise RecordError("it is acknowledged already, or you did not say how that is known", "say how, once")


def tell(file: str, found: Given) -> None:
    """Say what came of it."""
    console = screen(highlight=False)
    if found.waits:
        console.print(
            f"Nothing is written yet: two members of staff must attest it, {found.waits.lacks} still. Each runs:"
        )
        console.print(f"  avow people attest {found.waits.digest.hex()[:16]} --staff NAME", soft_wrap=True)
        console.print("Then give this command once more.")
        return
    for reason, count in found.reasons:
        console.print(f"{count} left out: {reason}")
    console.print(escape(f"{found.people} people in {file}. Entry {found.entry}, SHA-256 {found.sha256}."))


def _people(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        found = [one.person for one in on_file(parse(text))]
    if not found:
        raise RecordError(f"nobody here has the address {text}", "give another address, or a person's id")
    return found
