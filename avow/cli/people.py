"""Take people in, merge them, part them, forget them: `avow people import | merge | unmerge | forget`."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from avow.accuracy.forgotten.forget import forget
from avow.errors import AddressError, CollectionError, RecordError
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.known.link import link, unlink
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import take
from avow.record.taken.sheet import arrivals
from avow.store.connect import connect
from avow.terms import Actor

app = typer.Typer(help="Take people in, merge them, part them, forget them.", no_args_is_help=True)
Person = Annotated[str, typer.Argument(metavar="PERSON", help="An id, or an address that one person holds.")]


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV in UTF-8 (or UTF-16 with its mark), whose first line names the columns.", dir_okay=False
        ),
    ],
    maps: Annotated[
        list[str], typer.Option("--map", help="HEADING=category.field, or HEADING=- to leave it out.")
    ] = [],  # noqa: B006 -- typer reads it, nobody changes it
) -> None:
    """Take in the people of a file, all or none.

    Nobody knows what they were told, so nothing optional is permitted; and no refusal is undone.
    """
    connect()
    mapping = dict(_mapped(text) for text in maps)
    columns = (TextColumn("people"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("people", total=_lines(file))
        taken = take(arrivals(file, in_force(), mapping), lambda number: progress.advance(bar, number))
    Console().print(
        f"{taken.people} people, {taken.items} items; {taken.refused} of them had refused something before."
    )


@app.command()
def merge(one: Person, other: Person) -> None:
    """Take two persons for one: what either refuses holds for both. It can be undone."""
    connect()
    link(_person(one), _person(other), Actor.STAFF)
    Console().print("They are one; `avow people unmerge` parts them again.")


@app.command()
def unmerge(one: Person, other: Person) -> None:
    """Take two persons for two again; what was refused meanwhile stays refused for both."""
    connect()
    unlink(_person(one), _person(other))
    Console().print("They are two.")


@app.command("forget")
def forget_(
    person: Person, yes: Annotated[bool, typer.Option("--yes", help="Do not ask before forgetting.")] = False
) -> None:
    """Forget all that a person gave. There is no way back."""
    connect()
    found = _person(person)
    if not yes:
        typer.confirm(f"Forget {found} for good?", abort=True)
    done = forget(found)
    Console().print(f"{done.gone} What remains:")
    for line in done.remains:
        Console().print(f"- {line}")
    for other in done.linked:
        Console().print(f"- {other}, who was merged with this person, is not forgotten")


def _person(text: str) -> UUID:
    """Find one person by id or address; raise RecordError if there is none, or more than one."""
    try:
        return UUID(text)
    except ValueError:
        pass
    try:
        found = persons_at(parse(text).exact_id)
    except AddressError as error:
        raise RecordError(f"{text!r} is neither an id nor an address", "give one of them") from error
    if len(found) != 1:
        listed = ", ".join(map(str, found))
        hint = f"give the id of one: {listed}" if found else "look at the spelling"
        raise RecordError(f"{len(found)} people hold {text}", hint)
    return found[0]


def _mapped(text: str) -> tuple[str, str]:
    heading, sign, field = text.rpartition("=")
    if not sign:
        raise CollectionError(f"--map {text!r} has no =", "write HEADING=category.field")
    return heading, field


def _lines(file: Path) -> int:
    """Count the people that a file seems to hold."""
    try:
        with file.open("rb") as opened:
            return max(sum(chunk.count(b"\n") for chunk in iter(lambda: opened.read(1 << 20), b"")) - 1, 0)
    except OSError as error:
        raise CollectionError(f"{file} cannot be read: {error.strerror}", "give the path of a CSV file") from error
