"""Test that the site finds out before anything is made whether it may listen."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from avow.cli.operate.bind import listenable
from avow.errors import ConfigError
from tests.journeys.place import Place, ground
from tests.journeys.test_faults import served
from tests.journeys.test_pages import free_port


@pytest.fixture
def foreign() -> Iterator[str]:
    """Give an address on which somebody else listens, who would share its port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield f"127.0.0.1:{other.getsockname()[1]}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give an empty folder."""
    with ground() as found:
        yield found


def test_a_free_address_is_left_free() -> None:
    """To probe an address takes nothing: it can be probed and listened on afterwards."""
    bind = f"127.0.0.1:{free_port()}"
    listenable(bind)
    listenable(bind)


@pytest.mark.parametrize(
    ("bind", "said"),
    [
        ("192.0.2.1:8160", "192.0.2.1:8160 is not an address of this machine"),
        ("localhost:8160", "localhost is not an IP address"),
    ],
)
def test_an_address_elsewhere_is_refused(bind: str, said: str) -> None:
    """An address of another machine, or a name, is told apart from one in use."""
    with pytest.raises(ConfigError, match=said):
        listenable(bind)


def test_an_address_in_use_is_refused(foreign: str) -> None:
    """Who listens there keeps the port, even one who would share it."""
    with pytest.raises(ConfigError, match=f"AVOW_BIND: {foreign} is in use"):
        listenable(foreign)
    with pytest.raises(ConfigError, match="is in use"):
        listenable(f"0.0.0.0:{foreign.rpartition(':')[2]}")


def test_serve_makes_nothing_that_it_cannot_serve(folder: Path, foreign: str) -> None:
    """Where the address is taken or elsewhere, or no policy is there, one line says so and no store is made."""
    free = {"AVOW_BIND": f"127.0.0.1:{free_port()}"}
    for settings, said in (
        ({"AVOW_BIND": foreign}, f"avow: AVOW_BIND: {foreign} is in use (stop what listens there"),
        ({"AVOW_BIND": "192.0.2.1:8160"}, "is not an address of this machine"),
        (free | {"AVOW_POLICIES": "/nonexistent"}, "/nonexistent:1: the folder holds no version of a policy"),
    ):
        place = Place(folder / "data", settings)
        told = place.avow("serve", status=1)
        assert said in told
        assert told.count("\n") == 1
        assert not place.data.exists()


@pytest.mark.parametrize("verb", ["serve", "work"])
@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({}, "set AVOW_SITE=https://... and AVOW_SMTP=smtp://host:port"),
        (
            {"AVOW_SITE": "http://www.example.com", "AVOW_SMTP": "smtp://127.0.0.1:8169"},
            "set AVOW_SITE=https://..., or",
        ),
        ({"AVOW_SITE": "https://www.example.com"}, "set AVOW_SMTP=smtp://host:port, or"),
    ],
)
def test_production_begins_with_https_and_mail_alone(
    folder: Path, verb: str, given: dict[str, str], lacks: str
) -> None:
    """What production refuses is refused at the start of the site and of work, in one line that names what lacks."""
    place = Place(folder / "data", given | {"AVOW_PRODUCTION": "1", "AVOW_BIND": f"127.0.0.1:{free_port()}"})
    told = place.avow(verb, status=1)
    assert lacks in told
    assert told.count("\n") == 1
    assert not place.data.exists()


def test_two_sites_do_not_share_a_port(folder: Path) -> None:
    """A second site at the same address is refused, has no store, and the first goes on."""
    bind = f"127.0.0.1:{free_port()}"
    first, second = (Place(folder / name, {"AVOW_BIND": bind}) for name in ("first", "second"))
    with served(first, "--no-work"):
        assert f"{bind} is in use" in second.avow("serve", status=1)
        assert not second.data.exists()
