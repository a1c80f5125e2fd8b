"""Show the whole on invented people, and prove it: `avow demo`."""

import json
import os
import sys
import time
from dataclasses import asdict
from typing import Annotated

import typer

from avow.cli.demo.changed.updates import updates
from avow.cli.demo.company.company import company
from avow.cli.demo.day import day
from avow.cli.demo.mailing.mailing import mailing
from avow.cli.demo.seeded.seed import seed
from avow.cli.demo.sink import sink
from avow.cli.demo.told import tell
from avow.cli.operate.setup import ready
from avow.cli.screen import screen
from avow.config import config
from avow.errors import StoreError
from avow.record.known.identity import everybody

app = typer.Typer(invoke_without_command=True)


@app.callback()
def demo(
    at: typer.Context,
    count: Annotated[int, typer.Option("--people", min=400, help="How many invented people arrive.")] = 20_000,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object, last.")] = False,
) -> None:
    """Let invented people arrive, refuse and be written to, and prove that each is treated as promised.

    It needs an empty AVOW_DATA and the example policy; mail goes to a mail server of its own. Ends with status 1
    if anything disagrees.
    """
    if at.invoked_subcommand:
        return
    started = time.monotonic()
    with sink() as (caught, port):
        os.environ["AVOW_SMTP"] = f"smtp://127.0.0.1:{port}"
        config.cache_clear()
        ready()
        if everybody():
            raise StoreError("there are people in this store", "point AVOW_DATA at an empty folder")
        told = day(count, caught)
    told.seconds = round(time.monotonic() - started, 1)
    tell(told, screen(stderr=as_json, highlight=False))
    if as_json:
        sys.stdout.write(json.dumps(asdict(told) | {"ok": not told.wrong}) + "\n")
    raise typer.Exit(1 if told.wrong else 0)


app.command("seed")(seed)
app.command("company")(company)
app.command("mailing")(mailing)
app.command("updates")(updates)
