"""Run the site: `avow serve`."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Annotated
from urllib.parse import urlsplit

import typer
from django.urls import resolve
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from avow.cli.operate.bind import listenable
from avow.cli.operate.setup import ready
from avow.config import config, fit_for_production
from avow.errors import ConfigError, StoreAway, Unplanned
from avow.page.site import address, loopback
from avow.policy.document import Policy
from avow.policy.folder import load
from avow.policy.history import History
from avow.policy.proof.keeps import keeps
from avow.record.shown.versions import publish
from avow.store.connect import disconnect
from avow.store.server.lock import alone
from avow.terms import Promise

_THREADS = 16
"""Requests that one process answers at once; each thread holds one connection to the store."""
_GRACE = 20.0
_REACHED = (
    "Warning: other machines reach this address. They get the pages and neither mail nor desk, which this machine\n"
    "alone can open; for real people's data set AVOW_PRODUCTION=true."
)
_forking = Lock()
"""Held while a process is begun: one forked meanwhile would keep the pipe open on which the beginning is awaited."""
os.register_at_fork(before=_forking.acquire, after_in_parent=_forking.release, after_in_child=_forking.release)


def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer requests.")] = 1,
    *,
    work: Annotated[bool, typer.Option(help="Run `avow work` beside the site.")] = True,
) -> None:
    """Serve the site, with the store and `avow work` beside it, until told to stop."""
    started = time.monotonic()
    fit_for_production()
    listenable(config().bind)
    policies = load(config().policies)
    governed(policies.in_force(datetime.now(UTC)))
    _prepare(policies)
    resolve("/")  # every page is imported once, here, before its processes share it
    lock = alone(config().data, "serve")
    server = _server(workers)
    server.on_startup(lambda: _tell(time.monotonic() - started))
    with _beside() if work else nullcontext():
        server.serve()
    lock.release()


@keeps(Promise.SITES)
def governed(policy: Policy) -> None:
    """Refuse to serve, in production, a site that the policy does not name: whoever fills in a form there has none."""
    name = urlsplit(address()).hostname or ""
    if config().production and name not in policy.front.sites:
        raise ConfigError(
            f"no policy stands on {name}: version {policy.front.version} covers {', '.join(policy.front.sites)}",
            "name it in `sites` of the policy, or set AVOW_SITE to one that is named",
        )


def _prepare(policies: History) -> None:
    """Make the store ready; one that does not answer is waited for by the site, which receives refusals meanwhile."""
    try:
        ready()
        publish(policies)
    except StoreAway as error:
        sys.stderr.write(f"avow: {error}; the site begins without it\n")
    except Unplanned as error:
        sys.stderr.write(f"avow: {error}; until then the site serves the version before\n")
    finally:
        disconnect()


def _server(workers: int) -> MPServer:
    host, _, port = config().bind.rpartition(":")
    return MPServer(
        "avow.web.wsgi:application",
        address=host.strip("[]"),
        port=int(port),
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=int(_GRACE),
        log_level=LogLevels.error,
    )


def _tell(seconds: float) -> None:
    site = config().site or f"http://{config().bind}"
    lines = [f"Avow serves {site} (ready after {seconds:.1f} s; Ctrl-C stops it)"]
    if not config().production:
        lines.append(f"Development: mail is captured at {site}/mail/, the desk is {site}/desk/")
        if not loopback(config().bind.rpartition(":")[0].strip("[]")):
            lines.append(_REACHED)
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


@contextmanager
def _beside() -> Iterator[None]:
    """Keep one `avow work` running beside the site; it ends with the site, having finished what it had begun."""
    stop = Event()
    keeper = Thread(target=_keep, args=[stop], name="avow work")
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep(stop: Event) -> None:
    while not stop.is_set():
        command = [sys.argv[0], "work", "--parent", str(os.getpid())]
        with _forking:
            worker = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 -- our own program
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if worker.poll() is None:
            worker.terminate()
            try:
                worker.wait(_GRACE)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        elif not stop.wait(1.0):
            sys.stderr.write(f"avow: `avow work` ended with status {worker.returncode}; it is started again\n")
