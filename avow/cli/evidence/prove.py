"""Write proofs that others verify offline: `avow ledger prove | consistency`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from avow.cli.screen import screen
from avow.errors import LedgerError
from avow.ledger.hashes import grown, proof_of
from avow.ledger.keys import ring
from avow.ledger.merkle.proof import growth_told
from avow.ledger.merkle.tiles import LARGEST
from avow.ledger.merkle.tree import consistent
from avow.ledger.read import checkpoint
from avow.store.connect import connect


def prove(
    entry: Annotated[int, typer.Argument(help="The number that `avow ledger tail` shows.", min=1, max=LARGEST)],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="The file to write; - is the screen.", dir_okay=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write the proof that an entry is in the ledger, with its bytes: `avow ledger verify` checks it offline."""
    connect()
    _write(out or Path(f"entry-{entry}.tlog-proof"), proof_of(entry).text, force=force)


def consistency(
    old: Annotated[Path, typer.Argument(help="A checkpoint that was kept; - reads it from the input.")],
) -> None:
    """Prove that the ledger has only grown since a checkpoint that was kept; status 1 if it is another one."""
    text = sys.stdin.read() if str(old) == "-" else _read(old)
    connect()
    note = checkpoint()
    if note is None:
        raise LedgerError("the ledger has no checkpoint yet", "`avow work` signs one when there is an entry")
    keys = ring()
    kept, newest = keys.opened(text), keys.opened(note)
    if kept.origin != newest.origin or kept.size > newest.size:
        raise LedgerError(
            f"the checkpoint that was kept is of {kept.origin} with {kept.size} leaves, and the newest is of"
            f" {newest.origin} with {newest.size}",
            "the ledger was cut back, or the checkpoint is another log's",
        )
    hashes = grown(kept.size, newest.size)
    if not consistent(kept.size, kept.root, newest.size, newest.root, hashes):
        raise LedgerError(f"the first {kept.size} leaves are not those that were signed", "run avow ledger fsck")
    typer.echo(growth_told(kept, newest, hashes), nl=False)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} cannot be read: {error}", "name a file that holds a checkpoint") from error


def _write(path: Path, text: str, *, force: bool) -> None:
    if str(path) == "-":
        typer.echo(text, nl=False)
        return
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise LedgerError(f"{path} is there already", "name another with --out, or give --force") from error
    except OSError as error:
        raise LedgerError(f"{path} cannot be written: {error.strerror}", "name another with --out") from error
    screen().print(f"{path} is written. Verify it with: avow ledger verify {path} --key KEY", soft_wrap=True)
