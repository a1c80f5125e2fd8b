"""Write permitted data to a file: `avow people export`."""

import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from avow.cli.people.attest import told
from avow.cli.screen import screen
from avow.config import config
from avow.mail.stop import apply_kept
from avow.store.connect import connect
from avow.uses.export import Exported, Wanted
from avow.uses.export import export as write


def export(
    file: Annotated[Path, typer.Argument(help="Where to: CSV, or lines of JSON if it ends in .jsonl.", dir_okay=False)],
    purpose: Annotated[str, typer.Option("--for", help="A purpose of the policy in force, by its id.")],
    list_id: Annotated[str | None, typer.Option("--list", help="Only whom this list of that purpose reaches.")] = None,
    staff: Annotated[str | None, typer.Option("--staff", help="Who prepares what is to be attested.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the account as one JSON object.")] = False,
) -> None:
    """Write the data that the policy permits for a purpose: permitted people and fields only, each decided.

    Of more than `AVOW_ALONE` people, and of applications and files of anybody, two members of staff must attest it
    first, for each export anew.
    """
    connect()
    apply_kept()
    columns = (TextColumn("people"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("people", total=None)
        wanted = Wanted(purpose, list_id, file, staff or getpass.getuser())
        found = write(wanted, config().alone, lambda done, all_: progress.update(bar, completed=done, total=all_))
    if as_json:
        waits = found.waits and told(found.waits)
        sys.stdout.write(json.dumps({**asdict(found), "waits": waits}, default=str) + "\n")
    else:
        _tell(file, found)


def _tell(file: Path, found: Exported) -> None:
    console = screen(highlight=False)
    if found.waits:
        console.print(
            f"Nothing is written yet: two members of staff must attest an export of more than {config().alone} people,"
            f" and of applications and files, {found.waits.lacks} still. Each runs:"
        )
        console.print(f"  avow people attest {found.waits.digest.hex()[:16]} --staff NAME", soft_wrap=True)
        console.print("Then give this command once more.")
        return
    late = f"; {found.denied} were left out at the last moment" if found.denied else ""
    console.print(escape(f"{found.people} people in {file}{late}. Entry {found.entry}, SHA-256 {found.sha256}."))
