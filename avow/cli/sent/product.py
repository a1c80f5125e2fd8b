"""Register products, series of downloads, and who owns what: `avow product`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from avow.cli.screen import screen, table
from avow.collection.owned import ENDED, TOLD, UNKNOWN, UNTOLD, bring_owned, read_owned
from avow.record.products.register import add_product, add_series, products
from avow.store.connect import connect

app = typer.Typer(help="Register products, series of downloads, and who owns what.", no_args_is_help=True)


@app.command()
def add(
    product: Annotated[str, typer.Argument(metavar="ID", help="Small letters, digits and dashes.")],
    title: Annotated[str, typer.Argument(help="What it is called in a message.")],
) -> None:
    """Register a product."""
    connect()
    add_product(product, title)


@app.command("list")
def list_() -> None:
    """Show the products."""
    connect()
    lines = table("product", "title")
    for one in products():
        lines.add_row(one.id, one.title)
    screen().print(lines)


@app.command()
def series(
    name: Annotated[str, typer.Argument(metavar="SERIES", help="Small letters, digits and dashes.")],
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="The product that is downloaded.")],
    words: Annotated[str, typer.Argument(help="What is said beside the download of its messages.")],
    until: Annotated[datetime, typer.Option("--until", help="When it ends (UTC).", formats=["%Y-%m-%d"])],
    most: Annotated[int, typer.Option("--messages", min=1, help="How many messages it brings at most.")],
) -> None:
    """Declare the messages that a download brings, before the first download: its end and number stay as they are."""
    connect()
    to = add_series(name, product, words, until.replace(tzinfo=UTC), most)
    sys.stdout.write(f"Send each message with `avow mailing send {to} FILE`.\n")


@app.command()
def owned(
    sheet: Annotated[Path, typer.Argument(help="CSV: address, product, version, series, at, ended.", dir_okay=False)],
) -> None:
    """Take in who owns which version, or downloaded what in which series; people we do not know are not made."""
    connect()
    found = bring_owned(read_owned(sheet))
    lines = table("lines", "")
    for word, means in (
        (TOLD, "noted; told before which messages it brings"),
        (UNTOLD, "noted; not told before, so no such message reaches them"),
        (ENDED, "ended"),
        (UNKNOWN, "nobody we know; not noted"),
    ):
        lines.add_row(str(found.get(word, 0)), means)
    screen().print(lines)
