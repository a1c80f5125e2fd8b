"""Verify a proof or a receipt offline: `avow ledger verify`."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from avow.cli.screen import screen
from avow.errors import LedgerError
from avow.ledger.merkle.proof import LONGEST
from avow.ledger.merkle.ring import Ring, listed
from avow.ledger.opened.receipt import verify as verified
from avow.ledger.opened.value import value


def verify(
    file: Annotated[Path, typer.Argument(help="A .tlog-proof: a proof of an entry, or a person's receipt.")],
    keys: Annotated[
        str,
        typer.Option("--key", help="The log's verifier key, or a file with its list of keys, as /log/keys gives it."),
    ],
) -> None:
    """Verify a proof or a receipt with nothing but the log's verifier key; status 1 if anything does not fit."""
    origin, ring = _keys(keys)
    signed, told, receipt = verified(_read(file), ring)
    if signed.origin != origin:
        raise LedgerError(f"this is a proof of {signed.origin}, and the key is of {origin}", "give that log's key")
    console = screen()
    console.print(f"[green]Verified.[/] The entry is in {signed.origin}, under the checkpoint of {signed.size} leaves.")
    console.print(f"Entry: {told.kind}, at {_plain(told.at)} UTC, covering {told.covers}.", highlight=False)
    if receipt:
        console.print("It covers this record:")
        console.print_json(json.dumps(_plain(value(receipt.record)), ensure_ascii=False))
        match _plain(value(receipt.inside)) if receipt.inside else None:
            case [_, fields]:
                console.print("Under the digest in it stands:")
                console.print_json(json.dumps(fields, ensure_ascii=False))


def _keys(given: str) -> tuple[str, Ring]:
    """Read keys as they are given: in place, or in a file."""
    return listed(given if "+" in given and not Path(given).is_file() else _read(Path(given)))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(LONGEST + 1).decode()
    except OSError as error:
        raise LedgerError(f"{path} cannot be read: {error.strerror}", "name a file that is there") from error
    except UnicodeDecodeError as error:
        raise LedgerError(f"{path} is not text", "name a .tlog-proof or a list of keys") from error
    if len(text) > LONGEST:
        raise LedgerError(f"{path} is too large", "a proof has a few thousand characters; name that file")
    return text


def _plain(found: object) -> object:
    """Give a value as JSON can hold it."""
    match found:
        case datetime():
            return f"{found:%Y-%m-%d %H:%M:%S}"
        case bytes():
            return found.hex()
        case UUID():
            return str(found)
        case list():
            return [_plain(part) for part in found]
        case Mapping():
            return {str(key): _plain(part) for key, part in found.items()}
    return found
