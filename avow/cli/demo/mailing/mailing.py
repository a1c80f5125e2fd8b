"""Show that an opt-out holds while a mailing goes out: `avow demo mailing`."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from avow.cli.demo.bar import steps
from avow.cli.demo.mailing.account import account
from avow.cli.demo.mailing.play import play
from avow.cli.demo.mailing.saying.said import Company
from avow.cli.demo.mailing.servers.debian import smtp_sink
from avow.cli.demo.mailing.servers.sink import sinking
from avow.cli.demo.mailing.stage import Stage
from avow.cli.demo.mailing.tell import tell
from avow.cli.demo.mailing.told import Told
from avow.cli.demo.mailing.troupe import free_port, troupe
from avow.cli.evidence.draft import Draft, drafted
from avow.cli.evidence.export import written
from avow.cli.ledger import verified
from avow.cli.operate.setup import ready
from avow.cli.screen import screen
from avow.config import config
from avow.errors import StoreError
from avow.ledger.sequencer import sequence
from avow.record.known.identity import everybody
from avow.record.shown.versions import in_force

_CHECKER = "avow-audit"


def mailing(
    count: Annotated[int, typer.Option("--people", min=400, help="How many invented people arrive.")] = 10_000,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object, last.")] = False,
) -> None:
    """Send a mailing while people say no in every way, servers stall and a worker is killed; account for all.

    It needs an empty AVOW_DATA and the example policy. It runs `avow serve`, `avow lmtp`, three workers, and mail
    servers of its own. Ends with status 1 if a message was handed over after a no was acknowledged, or if anybody
    is not accounted for exactly once.
    """
    started = time.monotonic()
    told = _played(count)
    told.seconds = round(time.monotonic() - started, 1)
    tell(told, screen(stderr=as_json, highlight=False))
    if as_json:
        sys.stdout.write(json.dumps(asdict(told) | {"ok": not told.wrong}) + "\n")
    raise typer.Exit(1 if told.wrong else 0)


def _played(count: int) -> Told:
    site, letters = free_port(), free_port()
    with sinking() as sink, smtp_sink() as debian, TemporaryDirectory(prefix="avow-demo-") as logs:
        os.environ |= {
            "AVOW_SMTP": f"smtp://127.0.0.1:{sink.port}",
            "AVOW_BIND": f"127.0.0.1:{site}",
            "AVOW_LMTP": f"127.0.0.1:{letters}",
        }
        config.cache_clear()
        ready()
        if everybody():
            raise StoreError("there are people in this store", "point AVOW_DATA at an empty folder")
        company = Company(site, letters, in_force().front.mailbox)
        with troupe(Path(logs)) as running, steps() as step:
            stage = Stage(company, running, sink, debian, step)
            stage.open()
            told = account(play(count, stage), stage)
    _checked(told)
    return told


def _checked(told: Told) -> None:
    """Check the ledger, and let the independent checker decide everything anew where it is installed."""
    while sequence():
        pass
    report = verified()
    told.ledger = {"entries": report.entries, "rows": report.rows, "wrong": report.wrong, "ok": report.ok}
    told.fault("disagreements in the ledger", int(not report.ok))
    program = shutil.which(_CHECKER, path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if program is None:
        return
    with TemporaryDirectory(prefix="avow-demo-") as folder:
        export = Path(folder) / "export"
        with drafted(export) as draft:
            written(Draft(draft))
        done = subprocess.run(  # noqa: S603 -- our own checker
            [program, str(export), "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
    told.checker = json.loads(done.stdout or "{}") | {"status": done.returncode}
    told.fault("disagreements with the independent checker", int(done.returncode != 0 or not told.checker.get("ok")))
