"""Serve on a host of its own while the database elsewhere is away: refusals are received, kept and applied."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus

import pytest

from avow.store.server.embedded import Embedded
from tests.journeys.place import AVOW, ROOT, Place, connected, ground
from tests.journeys.test_faults import ask, asked, registered, until
from tests.journeys.test_pages import free_port

REFUSED = "SELECT count(*) FROM choice WHERE answer = 'no' AND scope = 1"


@pytest.fixture
def hosts() -> Iterator[tuple[Place, Place]]:
    """Give a host that has the database, and one that has the site and nothing but its address and the keys."""
    with ground() as folder:
        database = Place(folder / "database")
        database.avow("setup")
        (folder / "site").mkdir(mode=0o700)
        shutil.copytree(database.data / "keys", folder / "site" / "keys")
        url = Embedded(database.data).url("avow_app")
        yield database, Place(folder / "site", {"DATABASE_URL": url, "AVOW_BIND": f"127.0.0.1:{free_port()}"})


@contextmanager
def begun(host: Place) -> Iterator[str]:
    """Begin the site, which lives before it is ready, and end it cleanly."""
    site = f"http://{host.settings['AVOW_BIND']}"
    process = subprocess.Popen(
        [str(AVOW), "serve", "--no-work"], env=host.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: lives(site))
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=180)[1]
    assert "Traceback" not in said, said


def lives(site: str) -> bool:
    """Say whether the process answers."""
    with suppress(ConnectionError):
        return ask(site, "/healthz")[0] == HTTPStatus.OK
    return False


def test_the_site_begins_without_its_database(hosts: tuple[Place, Place]) -> None:
    """Pages that need none are there, a no is received, and when the database comes all of it works by itself."""
    database, host = hosts
    with begun(host) as site:
        assert ask(site, "/policy/")[0] == HTTPStatus.OK
        assert ask(site, "/choices/")[0] == HTTPStatus.OK
        assert ask(site, "/register/")[0] == HTTPStatus.SERVICE_UNAVAILABLE
        assert ask(site, "/choices/", {"address": "bob@example.org"})[0] == HTTPStatus.ACCEPTED
        assert len(list((host.data / "spool").glob("*.json"))) == 1
        with connected(database):
            until(lambda: not list((host.data / "spool").glob("*.json")))
            until(lambda: ask(site, "/register/")[0] == HTTPStatus.OK)
            assert registered(site, "carol@example.org") == HTTPStatus.OK
            assert asked(database, REFUSED) == "1"


def test_what_was_kept_before_a_start_is_applied(hosts: tuple[Place, Place]) -> None:
    """A host on which nobody works applies what it was told before it was started again."""
    database, host = hosts
    with begun(host) as site:
        assert ask(site, "/choices/", {"address": "dave@example.org"})[0] == HTTPStatus.ACCEPTED
    with connected(database), begun(host):
        until(lambda: not list((host.data / "spool").glob("*.json")))
        assert asked(database, REFUSED) == "1"
