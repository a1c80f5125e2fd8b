"""Be `avow policy`: check, render, explain and show the policy, with or without a store."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.tree import Tree

from avow.cli.screen import screen, table
from avow.config import config
from avow.errors import PolicyError, PolicyErrors
from avow.policy.document import Clause, Policy
from avow.policy.folder import load
from avow.policy.history import History, number
from avow.policy.proof.check import Report, check, own
from avow.policy.proof.coverage import coverage
from avow.policy.proof.evidence import EVIDENCE, NOT_YET, Evidence
from avow.policy.proof.gaps import gaps
from avow.policy.proof.notyet import NotYet, not_yet
from avow.policy.reader import read
from avow.policy.shown.jsonld import json_ld
from avow.policy.shown.page import page, page_hash
from avow.policy.shown.plain import plain
from avow.policy.shown.words import words
from avow.terms import ClauseClass, Promise

app = typer.Typer(
    help="Check, render, explain and show the policy: a file, or a folder of its versions.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
OPEN = Path("policies/not-yet.toml")


class Form(StrEnum):
    """What a policy is rendered as."""

    HTML = "html"
    TEXT = "text"
    JSONLD = "jsonld"


Where = Annotated[
    Path | None, typer.Argument(help="A version's file or a folder of versions; AVOW_POLICIES if left out.")
]
Version = Annotated[str, typer.Option(help="The version to take from a folder; the one in force if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
OpenList = Annotated[
    Path,
    typer.Option(
        "--not-yet",
        help="The list of promises that are not kept yet; what this version of Avow lacks, if it is not there.",
    ),
]


@app.command("check")
def check_command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders; AVOW_POLICIES if left out.")] = None,
    *,
    as_json: AsJson = False,
    open_list: OpenList = OPEN,
) -> None:
    """Say whether every promise has its keeper and its proof, and every purpose its channel; status 1 if not.

    Warnings name what the policy leaves unsaid; they never fail the check.
    """
    where = [path for path in paths or [config().policies] if path.suffix != ".toml"]
    reports = [_checked(path, open_list) for path in where]
    told = _told(reports)
    if as_json:
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        _print(reports)
    raise typer.Exit(1 if told["errors"] else 0)


def _checked(path: Path, open_list: Path) -> Report:
    try:
        found = not_yet(open_list) if open_list.is_file() else NotYet(NOT_YET, len(NOT_YET))
        return check(_history(path), EVIDENCE, found, coverage(path) if path.is_dir() else None)
    except PolicyErrors as wrong:
        return Report(0, 0, 0, 0, (), wrong.errors, ())
    except PolicyError as wrong:
        return Report(0, 0, 0, 0, (), (wrong,), ())


def _told(reports: list[Report]) -> dict[str, object]:
    counts = {
        name: sum(getattr(one, name) for one in reports)
        for name in ("clauses", "enforced", "evidenced", "informational", "open")
    }
    return {
        **counts,
        "not_yet": list(dict.fromkeys(slug for one in reports for slug in one.not_yet)),
        "errors": [str(error) for one in reports for error in one.errors],
        "warnings": list(dict.fromkeys(told for one in reports for told in one.warnings)),
    }


def _print(reports: list[Report]) -> None:
    console = screen()
    for error in (error for report in reports for error in report.errors):
        console.print(f"[red]error[/red] {escape(str(error))}", soft_wrap=True)
    for warning in dict.fromkeys(warning for report in reports for warning in report.warnings):
        console.print(f"[yellow]unsaid[/yellow] {escape(warning)}", soft_wrap=True)
    for slug in dict.fromkeys(slug for report in reports for slug in report.not_yet):
        console.print(f"[yellow]not kept yet[/yellow] {escape(slug)}: {escape(_meaning(slug))}", soft_wrap=True)
    lines = table("", "clauses", *(kind.value for kind in ClauseClass))
    every, waiting = _counts(reports)
    lines.add_row("in all", *map(str, every))
    lines.add_row("not kept yet", *map(str, waiting))
    console.print(lines)
    found = sum(len(report.errors) for report in reports)
    console.print(f"{found} errors" if found else "no errors")


def _counts(reports: list[Report]) -> tuple[list[int], list[int]]:
    """Count the clauses, and those of each class; then the same of those that make an open promise."""
    every = [sum(getattr(report, kind.value) for report in reports) for kind in ClauseClass]
    waiting = [sum(report.open_of.get(kind, 0) for report in reports) for kind in ClauseClass]
    return [sum(every), *every], [sum(waiting), *waiting]


def _meaning(slug: str) -> str:
    return next((promise.meaning for promise in Promise if promise.slug == slug), "there is no such promise")


@app.command()
def render(
    where: Where = None,
    *,
    form: Annotated[Form, typer.Option("--as", help="html, text or jsonld.")] = Form.TEXT,
    version: Version = "",
) -> None:
    """Print a version as HTML, as plain text, or as JSON-LD in the words of W3C's Data Privacy Vocabulary."""
    policy = _version(where, version)
    match form:
        case Form.HTML:
            typer.echo(page(policy))
        case Form.TEXT:
            typer.echo(plain(policy), nl=False)
        case Form.JSONLD:
            typer.echo(json.dumps(json_ld(policy), indent=1, ensure_ascii=False))


@app.command()
def explain(where: Where = None, *, version: Version = "") -> None:
    """Print each clause with its class, its promises, its rules in words, who keeps it and what proves it."""
    policy = _version(where, version)
    console = screen()
    for section in policy.sections:
        tree = Tree(f"[bold]{escape(section.title)}[/bold]")
        for name in section.clauses:
            _branch(policy, policy.clauses[name], tree)
        console.print(tree)
    laws = Tree("[bold]Laws that hold for every policy[/bold]")
    for clause in policy.clauses.values():
        if clause.section == "law":
            _branch(policy, clause, laws)
    console.print(laws)
    for gap in gaps(policy):
        console.print(f"[yellow]unsaid[/yellow] {escape(gap)}")


def _branch(policy: Policy, clause: Clause, tree: Tree) -> None:
    waits = any(promise.slug in NOT_YET for promise in clause.promises)
    kind = f"[yellow]{clause.kind.value}, not kept yet[/yellow]" if waits else clause.kind.value
    branch = tree.add(f"[cyan]{clause.id}[/cyan] ({kind}) {escape(clause.text)}")
    for rule in clause.rules:
        branch.add(escape(words(policy, rule)))
    for promise in clause.promises:
        one = EVIDENCE.get(promise.slug, Evidence((), ()))
        leaf = branch.add(f"[green]{promise.slug}[/green]: {escape(promise.meaning)}")
        for verb, names in (("kept", one.keepers), ("proven", one.proofs)):
            leaf.add(f"{verb} by {escape(', '.join(names))}" if names else f"[yellow]not {verb} yet[/yellow]")


@app.command()
def show(where: Where = None) -> None:
    """Print the versions with their hashes, and what each bit of a mask of uses means."""
    history = _history(where or config().policies)
    console = screen()
    versions = table("version", "in force from", "follows", "clauses", title="Versions")
    versions.add_column("SHA-256 of the page", overflow="fold", min_width=32)
    for policy in history.policies:
        front, clauses = policy.front, str(sum(1 for _ in own(policy)))
        versions.add_row(
            front.version, front.effective.isoformat(), front.follows or "", clauses, page_hash(policy).hex()
        )
    console.print(versions)
    bits = table("bit", "purpose", "towards", "by", "over", "kept for days", title="Meanings")
    for told, bit in history.bits.items():
        kept = "until asked" if told.retention is None else str(told.retention)
        over = ", ".join(sorted(told.categories))
        bits.add_row(str(bit), told.purpose, told.recipient.value, escape(told.controller), over, kept)
    console.print(bits)
    if history.topics:
        console.print("Topics: " + ", ".join(f"{name} {bit}" for name, bit in history.topics.items()))


def _history(path: Path) -> History:
    if not path.exists():
        raise PolicyError(f"{path}: there is no such file", hint="give a version's file, or a folder of versions")
    return load(path) if path.is_dir() else number([read(path)])


def _version(where: Path | None, version: str) -> Policy:
    history = _history(where or config().policies)
    if version:
        return history.version(version)
    return history.policies[-1] if len(history.policies) == 1 else history.in_force(datetime.now(UTC))
