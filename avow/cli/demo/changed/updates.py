"""Play two changes of the policy on invented people, and prove what became of everybody: `avow demo updates`."""

import json
import os
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from avow.cli.demo.changed.answer import paged
from avow.cli.demo.changed.come import put
from avow.cli.demo.changed.play import FIRST, Ground, Played
from avow.cli.demo.changed.post import world
from avow.cli.demo.changed.told import Told, tell
from avow.cli.demo.mailing.troupe import free_port, troupe
from avow.cli.operate.setup import ready
from avow.cli.screen import screen
from avow.config import config
from avow.errors import StoreError
from avow.page.site import folder as served
from avow.record.known.identity import everybody


def updates(
    count: Annotated[int, typer.Option("--people", min=1_000, help="How many invented people arrive.")] = 20_000,
    source: Annotated[
        Path, typer.Option("--policies", help="The folder of the bundled sequence of versions.", file_okay=False)
    ] = Path("policies/changes"),
    seed: Annotated[int, typer.Option(help="What decides by chance; the same number, the same day.")] = 1,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object, last.")] = False,
) -> None:
    """Let people arrive under three versions, change the policy twice, kill the processes that do it, and prove it all.

    It needs an empty AVOW_DATA; the versions that it plays stand beside it, in AVOW_DATA with `-policies` behind its
    name. Ends with status 1 if anything differs from what brute force finds.
    """
    started = time.monotonic()
    place = config().data.with_name(f"{config().data.name}-policies")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    put(source, place, FIRST)
    told = _played(count, source, place, seed)
    told.seconds = round(time.monotonic() - started, 1)
    tell(told, screen(stderr=as_json, highlight=False))
    if as_json:
        sys.stdout.write(json.dumps(asdict(told) | {"wrong": told.wrong, "ok": not told.wrong}) + "\n")
    raise typer.Exit(1 if told.wrong else 0)


def _played(count: int, source: Path, place: Path, seed: int) -> Told:
    """Play it on a mail server and a site of its own."""
    site = free_port()
    with world() as caught, TemporaryDirectory(prefix="avow-demo-") as logs:
        os.environ |= {
            "AVOW_SMTP": f"smtp://127.0.0.1:{caught.port}",
            "AVOW_BIND": f"127.0.0.1:{site}",
            "AVOW_POLICIES": str(place),
        }
        config.cache_clear()
        served.cache_clear()
        ready()
        if everybody():
            raise StoreError("there are people in this store", "point AVOW_DATA at an empty folder")
        with troupe(Path(logs)) as running:
            began = time.monotonic()
            running.start("serve", "serve", "--no-work")
            with paged(running, site) as page:
                ground = Ground(caught, page, source, place, time.monotonic() - began)
                return Played(count, ground, seed).play()
