"""Let other systems hand in what they sign: `avow intake`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from avow.cli.screen import screen, table
from avow.collection.connectors.declare import declare, show_words
from avow.errors import CollectionError, RecordError
from avow.page.site import address
from avow.record.programs.acts import ConnectorKind
from avow.record.programs.connector import connector, connectors, disconnect, new_secret, retire
from avow.record.programs.connector import rotate as take_new
from avow.store.connect import connect
from avow.terms import ChannelKind

app = typer.Typer(help="Let other systems hand in what they sign.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="CONNECTOR", help="The connector, by its name.")]
Secret = Annotated[
    str | None,
    typer.Option(help="The secret by which it signs, as its system names it; one is made and printed if left out."),
]
_ALWAYS: Final = datetime.max.replace(tzinfo=UTC)
_FORMATS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="CONNECTOR", help="Small letters, digits and dashes.")],
    kind: Annotated[ConnectorKind, typer.Option(help="How it signs.")] = ConnectorKind.STANDARD,
    channel: Annotated[ChannelKind, typer.Option(help="The channel of the policy.")] = ChannelKind.ORDER,
    field: Annotated[
        list[str] | None,
        typer.Option(help="A field that is taken, for Shopify as field=source; more than once; all if left out."),
    ] = None,
    consent: Annotated[str, typer.Option(help="The purpose that its consent is a yes to; none if left out.")] = "",
    secret: Secret = None,
) -> None:
    """Declare a connector; what the policy does not declare for the channel cannot be taken."""
    connect()
    made = secret or new_secret()
    if secret is None and kind is ConnectorKind.SHOPIFY:
        raise RecordError("Shopify makes the secret", "give the one that it shows, by --secret")
    found = declare(name, kind, channel, field or [], consent, made)
    sys.stdout.write(f"Takes {', '.join(found)} at {address()}/in/{name}\n")
    if secret is None:
        sys.stdout.write(f"{made}\n")


@app.command()
def words(
    name: Name,
    version: Annotated[str, typer.Option(help="The version whose notice its channel shows.")],
    file: Annotated[Path, typer.Option(help="What it shows, as a text file; word for word the notice.")],
    since: Annotated[datetime, typer.Option(help="From when (UTC).", formats=_FORMATS)],
    until: Annotated[
        datetime | None, typer.Option(help="Until when (UTC); open if left out.", formats=_FORMATS)
    ] = None,
) -> None:
    """Declare which words its channel shows, from when until when; what no words are known of serves itself alone."""
    connect()
    found = connector(name)
    if found is None:
        raise RecordError(f"there is no connector {name!r}", "`avow intake list` names them")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"{file} cannot be read: {error}", "give the words as a text file in UTF-8") from error
    show_words(name, found.channel, version, text, _utc(since), _utc(until) if until else _ALWAYS)
    sys.stdout.write(f"What happens there from {since:%Y-%m-%d %H:%M} on is stamped with version {version}.\n")


@app.command("list")
def list_() -> None:
    """Show every connector, and what came by it."""
    connect()
    lines = table(
        "connector", "signs as", "channel", "fields", "versions shown", "taken", "again", "dropped", "unheard"
    )
    for one in connectors():
        counts, shown = one.counts, ", ".join(notice.version for notice in one.notices)
        numbers = map(str, (counts.taken, counts.again, counts.dropped, counts.unheard))
        name = f"{one.name} (ended)" if one.ended else one.name
        lines.add_row(name, one.kind.value, one.channel.value, ", ".join(one.fields), shown or "none", *numbers)
    screen().print(lines)


@app.command()
def rotate(name: Name, secret: Secret = None, *, done: Annotated[bool, typer.Option("--done")] = False) -> None:
    """Take a new secret; the one before is good beside it until you say `--done`."""
    connect()
    if done:
        retire(name)
        sys.stdout.write("The secret before is good no more.\n")
        return
    made = secret or new_secret()
    take_new(name, made)
    sys.stdout.write(f"{made}\n" if secret is None else "Taken: both are good now.\n")


@app.command()
def end(name: Name) -> None:
    """End a connector: nothing is taken from it any more."""
    connect()
    disconnect(name)
    sys.stdout.write("Ended: nothing is taken from it any more.\n")


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
