"""Let two members of staff attest what was prepared: `avow people attest | attester`."""

from typing import Annotated

import typer
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.errors import RecordError
from avow.page.staff.models import Staff
from avow.record.attested.attest import Prepared, find, waiting
from avow.record.attested.attest import attest as say
from avow.record.attested.attester import FRESH, attester, new_secret
from avow.store.connect import connect


def attest(
    digest: Annotated[
        str | None,
        typer.Argument(help="What is attested, by the first digits of its digest; all that waits if none."),
    ] = None,
    staff: Annotated[str | None, typer.Option("--staff", help="Who attests it.")] = None,
    secret: Annotated[
        str | None, typer.Option("--secret", help="The one-time secret of who attests it; asked for if left out.")
    ] = None,
) -> None:
    """Read what waits to be attested, and attest it; two members of staff must, and none of them twice."""
    connect()
    if digest is None:
        for found in waiting():
            _show(found)
        return
    found = find(digest)
    _show(found)
    if staff is None:
        return
    given = secret if secret is not None else typer.prompt("One-time secret", hide_input=True, err=True)
    found = say(found.digest, attester(staff, given))
    console = screen()
    if found.lacks:
        console.print(f"Attested; {found.lacks} more must attest it.")
    else:
        console.print("Attested by as many as it needs. Give the command that was prepared once more.")


def make_attester(name: Annotated[str, typer.Argument(help="The address of a member of staff's account.")]) -> None:
    """Make a one-time secret by which a member of staff attests without the desk; hand it to them alone."""
    connect()
    if not Staff.objects.filter(email=name.strip().casefold(), is_active=True).exists():
        raise RecordError(f"there is no account of {name}", "`avow staff add` makes one")
    secret = new_secret(name)
    screen(stderr=True).print(f"The secret of {escape(name)}, good once and for {FRESH.days} day:")
    typer.echo(secret)


def told(found: Prepared) -> dict[str, object]:
    """Give what was attested for a program to read."""
    staff = [{"staff": who, "at": at.isoformat(), "entry": entry} for who, at, entry in found.staff]
    return {"digest": found.digest.hex(), "words": dict(found.words), "prepared": found.prepared, "staff": staff}


def _show(found: Prepared) -> None:
    lines = table("", "", title=f"{found.digest.hex()[:16]}, prepared by {escape(found.prepared)}")
    for name, value in found.words.items():
        lines.add_row(name, escape(value if isinstance(value, str) else ", ".join(value)))
    for who, at, entry in found.staff:
        lines.add_row("attested", f"{escape(who)}, {at:%Y-%m-%d %H:%M} UTC, entry {entry}")
    screen(highlight=False).print(lines)
