"""Take orders of the law, and follow them: `avow disclosure order | orders | called | follow`."""

import getpass
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from rich.markup import escape

from avow.cli.screen import screen, table
from avow.disclosure.legal.follow import follow as write
from avow.disclosure.legal.follow import prepared_for
from avow.disclosure.legal.instrument import Instrument, instrument
from avow.errors import RecordError
from avow.record.outside.order import call_back
from avow.record.outside.order import orders as every
from avow.store.connect import connect

_WORDS: Final = frozenset({"authority", "docket", "words", "people", "data", "from", "to", "by"})
_HINT: Final = "docs/howto/follow-the-law.md shows one"
_Order = Annotated[UUID, typer.Argument(metavar="ORDER", help="Its id; `avow disclosure orders` shows it.")]
_Staff = Annotated[str | None, typer.Option("--staff", help="Who of the staff does it.")]


def order(
    file: Annotated[Path, typer.Argument(help="What it says, as TOML.", dir_okay=False, exists=True)],
    staff: _Staff = None,
) -> None:
    """Take an order of the law, with what it reaches; one for everything or everybody is refused. Gives nothing yet."""
    connect()
    typer.echo(str(instrument(_read(file), staff or getpass.getuser())))


def orders() -> None:
    """Show the orders of the law, and how far each is followed."""
    connect()
    lines = table("order", "authority", "docket", "due", "stands")
    for one in every():
        stands = "called back" if one.called else "nobody called back yet"
        stands = f"followed; people {'told' if one.told else 'not told yet'}" if one.done else stands
        due = f"{one.deadline:%Y-%m-%d}{' (late)' if one.late else ''}"
        lines.add_row(str(one.id), escape(one.authority), escape(one.docket), due, stands)
    screen().print(lines)


def called(
    key: _Order,
    words: Annotated[str, typer.Argument(help="Whom you reached, at which number, and where you looked it up.")],
    staff: _Staff = None,
) -> None:
    """Note that the authority was called back, at a number that you looked up yourself; then two readers attest."""
    connect()
    by = staff or getpass.getuser()
    call_back(key, by, words)
    _tell_waits(prepared_for(key, by).digest.hex()[:16])


def follow(
    key: _Order,
    file: Annotated[Path, typer.Argument(help="Where to (CSV).", dir_okay=False)],
    staff: _Staff = None,
) -> None:
    """Write what an order reaches, once, after a call back and two readers; the people are told when they may be."""
    connect()
    found = write(key, file, staff or getpass.getuser())
    if found.waits:
        _tell_waits(found.waits.digest.hex()[:16])
        return
    console = screen(highlight=False)
    for reason, count in found.reasons:
        console.print(f"{count} left out: {reason}")
    console.print(escape(f"{found.people} people in {file}. Entry {found.entry}, SHA-256 {found.sha256}."))


def _tell_waits(digest: str) -> None:
    console = screen(highlight=False)
    console.print("Two members of staff must read and attest it. Each runs:")
    console.print(f"  avow people attest {digest} --staff NAME", soft_wrap=True)
    console.print("Then: avow disclosure follow ORDER FILE", soft_wrap=True)


def _read(file: Path) -> Instrument:
    try:
        told: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise RecordError(f"{file} is no TOML: {error}", _HINT) from error
    wrong = sorted((told.keys() - {"untold"}) ^ _WORDS)
    if wrong:
        raise RecordError(f"{file} lacks, or does not know: {', '.join(wrong)}", _HINT)
    authority, docket, words = (str(told[name]) for name in ("authority", "docket", "words"))
    people, data = ([str(one) for one in told[name]] for name in ("people", "data"))
    gag = _day(told["untold"], 1) if "untold" in told else None
    first, last, due = _day(told["from"], 0), _day(told["to"], 1), _day(told["by"], 1)
    return Instrument(authority, docket, words, people, data, first, last, due, gag)


def _day(told: object, after: int) -> datetime:
    if not isinstance(told, date) or isinstance(told, datetime):
        raise RecordError(f"{told!r} is no day", "write it as 2031-05-03, without quotes")
    return datetime(told.year, told.month, told.day, tzinfo=UTC) + timedelta(days=after)
