"""Send a message to a list and account for every mailbox: `avow mailing list | send | draft | schedule | show ...`."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from avow.cli.screen import screen, table
from avow.errors import MailError
from avow.mail.course import move
from avow.mail.course.again import again
from avow.mail.course.draft import draft, mailing
from avow.mail.course.tend import end
from avow.mail.form.limits import LARGEST
from avow.mail.mailing import Report, lists, recent
from avow.mail.stop import apply_kept
from avow.record.shown.versions import in_force
from avow.store.connect import connect
from avow.uses.mailings import Foreseen, account, foresee, send

app = typer.Typer(help="Send a message to a list, and account for every mailbox.", no_args_is_help=True)
Key = Annotated[UUID, typer.Argument(metavar="ID", help="A mailing, by its id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, last.")]
_MEANING = {
    "waiting": "waits for its turn",
    "sending": "on the wire, or its sender stopped",
    "sent": "taken by the mail server",
    "denied": "the policy says no, at the last instant",
    "refused": "the mail server says no for good",
    "deferred": "the mail server asked for patience; tried again later",
    "failed": "given up",
    "doubt": "written and never answered; not sent again",
}


@app.command("list")
def lists_() -> None:
    """Show the lists that mail can go to, with the purpose of each."""
    connect()
    lines = table("list", "title", "purpose", "on it")
    for one in lists():
        stated = "" if one.purpose in in_force().purposes else " (not in the policy in force)"
        lines.add_row(one.id, one.title, one.purpose + stated, "who joined" if one.joined_only else "who may get it")
    screen().print(lines)


@app.command("send")
def send_(
    to: Annotated[str, typer.Argument(metavar="LIST", help="A list, by its id.")],
    message: Annotated[Path, typer.Argument(help="Markdown; its first line is `# Subject`.", dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whom it would reach, and send nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before sending.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send a Markdown message to a list: who is in, who is not and why; then each mailbox with its outcome.

    Ends with status 1 if a mailbox is unaccounted for.
    """
    connect()
    words = read(message)
    apply_kept()
    foreseen = foresee(to, words)
    console = screen(stderr=as_json)
    preview(console, foreseen)
    if dry_run:
        printed(as_json, {"foreseen": told(foreseen)})
        return
    if sys.stdin.isatty() and not (yes or as_json):
        typer.confirm(f"Send it to {foreseen.allowed} people?", abort=True)
    with _bar(console) as tick:
        found = send(to, words, tick)
    outcomes(console, found)
    printed(as_json, {"foreseen": told(foreseen), "mailing": summed(found)})
    if not found.accounted or found.open:
        raise typer.Exit(1)


@app.command()
def show(
    mailing: Annotated[
        UUID | None, typer.Argument(metavar="[ID]", help="A mailing; the newest ones if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what became of a mailing, or which mailings there were."""
    connect()
    if mailing is not None:
        found = account(mailing)
        outcomes(screen(stderr=as_json), found)
        printed(as_json, {"mailing": summed(found)})
        return
    lines = table("mailing", "at (UTC)", "list", "subject", "state", "mailboxes", "sent")
    for one in recent():
        sent = str(one.states.get("sent", 0))
        lines.add_row(
            str(one.id), f"{one.at:%Y-%m-%d %H:%M}", one.list, one.subject, one.state, str(one.expected), sent
        )
    screen().print(lines)


@app.command("draft")
def draft_(
    to: Annotated[str, typer.Argument(metavar="LIST", help="A list, by its id.")],
    message: Annotated[Path, typer.Argument(help="Markdown; its first line is `# Subject`.", dir_okay=False)],
    shown: Annotated[
        bool, typer.Option("--shown", help="Show it on the site as a past issue when it is done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a message as a draft, which nobody gets until it is scheduled; the desk shows it too."""
    connect()
    key = draft(to, read(message), shown=shown)
    screen(stderr=as_json).print(f"Draft {key} is kept. `avow mailing schedule {key}` lets it go out.", highlight=False)
    printed(as_json, {"mailing": str(key), "state": "draft"})


@app.command()
def schedule(
    key: Key,
    at: Annotated[str, typer.Option("--at", help="A local time such as `2026-05-04 09:30`; now if left out.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="The time zone of that; the policy's if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let a draft go out at a time, in its time zone; what it must carry and lacks is refused now."""
    connect()
    found = mailing(key)
    where = zone or in_force().front.timezone
    due = move.schedule(key, found.edition, move.instant(at, where) if at else None, where)
    screen(stderr=as_json).print(f"It goes out at {due:%Y-%m-%d %H:%M} UTC, while `avow work` runs.", highlight=False)
    printed(as_json, {"mailing": str(key), "state": "scheduled", "due": due})


@app.command()
def pause(key: Key, as_json: AsJson = False) -> None:
    """Hold a mailing back; when this ends, nothing of it leaves until somebody goes on with it."""
    connect()
    move.pause(key)
    _moved(key, as_json)


@app.command()
def resume(key: Key, as_json: AsJson = False) -> None:
    """Go on with a mailing that was paused."""
    connect()
    move.resume(key)
    _moved(key, as_json)


@app.command()
def retry(key: Key, as_json: AsJson = False) -> None:
    """Try again whom the mail server turned away, and not their mailbox; who has it, or may have it, gets no second."""
    connect()
    count = again(key)
    screen(stderr=as_json).print(f"{count} go out again, while `avow work` runs.", highlight=False)
    _moved(key, as_json)


@app.command()
def cancel(key: Key, as_json: AsJson = False) -> None:
    """End a mailing for good; who has it has it, and nobody else gets it."""
    connect()
    move.cancel(key)
    end()
    _moved(key, as_json)


def _moved(key: UUID, as_json: bool) -> None:
    found = account(key)
    screen(stderr=as_json).print(f"{found.subject}: {mailing(key).state.value}", highlight=False)
    printed(as_json, {"mailing": summed(found)})


def read(path: Path) -> str:
    """Read the words of a message; raise MailError if they are no text in UTF-8."""
    try:
        if path.stat().st_size > 4 * LARGEST:
            raise MailError(
                f"{path} has {path.stat().st_size:,} bytes", f"a message has at most {LARGEST:,} characters"
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"{path} cannot be read: {error}", "give a Markdown file in UTF-8") from error


def preview(console: Console, foreseen: Foreseen) -> None:
    """Show whom a message would reach, and whom not by which sentence."""
    console.print(
        f"[bold]{foreseen.subject}[/bold] to {foreseen.list.title} ({foreseen.list.purpose})", highlight=False
    )
    lines = table("people", "", "by the policy")
    lines.add_row(foreseen.said(foreseen.allowed), "in", "")
    for because, count in sorted(foreseen.denied.items(), key=lambda pair: -pair[1]):
        said = [f"{name}: {foreseen.sentences.get(name, '')}" for name in because.split()]
        lines.add_row(str(count), "out", "\n".join(said) if because.split()[0] in foreseen.sentences else because)
    for words, count in foreseen.segment.items():
        lines.add_row(foreseen.said(count), "out", f"not in the segment: {words}")
    console.print(lines)


def outcomes(console: Console, found: Report) -> None:
    """Show what became of each mailbox."""
    lines = table("mailboxes", "state", "meaning", title=f"{found.subject} ({found.id})")
    for state, meaning in _MEANING.items():
        if found.states.get(state):
            lines.add_row(str(found.states[state]), state, meaning)
    for because, count in sorted(found.denied.items(), key=lambda pair: -pair[1]):
        lines.add_row(f"({count})", "denied", because)
    lines.add_row(str(sum(found.states.values())), "of", f"{found.expected} that it was made for")
    console.print(lines)


def told(foreseen: Foreseen) -> Mapping[str, object]:
    """Give what is foreseen as JSON has it; with a segment its figures are words, of few only that there are some."""
    if not foreseen.segment:
        return asdict(foreseen)
    left = {line: foreseen.said(count) for line, count in foreseen.segment.items()}
    return asdict(foreseen) | {"allowed": foreseen.said(foreseen.allowed), "segment": left}


def summed(found: Report) -> Mapping[str, object]:
    """Give an account as JSON has it."""
    return {**asdict(found), "open": found.open, "accounted": found.accounted}


def printed(as_json: bool, words: Mapping[str, object]) -> None:
    """Print one JSON object, if that is wanted."""
    if as_json:
        typer.echo(json.dumps(words, default=str, indent=1))


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("sending"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
