"""Say what a version to come does to whom, before it happens: `avow policy plan`."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.config import config
from avow.policy.folder import load
from avow.store.connect import connect
from avow.updates.hit import LOST
from avow.updates.plan import Changed, changed
from avow.updates.plan import plan as planned


def plan(
    version: Annotated[str, typer.Argument(help="A version of AVOW_POLICIES that is not published yet.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the plan to this file.")] = None,
    signed: Annotated[
        str, typer.Option(help="Who read the clauses that mean the same in other words, and countersigns that they do.")
    ] = "",
) -> None:
    """Say who would be mailed and asked, which uses would wait for an answer, and what is a notice on the site alone.

    Nothing is changed by it.
    """
    connect()
    found = changed(load(config().policies), version)
    if not as_json:
        _sentences(found)
    told = planned(found, signed)
    if out is not None:
        _write(out, told)
    if as_json:
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        _print(told)


def _write(path: Path, told: Mapping[str, Any]) -> None:
    """Write beside the file and put it in place, so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    draft.replace(path)


def _sentences(found: Changed) -> None:
    asserted = [one for one in found.words.reworded if one.asserted]
    if not asserted:
        return
    lines = table("clause", "it said", "it says", title="Said to mean the same; who countersigns has read both")
    for one in asserted:
        lines.add_row(one.id, escape(one.before), escape(one.after))
    screen().print(lines)


def _print(told: Mapping[str, Any]) -> None:
    console = screen()
    console.print(f"Version {told['version']}, in force from {told['effective']}", soft_wrap=True)
    if told["ask"]:
        console.print(_asked(told["ask"]))
        console.print(
            f"Each of these uses waits for that person's own yes from {told['effective']} on.", soft_wrap=True
        )
    elif told["suspend"]:
        console.print("The policy promises to use nothing stored in another way: nobody is asked, and it stays off.")
    else:
        console.print("Nothing stored would be used in a way that was not stated: nobody is asked, nothing waits.")
    for name, words in (
        ("people", "people on file"),
        ("mail", "are mailed and asked"),
        ("unreachable", "are touched and no mail reaches them: for them it stays off"),
        ("untouched", "are not touched"),
        ("courtesy", "asked for notes about the policy and get one"),
    ):
        console.print(f"{told[name]:>12,} {words}", soft_wrap=True)
    for one in told["hit"]:
        console.print(f"  {_hit(one)}", soft_wrap=True)
    cost = told["cost"]
    console.print(f"{cost['messages']:>12,} messages, about {cost['minutes']} minutes", soft_wrap=True)
    console.print(f"{len(told['notice'])} changes are a notice on the site alone; they touch nothing stored.")
    for one in (one for one in told["notice"] if one["what"] == "use"):
        use = one["use"]
        console.print(
            f"  {escape(use['title'])} towards {use['recipient']}: 0 of {one['looked_at']:,} items", soft_wrap=True
        )
    console.print(f"plan {told['hash']}", soft_wrap=True)


def _hit(one: Mapping[str, Any]) -> str:
    """Say which mailing, agreement or organization the change takes people from, and why."""
    why = "is not permitted any more" if one["because"] == LOST else "waits for each person's yes"
    if one["what"] == "mailing":
        who = f"mailing {one['id']} to {one['list']} ({one['state']}, {one['left']:,} left)"
    else:
        left = f", {one['left']:,} said yes" if "left" in one else ""
        how = "agreement" if one["what"] == "agreement" else "data given outside,"
        who = f"{how} {one['id']} with {one['organization']} ({', '.join(one['categories'])}{left})"
    return f"{escape(who)}: {one['purpose']} {why}"


def _asked(asks: Sequence[Mapping[str, Any]]) -> Any:
    lines = table(
        "use", "towards", "of", "people", "items", "mail reaches", "does not", title="Asked before it happens"
    )
    for one in asks:
        use, counts = one["use"], (one[name] for name in ("people", "items", "reachable", "unreachable"))
        lines.add_row(escape(use["title"]), use["recipient"], ", ".join(use["categories"]), *(f"{n:,}" for n in counts))
    return lines
