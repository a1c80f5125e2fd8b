"""Merge facts from others into what we hold of people: `avow people enrich`."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape

from avow.cli.people.bring import bar, mapped, told_lines
from avow.cli.screen import screen
from avow.record.taken.sheets.report import Outcome, Report
from avow.store.connect import connect
from avow.uses.enrich import Enriched, Order
from avow.uses.enrich import enrich as merge

_TOLD: Final[Mapping[Outcome, str]] = {
    Outcome.DENIED: "of people who said no, or were never told: nothing is stored",
    Outcome.STRANGER: "of nobody whom we know for sure: nothing is stored",
    Outcome.STANDS: "what is here already stands",
    Outcome.BAD: "lines that cannot be taken: left out",
}

_File = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV, its first line names the columns.", dir_okay=False, exists=True)
]
_Source = Annotated[str, typer.Option("--source", help="Who gave it to you; people are told this name.")]
_Licence = Annotated[str, typer.Option("--licence", help="Under which licence or contract; people can see it.")]
_Obtained = Annotated[datetime, typer.Option("--obtained", formats=["%Y-%m-%d"], help="The day on which you got it.")]
_Maps = Annotated[list[str], typer.Option("--map", help="HEADING=FIELD, HEADING=address, HEADING=- to leave it out.")]
_LeaveOut = Annotated[bool, typer.Option("--leave-out-bad", help="Leave out bad lines, and take the rest.")]
_Written = Annotated[
    Path | None, typer.Option("--report", help="Write each line that was not taken, and why, as CSV.", dir_okay=False)
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print the account as one JSON object.")]


def enrich(
    file: _File,
    source: _Source,
    licence: _Licence,
    obtained: _Obtained,
    maps: _Maps = [],  # noqa: B006 -- typer reads it, nobody changes it
    leave_out: _LeaveOut = False,
    report_file: _Written = None,
    as_json: _AsJson = False,
) -> None:
    """Merge facts that others gave you about people, for marketing alone, all or none; nobody is made by it.

    Of whoever refuses marketing or facts from others, or was never told of them, nothing is stored. The next marketing
    message tells each person from whom it is. Avow sends no addresses out to be matched: that would be a disclosure.
    """
    order = Order(file, source, licence, obtained.date(), dict(map(mapped, maps)))
    connect()
    report = Report(leave_out)
    with report.written(report_file), bar([file]) as tick:
        found = merge(order, report, tick)
    if as_json:
        lines = {outcome.value: report.counts[outcome] for outcome in _TOLD}
        sys.stdout.write(json.dumps({**asdict(found), "lot": found.lot.hex, "lines": lines}) + "\n")
    else:
        _tell(order, found, report)


def _tell(order: Order, found: Enriched, report: Report) -> None:
    console = screen(highlight=False)
    replaced = f"; {found.replaced} of them in place of an older one" if found.replaced else ""
    console.print(escape(f"{found.taken} facts from {order.source} are kept, for marketing alone{replaced}."))
    for clauses, count in sorted(found.denied.items()):
        console.print(escape(f"{count} denied by {clauses}."))
    told_lines(console, report, _TOLD)
