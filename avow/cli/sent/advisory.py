"""Warn the owners of a product: `avow mailing advisory`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from avow.cli.mailing import AsJson, outcomes, preview, printed, read, summed, told
from avow.cli.screen import screen
from avow.mail.stop import apply_kept
from avow.store.connect import connect
from avow.uses.advisory import Advisory, advise, foresee_advisory


def advisory(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="A product, by its id.")],
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the advisory, as it is published.")],
    message: Annotated[Path, typer.Argument(help="Markdown; its first line is `# Subject`.", dir_okay=False)],
    affected: Annotated[list[str], typer.Option("--affected", help="A version that is affected; once for each.")],
    fixed: Annotated[list[str] | None, typer.Option("--fixed", help="A version that mends it; once for each.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whom it would reach, and send nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before sending.")] = False,
    as_json: AsJson = False,
) -> None:
    """Warn whoever owns an affected version and was told before that such messages come, also who refused marketing.

    A message that promotes anything is refused. Ends with status 1 if a mailbox is unaccounted for.
    """
    connect()
    words, about = read(message), Advisory(name, product, tuple(affected), tuple(fixed or ()))
    apply_kept()
    foreseen = foresee_advisory(about, words)
    console = screen(stderr=as_json)
    preview(console, foreseen)
    if dry_run:
        printed(as_json, {"foreseen": told(foreseen)})
        return
    if sys.stdin.isatty() and not (yes or as_json):
        typer.confirm(f"Warn {foreseen.allowed} people?", abort=True)
    found = advise(about, words)
    outcomes(console, found)
    printed(as_json, {"foreseen": told(foreseen), "mailing": summed(found)})
    if not found.accounted or found.open:
        raise typer.Exit(1)
