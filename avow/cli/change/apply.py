"""Publish a version by its plan: `avow policy apply`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from avow.cli.demo.bar import steps
from avow.config import config
from avow.errors import PolicyError
from avow.policy.folder import load
from avow.record.attested.attest import Prepared
from avow.store.connect import connect
from avow.updates.apply import apply as applied
from avow.updates.ask import ask


def apply(
    path: Annotated[Path, typer.Argument(metavar="PLAN", help="The file that `avow policy plan` wrote.")],
    staff: Annotated[str, typer.Option("--staff", help="Who brings the plan.")] = "the command line",
) -> None:
    """Publish the version of a plan that the staff approved, if nothing that it rests on has changed, and ask people.

    The first time it is brought, it waits for the staff: each approves it on the desk (`/desk/change/`) or by
    `avow people attest`. Then give the same command again. What it suspends is off from its instant on.
    """
    told = _read(path)
    connect()
    done = applied(load(config().policies), told, staff)
    if done.waits:
        _waits(done.waits)
        raise typer.Exit(1)
    for version in done.versions:
        typer.echo(f"Published version {version} of the policy, in force from {told['effective']}.")
    with steps() as step:
        queued = ask(told["version"], step("questions", told["mail"] + told["courtesy"]))
    typer.echo(f"Queued: {queued:,} messages. Until people say yes, nothing new is done with their data.")


def _waits(found: Prepared) -> None:
    some = "One member" if found.lacks == 1 else f"{found.lacks} members"
    typer.echo(f"Nothing is published yet: {some} of staff must approve this plan, on the desk or here:", err=True)
    typer.echo(f"  avow people attest {found.digest.hex()[:16]} --staff NAME", err=True)
    if found.needed == 1:
        typer.echo("AVOW_APPROVALS is 1: nobody else looks at it.", err=True)
    typer.echo("Then give this command again.", err=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PolicyError(f"{path} cannot be read: {error}", hint="give the file that --out named") from error
    if not isinstance(told, dict):
        raise PolicyError(f"{path} holds no plan", hint="give the file that --out named")
    return told
