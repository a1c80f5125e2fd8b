"""Ask for the passphrase of a backup: at the terminal or out of a file, never among the words of a command."""

from pathlib import Path

import typer

from avow.errors import BackupError
from avow.store.backup.sealed import encrypted


def passphrase(file: Path | None, *, new: bool = False) -> str:
    """Give the passphrase; a new one is asked for twice. Raises BackupError if there is none."""
    if file is None:
        return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))
    try:
        found = file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"the passphrase in {file} cannot be read: {error}", "give a file with one line") from error
    if not found:
        raise BackupError(f"{file} is empty", "write the passphrase into it, on one line")
    return found


def of(path: Path, file: Path | None) -> str:
    """Give the passphrase that a backup needs; "" if it needs none."""
    try:
        with path.open("rb") as opened:
            needed = encrypted(opened)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}", "give the path of a backup") from error
    return passphrase(file) if needed else ""
