"""Say what one version changes against another: `avow policy diff`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.config import config
from avow.decision.diff import Diff, Use
from avow.decision.diff import diff as compared
from avow.errors import PolicyError
from avow.policy.compare import Compared, compare
from avow.policy.document import Policy
from avow.policy.folder import load
from avow.policy.history import number
from avow.policy.reader import read
from avow.updates.report import report, told

_Versions = Annotated[str, typer.Argument(help="A version's file, a folder (its newest), or a version's name.")]


def diff(
    old: _Versions,
    new: _Versions,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    strict: Annotated[
        bool, typer.Option(help="End with status 1 where a clause is reworded and nobody says what that means.")
    ] = False,
) -> None:
    """Say exactly what NEW permits that OLD did not, what it no longer permits, and what it says differently.

    Versions by name are those of AVOW_POLICIES. No store is needed.
    """
    before, after = _version(old), _version(new)
    uses, words = compared(number([before, after]), before, after), compare(before, after)
    if as_json:
        typer.echo(json.dumps(report(uses, words), indent=1, ensure_ascii=False))
    else:
        _print(screen(), before, after, uses, words)
    for fault in words.faults:
        typer.echo(f"avow: {fault}", err=True)
    raise typer.Exit(1 if strict and words.faults else 0)


def _version(name: str) -> Policy:
    path = Path(name)
    if path.is_file():
        return read(path)
    if path.is_dir():
        return load(path).policies[-1]
    if "/" in name or name.endswith(".md"):
        raise PolicyError(f"{name}: there is no such file", hint="give a version's file, a folder, or a version's name")
    return load(config().policies).version(name)


def _print(console: Console, before: Policy, after: Policy, uses: Diff, words: Compared) -> None:
    console.print(f"[bold]{before.front.version}[/bold] -> [bold]{after.front.version}[/bold]", soft_wrap=True)
    _uses(console, after, "gained", uses.gained)
    _uses(console, before, "lost", uses.lost)
    console.print(f"{len(uses.gained)} uses gained, {len(uses.lost)} lost, {uses.unchanged} unchanged")
    points = ", ".join(f"{uses.points[name]:,} {name}" for name in ("both", "gained", "lost", "neither"))
    console.print(f"points of the domain, each looked at: {points}")
    if words.added or words.removed or words.reworded:
        _clauses(console, words)
    if words.other or uses.moved:
        _other(console, uses, words)


def _uses(console: Console, policy: Policy, how: str, uses: Sequence[Use]) -> None:
    if not uses:
        return
    lines = table("what for", "seen by", "of what, and how it came", title=f"Uses {how}")
    for one in told(policy, uses):
        lines.add_row(escape(f"{one.purpose}: {one.states}"), escape(one.recipient), escape("\n".join(one.data)))
    console.print(lines)


def _clauses(console: Console, words: Compared) -> None:
    lines = table("clause", "", "before", "after", title="Clauses")
    for clause in words.added:
        lines.add_row(clause.id, "added", "", escape(clause.text))
    for clause in words.removed:
        lines.add_row(clause.id, "removed", escape(clause.text), "")
    for one in words.reworded:
        how = (
            "its rules change"
            if one.ruled
            else "same meaning, says its author"
            if one.asserted
            else "[red]unsaid[/red]"
        )
        lines.add_row(one.id, f"reworded: {how}", escape(one.before), escape(one.after))
    console.print(lines)


def _other(console: Console, uses: Diff, words: Compared) -> None:
    lines = table("what", "which", "before", "after", title="Everything else")
    for one in words.other:
        lines.add_row(
            one.what, f"{one.id} {one.key}".strip(), *(escape(_short(part)) for part in (one.before, one.after))
        )
    for move in uses.moved:
        topic = f", about {move.topic}" if move.topic else ""
        which = f"{move.purpose} of {move.category} towards {move.recipient.value}{topic}"
        lines.add_row("conditions", which, f"{move.lost} points", f"{move.gained} points")
    console.print(lines)


def _short(value: object) -> str:
    """Write a value on one line: a declaration by its title, what is not there as a dash."""
    if isinstance(value, dict) and "title" in value:
        return str(value["title"])
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
