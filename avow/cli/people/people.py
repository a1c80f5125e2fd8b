"""Be the command `avow people`: import, attest, export, enrich, merge, unmerge, forget."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from avow.accuracy.forgotten.forget import forget
from avow.cli.people.attest import attest, make_attester
from avow.cli.people.bring import import_
from avow.cli.people.enrich import enrich
from avow.cli.people.export import export
from avow.errors import AddressError, RecordError
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.known.link import link, unlink
from avow.store.connect import connect
from avow.terms import Actor

app = typer.Typer(
    help="Bring people in, hand their data out, merge them, part them, forget them.", no_args_is_help=True
)
Person = Annotated[str, typer.Argument(metavar="PERSON", help="An id, or an address that one person holds.")]


app.command("import")(import_)
app.command("attest")(attest)
app.command("attester")(make_attester)
app.command("export")(export)
app.command("enrich")(enrich)


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
