"""Say what is wrong and what to do: `avow doctor`."""

import json
import sys
from typing import Annotated

import typer
from rich.table import Table

from avow.cli.screen import screen, table
from avow.page.health.checks import CHECKS, failure


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as one JSON list.")] = False,
) -> None:
    """Check store, keys, policy, ledger, mail and site; end with status 1 if anything is wrong."""
    answers = list(_answers())
    if as_json:
        sys.stdout.write(json.dumps(answers, indent=1) + "\n")
    else:
        screen().print(_table(answers))
    if any(answer["state"] != "ok" for answer in answers):
        raise typer.Exit(1)


def _answers() -> list[dict[str, str]]:
    """Make every check; those that need a store that does not answer are named as not made."""
    answers, store = [], True
    for check in CHECKS:
        if check.store and not store:
            answers.append({"id": check.id, "title": check.title, "state": "not checked", "found": "", "hint": ""})
            continue
        found, error = failure(check)
        store = store and not (error and check.id == CHECKS[0].id)
        said = {"found": str(error.args[0]), "hint": error.hint} if error else {"found": found, "hint": ""}
        answers.append({"id": check.id, "title": check.title, "state": "wrong" if error else "ok", **said})
    return answers


def _table(answers: list[dict[str, str]]) -> Table:
    lines = table("", "id", "what", "found", "do", box=None)
    signs = {"ok": "[green]ok[/]", "wrong": "[red]wrong[/]", "not checked": "[yellow]?[/]"}
    for answer in answers:
        lines.add_row(signs[answer["state"]], answer["id"], answer["title"], answer["found"], answer["hint"])
    return lines
