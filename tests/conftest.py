"""Give every test that asks a store of its own: a real PostgreSQL, cloned from one template."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis
from psycopg import sql

from avow.config import config
from avow.store.journal.folder import begin
from avow.store.keys import make_keys
from avow.store.server.embedded import Embedded
from avow.store.setup import roles

MEMORY = Path("/dev/shm")  # noqa: S108 -- what is made in it is made by mkdtemp
ROOM = 4 * 1024**3
"""Bytes that must be free in it: a store is copied ten times as fast in memory as on a disk."""


def _ground() -> None:
    """Keep all that is temporary in memory where there is room and no place is named; it goes when the tests end."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return
    found = tempfile.mkdtemp(prefix="avow-", dir=MEMORY)
    Path(found).chmod(0o711)
    os.environ["TMPDIR"] = tempfile.tempdir = found
    atexit.register(shutil.rmtree, found, ignore_errors=True)


_ground()
os.environ["DJANGO_SETTINGS_MODULE"] = "avow.settings"
if "AVOW_DATA" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:  # each worker captures its own mail
    os.environ["AVOW_DATA"] = tempfile.mkdtemp(prefix="avow-test-")
django.setup()

from django.conf import settings  # noqa: E402 -- settings can be read only after the environment is set
from django.core.management import call_command  # noqa: E402 -- same
from django.db import connection, connections  # noqa: E402 -- same

Path(os.environ["AVOW_DATA"]).chmod(0o711)
make_keys(Path(os.environ["AVOW_DATA"]) / "keys")
begin()
hypothesis.register_profile("default", deadline=None)
hypothesis.register_profile("soak", deadline=None, max_examples=20_000)
hypothesis.register_profile(
    "mutation", deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

UNSAFE_BUT_QUICK = (
    "-c fsync=off -c full_page_writes=off -c max_wal_size=256MB",
    "-c max_connections=200 -c client_connection_check_interval=2000",
)
"""Nothing is made durable; a query ends soon after the process that asked, however that ended."""


def point(server: Embedded, name: str, role: str) -> None:
    """Let Django speak to this database as this role."""
    connections.close_all()
    target = {"HOST": str(server.socket.resolve()), "USER": role, "NAME": name}
    settings.DATABASES["default"].update(target)
    connection.settings_dict.update(target)


@pytest.fixture(scope="session")
def server() -> Iterator[Embedded]:
    """Start one PostgreSQL for the session, with the migrated database `template`."""
    embedded = Embedded(
        Path(os.environ["AVOW_DATA"]) / f"server-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}", trust=True
    )
    embedded.start(*UNSAFE_BUT_QUICK)
    with psycopg.connect(embedded.url("avow_owner", "postgres"), autocommit=True) as owner:
        roles(owner)
        owner.execute("CREATE DATABASE template")
    point(embedded, "template", "avow_owner")
    call_command("migrate", verbosity=0)
    connections.close_all()
    yield embedded
    connections.close_all()
    embedded.stop()


@pytest.fixture
def store(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedded]:
    """Give a fresh, empty store; Django speaks to it as the application's role avow_app.

    Nothing mends it from beside, because this process never connected to the store of its configuration. It has a
    journal of its own.
    """
    monkeypatch.setattr("avow.store.connect._connected", set())
    name = f"t{os.urandom(6).hex()}"
    with emptied(), psycopg.connect(server.url("avow_owner", "postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template STRATEGY FILE_COPY").format(sql.Identifier(name)))
        point(server, name, "avow_app")
        yield server
        connections.close_all()
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def emptied() -> Iterator[None]:
    """Have a journal that is empty, and one store's alone."""
    with tempfile.TemporaryDirectory(prefix="avow-journal-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AVOW_JOURNAL", folder)
        config.cache_clear()
        begin()
        yield
    config.cache_clear()


@pytest.fixture
def owner(store: Embedded) -> Iterator[psycopg.Connection]:
    """Give a connection as the owner, which migrates and sees what the application may not."""
    with psycopg.connect(store.url("avow_owner", settings.DATABASES["default"]["NAME"]), autocommit=True) as found:
        yield found
