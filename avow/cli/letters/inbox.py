"""Say what letters are, as the door that takes them in would: `avow inbox classify`."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.config import config
from avow.errors import MailError
from avow.mail.inbound.classify import Classified, classify
from avow.mail.inbound.report import NONE, Failure
from avow.mail.taken.asking import asking
from avow.policy.folder import load

app = typer.Typer(help="Look at letters.", no_args_is_help=True)
_SHOWN = ("file", "machine", "intents", "scope", "address", "reply", "queue", "because")
_LONGEST = 64 * 1024 * 1024


@app.callback()
def inbox() -> None:
    """Look at letters."""


@app.command("classify")
def classify_(
    files: Annotated[list[Path], typer.Argument(metavar="LETTERS", help="Letters, each in a file as it came.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Say what each letter is and what it asks for; the store is not touched, and nothing is done about it."""
    known = asking(load(config().policies).in_force(datetime.now(UTC)))
    told = [_told(path, classify(_read(path), known)) for path in files]
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        return
    lines = table("file", "machine", "asks for", "scope", "who", "reply", "queue", "because")
    for one in told:
        lines.add_row(*(_cell(one[name]) for name in _SHOWN))
    screen().print(lines)


@app.command("poll")
def poll_() -> None:
    """Take the letters that nobody has seen in the mailbox of AVOW_IMAP, once; each is marked seen when it is taken.

    `avow work` does it every half minute.
    """
    os.execv(sys.executable, [sys.executable, "-m", "avow.lmtp.poll"])  # noqa: S606 -- the door `lmtp` takes this process over


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(", ".join(value) if isinstance(value, list) else str(value or ""))


def _told(path: Path, found: Classified) -> dict[str, object]:
    first = next(iter(found.failures), Failure("", "", NONE))
    return {
        "file": str(path),
        "machine": found.machine.value,
        "dsn": {"recipient": first.recipient, "status": first.status, "class": first.kind},
        "intents": [one.value for one in found.intents],
        "scope": found.width.value if found.width else None,
        "topic": found.topic or None,
        "address": found.address,
        "token": found.token or None,
        "reply": found.reply,
        "queue": found.queue,
        "because": list(found.because),
    }


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST)
    except OSError as error:
        raise MailError(f"{path} cannot be read: {error.strerror or error}", "give the file of a letter") from error
