"""Copy a whole store into one file, verify such a file, and try whether it would serve: `avow backup`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from avow.cli.safe.bar import bar
from avow.cli.safe.drill import drill
from avow.cli.safe.secret import of, passphrase
from avow.cli.screen import screen
from avow.store.backup.backup import backup
from avow.store.backup.pack import Manifest
from avow.store.backup.pack import check as verify
from avow.store.backup.saved import remember
from avow.store.connect import connect


class Backup(TyperGroup):
    """Let `avow backup FILE` be `avow backup to FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take a first word that is none of our verbs for a file, or for an option of its."""
        known = not args or args[0] == "--help" or args[0] in self.commands
        return super().parse_args(ctx, args if known else ["to", *args])


app = typer.Typer(cls=Backup, help="Copy a whole store into one file: `avow backup FILE`.", no_args_is_help=True)
Secret = Annotated[
    Path | None, typer.Option("--passphrase-file", help="File with the passphrase on one line; asked for if left out.")
]
File = Annotated[Path, typer.Argument(help="A backup.", dir_okay=False)]


@app.command()
def to(
    file: Annotated[Path, typer.Argument(help="The file to be written; it must not exist.", dir_okay=False)],
    *,
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Encrypt it with a passphrase.")] = False,
    passphrase_file: Secret = None,
) -> None:
    """Write database, keys and policy files into one file, as of one instant; `avow backup FILE` does the same.

    The file appears whole or not at all, and only its owner reads it. With `DATABASE_URL` it needs `AVOW_BACKUP_URL`.
    """
    secret = passphrase(passphrase_file, new=True) if encrypt or passphrase_file else ""
    connect()
    with bar() as stage:
        made = backup(file, secret, stage("copying", None))
    remember(made.manifest)
    screen().print(f"{made.path}: {made.bytes / 1e6:.1f} MB, {_told(made.manifest)}", soft_wrap=True, highlight=False)
    if not secret:
        screen(stderr=True).print(
            "It is not encrypted, and holds the keys and all personal data: keep it as you keep them."
        )


@app.command()
def check(file: File, passphrase_file: Secret = None) -> None:
    """Read a backup to its end and compare every byte with its checksums; nothing is restored."""
    secret = of(file, passphrase_file)
    with bar() as stage:
        manifest, _ = verify(file, secret, stage("checking", file.stat().st_size))
    screen().print(f"{file} is whole: {_told(manifest)}", soft_wrap=True, highlight=False)


app.command("drill")(drill)


def _told(manifest: Manifest) -> str:
    return f"of {manifest.at}, {manifest.size} leaves of the ledger, {len(manifest.files)} files, Avow {manifest.avow}"
