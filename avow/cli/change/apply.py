"""Publish a version by its plan: `avow policy apply`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from avow.config import config
from avow.errors import PolicyError
from avow.policy.folder import load
from avow.store.connect import connect
from avow.updates.apply import apply as applied


def apply(
    path: Annotated[Path, typer.Argument(metavar="PLAN", help="The file that `avow policy plan` wrote.")],
) -> None:
    """Publish the version of a plan, if nothing that it rests on has changed; what it suspends is off from then on."""
    told = _read(path)
    connect()
    for version in applied(load(config().policies), told):
        typer.echo(f"Published version {version} of the policy, in force from {told['effective']}.")
    if told["mail"]:
        typer.echo(f"To be asked: {told['mail']:,}. Until they say yes, nothing new is done with their data.")


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PolicyError(f"{path} cannot be read: {error}", hint="give the file that --out named") from error
    if not isinstance(told, dict):
        raise PolicyError(f"{path} holds no plan", hint="give the file that --out named")
    return told
