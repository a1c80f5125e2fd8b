"""Give the checkpoints a new key: `avow ledger rotate-key`."""

from typing import Annotated

import typer

from avow.cli.screen import screen
from avow.errors import LedgerError
from avow.ledger.keys import named, ring, rotate
from avow.store.connect import connect


def keys() -> None:
    """Print the keys of the checkpoints, the newest last, each with the size up to which it signed."""
    connect()
    typer.echo(ring().text(_name()), nl=False)


def rotate_key(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Sign with a new key from the next checkpoint on; not in routine: only where the old one may be known to others.

    The old secret is destroyed. The old public key stays in the list, for the checkpoints that it signed.
    """
    connect()
    origin = _name()
    if not yes:
        typer.confirm("Whoever verifies must be given the new list of keys. Rotate the key?", abort=True)
    found = rotate()
    screen().print(f"The new key signs the next checkpoint of {origin}. Publish this list, and back up the keys:")
    typer.echo(found.text(origin), nl=False)


def _name() -> str:
    origin = named()
    if origin is None:
        raise LedgerError("the ledger has no name yet", "`avow work` gives it one with the first checkpoint")
    return origin
