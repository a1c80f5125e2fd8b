"""Take in people and refusals from files: `avow people import`."""

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from avow.cli.people.attest import told
from avow.cli.screen import screen, table
from avow.collection.bring import Brought, Claim, Order, bring
from avow.errors import CollectionError
from avow.record.taken.sheets.formats import FORMATS
from avow.record.taken.sheets.refusals import Source
from avow.record.taken.sheets.report import MOST_TOLD, Outcome, Report
from avow.record.taken.sheets.rows import lines
from avow.store.connect import connect
from avow.terms import ChannelKind

_FORMATS = ", ".join(one.id for one in FORMATS)
_TOLD = {
    Outcome.KNOWN: "known here, or twice in the file: left as they are",
    Outcome.BAD: "lines that cannot be taken: left out",
    Outcome.UNSURE: "lines whose word is not known: taken for a no",
}


_People = Annotated[
    Path | None, typer.Argument(help="CSV, its first line names the columns; none for refusals alone.", dir_okay=False)
]
_Maps = Annotated[
    list[str], typer.Option("--map", help="HEADING=category.field, HEADING=list.LIST, HEADING=- to leave it out.")
]
_Refusals = Annotated[
    list[Path], typer.Option("--refusals", help="A list of who refuses; it wins over every other.", dir_okay=False)
]
_Format = Annotated[
    str | None, typer.Option("--format", help=f"The format of the refusals: {_FORMATS}; recognised if left out.")
]
_Every = Annotated[bool, typer.Option("--every-line", help="Each line of the refusals is a no, whatever it says.")]
_Only = Annotated[str | None, typer.Option("--only-list", help="They refuse this list of ours, not all marketing.")]
_Dated = Annotated[str | None, typer.Option("--at", help="The heading of the date of collection.")]
_Version = Annotated[
    str | None, typer.Option("--as", help="The version of the policy that people were told of; needs --shown.")
]
_Shown = Annotated[
    Path | None, typer.Option("--shown", help="The words that they were shown, as a text file.", dir_okay=False)
]
_Channel = Annotated[ChannelKind, typer.Option("--channel", help="The channel by which they were collected then.")]
_States = Annotated[
    list[str], typer.Option("--states", help="A purpose that the words stated, where they were not the notice.")
]
_Proven = Annotated[
    bool, typer.Option("--confirmed", help="The holders confirmed their addresses then; that is attested, too.")
]
_Staff = Annotated[str | None, typer.Option("--staff", help="Who prepares what is to be attested.")]
_Again = Annotated[bool, typer.Option("--again", help="Make people anew whose address is known here.")]
_LeaveOut = Annotated[bool, typer.Option("--leave-out-bad", help="Leave out bad lines, and take the rest.")]
_Written = Annotated[
    Path | None, typer.Option("--report", help="Write each line that was not simply taken, as CSV.", dir_okay=False)
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print the account as one JSON object.")]


def import_(  # noqa: PLR0913, PLR0917 -- the options of a command
    file: _People = None,
    maps: _Maps = [],  # noqa: B006 -- typer reads it, nobody changes it
    refusals: _Refusals = [],  # noqa: B006 -- same
    format_: _Format = None,
    every: _Every = False,
    only: _Only = None,
    dated: _Dated = None,
    version: _Version = None,
    shown: _Shown = None,
    channel: _Channel = ChannelKind.REGISTRATION,
    states: _States = [],  # noqa: B006 -- same
    proven: _Proven = False,
    staff: _Staff = None,
    again: _Again = False,
    leave_out: _LeaveOut = False,
    report_file: _Written = None,
    as_json: _AsJson = False,
) -> None:
    """Take in the people of a file, and those who refuse, all or none; a refusal wins, and none is ever undone.

    Nobody knows what they were told, so nothing optional is permitted, save what two members of staff attest: that
    they were collected --as a version, with the words --shown. Then they get exactly the uses that these stated.
    """
    if file is None and not refusals:
        raise CollectionError("there is nothing to take in", "give a file of people, or --refusals FILE")
    claim = _claim(version, shown, channel, states, staff, proven=proven)
    mapping = dict(map(mapped, maps))
    sources = [Source(one, format_, every, only, mapping) for one in refusals]
    order = Order(file, sources, mapping, dated, again, claim)
    connect()
    report = Report(leave_out)
    with report.written(report_file), bar([*refusals, *([file] if file else [])]) as tick:
        found = bring(order, report, tick)
    if as_json:
        sys.stdout.write(json.dumps(_account(found, report)) + "\n")
    else:
        _tell(found, report)


@contextmanager
def bar(files: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """Draw a bar over the lines of files; when all are read, what they say is put into effect."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reading lines", total=sum(map(lines, files)))

        def tick(number: int) -> None:
            progress.advance(task, number)
            if progress.finished:
                progress.update(task, description="putting them into effect")

        yield tick


def _claim(
    version: str | None,
    shown: Path | None,
    channel: ChannelKind,
    states: Sequence[str],
    staff: str | None,
    *,
    proven: bool,
) -> Claim | None:
    if version is None and shown is None:
        if states or proven:
            raise CollectionError("nobody knows what these people were told", "say it by --as VERSION and --shown FILE")
        return None
    if version is None or shown is None:
        raise CollectionError("--as and --shown go together", "give the version, and the words that people were shown")
    return Claim(version, channel, shown, staff or getpass.getuser(), tuple(states) or None, proven)


def mapped(text: str) -> tuple[str, str]:
    """Read HEADING=FIELD; raise CollectionError where it is neither."""
    heading, sign, field = text.rpartition("=")
    if not sign:
        raise CollectionError(f"--map {text!r} has no =", "write HEADING=category.field")
    return heading, field


def _account(found: Brought, report: Report) -> dict[str, object]:
    waits = found.waits
    return {
        "taken": asdict(found.taken) if found.taken else None,
        "refused": asdict(found.refused) if found.refused else None,
        "files": {
            path: {"format": one.format, "lines": one.lines, **{m.name.lower(): n for m, n in one.meanings.items()}}
            for path, one in found.read.items()
        },
        "lines": {outcome.value: report.counts[outcome] for outcome in _TOLD},
        "waits": None if waits is None else {"digest": waits.digest.hex(), "lacks": waits.lacks},
        "attested": None if found.attested is None else told(found.attested),
    }


def _tell(found: Brought, report: Report) -> None:
    console = screen(highlight=False)
    for path, one in found.read.items():
        said = ", ".join(f"{meaning.value}: {number}" for meaning, number in one.meanings.items())
        console.print(escape(f"{path} ({one.format}): {one.lines} lines; {said or 'none of them says no'}."))
    if found.read and not any(one.meanings for one in found.read.values()):
        console.print("If a file is an export of who left, say so by --every-line.")
    if found.refused:
        console.print(
            f"{found.refused.mailboxes} mailboxes refuse; {found.refused.choices} choices are news,"
            f" {found.refused.bounced} mailboxes are known to bounce now."
        )
    if found.taken:
        console.print(
            f"{found.taken.people} people, {found.taken.items} items; {found.taken.refused} of them had refused"
            " something before."
        )
    if found.attested:
        names = ", ".join(f"{who} (entry {entry})" for who, _, entry in found.attested.staff)
        console.print(escape(f"Collected under {found.attested.words['version']}, attested by {names}."))
    if found.waits:
        console.print(
            f"No people are taken yet: two members of staff must attest what they were told, {found.waits.lacks} still."
            " Each runs:"
        )
        console.print(f"  avow people attest {found.waits.digest.hex()[:16]} --staff NAME", soft_wrap=True)
        console.print("Then give this command once more.")
    told_lines(console, report, _TOLD)


def told_lines(console: Console, report: Report, words_of: Mapping[Outcome, str]) -> None:
    """Print what became of lines, by outcome, with the first of each."""
    lines_ = table("lines", "", "the first of them")
    for outcome, words in words_of.items():
        if report.counts[outcome]:
            more = report.counts[outcome] - MOST_TOLD
            first = [*report.first[outcome], *([f"... and {more} more"] if more > 0 else [])]
            lines_.add_row(str(report.counts[outcome]), words, escape("\n".join(first)))
    if lines_.row_count:
        console.print(lines_)
