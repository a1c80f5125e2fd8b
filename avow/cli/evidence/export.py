"""Write what an outsider needs to check us: `avow evidence export`."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from avow.cli.evidence.draft import Draft, drafted
from avow.cli.screen import screen
from avow.errors import LedgerError
from avow.ledger.checked.snapshot import Snapshot, snapshot
from avow.ledger.keys import ring
from avow.ledger.merkle.note import Verifier
from avow.ledger.read import checkpoint as newest
from avow.mail.queue.told import TOLD, told
from avow.policy.document import Policy
from avow.policy.shown.page import canonical
from avow.record.opening.instant import instant
from avow.record.opening.lines import Line
from avow.record.opening.parts import PARTS, part
from avow.record.shown.versions import history
from avow.store.connect import connect

app = typer.Typer(help="Hand out evidence that others can check.", no_args_is_help=True)

FORMAT: Final = "avow/export/v1"


@app.command()
def export(folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")]) -> None:
    """Write all that an auditor needs, as of one instant: policy, ledger, what opens it, and what was sent.

    It holds no field of anybody, but names people and mailboxes by their keys: give it to those alone who may know
    whose these are, or who cannot learn it. `avow-audit FOLDER` checks it.
    """
    connect()
    with drafted(folder) as draft:
        number = written(Draft(draft))
    screen().print(f"{number:,} lines are in {folder}; check them with: avow-audit {folder}", soft_wrap=True)


def written(draft: Draft) -> int:
    """Write every part as of one instant, with a bar on the terminal."""
    at = datetime.now(UTC)
    columns = (TextColumn("writing"), BarColumn(), TextColumn("{task.completed:,.0f} lines"), TimeElapsedColumn())
    with snapshot() as source, instant(source.name) as backup:
        note = newest()
        if note is None:
            raise LedgerError("the ledger has no checkpoint yet", "`avow work` signs one when there is an entry")
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            tick = partial(bar.advance, bar.add_task("", total=source.size()))
            for name, found in _parts(source, backup):
                draft.lines(name, found, tick)
    for policy in history().policies:
        _policy(draft, policy)
    _manifest(draft, note.partition("\n")[0], at)
    return sum(int(str(one["lines"])) for one in draft.files.values())


def _parts(source: Snapshot, backup: psycopg.Connection) -> Iterator[tuple[str, Iterable[Line]]]:
    """Give each part with its lines: of the ledger, of the record, of mail."""
    yield "checkpoints", ({"size": signed.size, "note": signed.note} for signed in source.checkpoints())
    yield "entries", ({"id": e.id, "data": _base64(e.data), "covers": _base64(e.covers)} for e in source.entries())
    yield "leaves", ({"index": leaf.place, "entry": leaf.entry} for leaf in source.leaves())
    for name in PARTS:
        yield name, part(backup, name)
    for name in TOLD:
        yield name, told(backup, name)


def _policy(draft: Draft, policy: Policy) -> None:
    """Write a version's file, and the page that was made of it, as its hash covers it."""
    name = policy.front.version
    draft.text(f"policies/{name}.md", policy.source)
    draft.text(f"policies/{name}.page", canonical(policy))


def _manifest(draft: Draft, origin: str, at: datetime) -> None:
    told = {
        "format": FORMAT,
        "at": at.isoformat(timespec="seconds"),
        "keys": [str(Verifier(origin, public)) for public in ring().keys],
        "files": draft.files,
    }
    (draft.folder / "manifest.json").write_text(json.dumps(told, indent=1) + "\n")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
