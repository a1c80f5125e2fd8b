"""Interrupt a large import in every way that an operator meets, and see that nothing of it is there."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journeys.place import AVOW, ROOT, Place, connected, ground

PEOPLE = int(os.environ.get("SOAK", "0")) * 1_000_000 or 60_000
"""A million in `make soak`; enough for several batches in `make test`."""
ZERO = "person 0, reach 0, item 0, address 0, choice 0, stamp 0, imported 0"
_COUNT = """
from avow.store.connect import address, connect
connect()
import psycopg
kinds = {'imported': "entry WHERE kind <> 'published'"}
with psycopg.connect(address('avow_backup')) as found:
    told = []
    for table in ('person', 'reach', 'item', 'address', 'choice', 'stamp', 'imported'):
        count = found.execute('SELECT count(*) FROM ' + kinds.get(table, table)).fetchone()
        told.append(table + ' ' + str(count[0]))
print(', '.join(told))
"""


@pytest.fixture
def place() -> Iterator[Place]:
    """Give a new store, whose server ends with the test."""
    with ground() as folder:
        found = Place(folder / "data")
        found.avow("setup")
        yield found
        if (found.data / "postgres" / "postmaster.pid").exists():
            with suppress(ProcessLookupError):
                os.kill(found.server, signal.SIGQUIT)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Write a large sheet."""
    lines = (f"p{number}@example.org,Person {number}\n" for number in range(PEOPLE))
    (tmp_path / "people.csv").write_text("email,name\n" + "".join(lines))
    return tmp_path / "people.csv"


def _heeding() -> None:
    """Heed Ctrl-C, which a shell makes whatever it runs in the background ignore, and all that comes of it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _interrupt(process: subprocess.Popen[bytes], _: Place) -> None:
    process.send_signal(signal.SIGINT)


def _kill(process: subprocess.Popen[bytes], _: Place) -> None:
    process.kill()


def _restart(_: subprocess.Popen[bytes], place: Place) -> None:
    """Stop PostgreSQL as a restart of the machine's service does: at once, without waiting for anybody."""
    os.kill(place.server, signal.SIGINT)


@pytest.mark.parametrize("stop", [_interrupt, _kill, _restart])
def test_an_interrupted_import_changes_nothing(
    place: Place, sheet: Path, stop: Callable[[subprocess.Popen[bytes], Place], None]
) -> None:
    """In the middle of the writing it ends; no row is there, refusals neither, and lines of it are new afterwards."""
    few = sheet.with_name("few.csv")
    few.write_text("".join(sheet.read_text().splitlines(keepends=True)[:11]))
    with connected(place):
        process = subprocess.Popen(
            [AVOW, "people", "import", sheet, "--refusals", few],
            env=place.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_heeding,  # noqa: PLW1509 -- the test has no threads
        )
        _until_writing(place, process)
        stop(process, place)
        said, _ = process.communicate(timeout=120)
        assert process.returncode != 0, said
        assert b"Traceback" not in said
    assert _counted(place) == ZERO
    assert "10 people, 20 items; 10 of them had refused" in place.avow(
        "people", "import", str(few), "--refusals", str(few)
    )


def _until_writing(place: Place, process: subprocess.Popen[bytes]) -> None:
    """Wait until the store's files have grown by some batches that nobody sees yet."""
    before, until = _size(place), time.monotonic() + 120
    while _size(place) < before + 8_000_000:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until
        time.sleep(0.02)


def _size(place: Place) -> int:
    """Add up the files of the tables; temporary ones come and go."""
    total = 0
    for path in (place.data / "postgres" / "base").rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _counted(place: Place) -> str:
    said, _ = place.python(_COUNT).communicate(timeout=120)
    return said.strip().splitlines()[-1]
