"""Break the store in every way that an operator meets, and see a clear word and nothing lost."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journeys.place import ROOT, Place, connected, ground

ROOTED = os.geteuid() == 0


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Make one store, to be copied."""
    with ground() as folder:
        Place(folder / "data").avow("setup")
        yield folder / "data"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that the account of PostgreSQL may pass through."""
    with ground() as found:
        yield found


@pytest.fixture
def place(made: Path, folder: Path) -> Iterator[Place]:
    """Give a store of its own to a test; its server is ended with it."""
    subprocess.run(["cp", "-a", str(made), str(folder / "data")], check=True)
    found = Place(folder / "data")
    yield found
    if (found.data / "postgres" / "postmaster.pid").exists():
        with suppress(ProcessLookupError):
            os.kill(found.server, signal.SIGQUIT)


def _fill(path: Path) -> None:
    """Write until the disk takes no more."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 65536)


def _gone(pid: int, within: float = 20) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def _people(place: Place) -> str:
    """Count what is in the store, through the command's own connection."""
    code = (
        "from avow.store.connect import connect\nconnect()\nfrom django.db import connection\n"
        "with connection.cursor() as c:\n c.execute('SELECT count(*) FROM key_print')\n print(c.fetchone()[0])"
    )
    said, _ = place.python(code).communicate(timeout=120)
    return said.strip().splitlines()[-1]


def test_a_second_start_finds_the_data(place: Place) -> None:
    """What was stored before a clean stop is there at the next start, and setup may run again."""
    keys = {path.name: path.read_text() for path in (place.data / "keys").iterdir()}
    assert not (place.data / "postgres" / "postmaster.pid").exists()
    assert _people(place) == "3"
    assert "ready" in place.avow("setup")
    assert _people(place) == "3"
    assert {path.name: path.read_text() for path in (place.data / "keys").iterdir()} == keys


def test_a_killed_server_recovers(place: Place) -> None:
    """After kill -9 of PostgreSQL, with clients on it, the next start recovers and finds the data."""
    with connected(place):
        pid = place.server
        os.kill(pid, signal.SIGKILL)
        assert _gone(pid)
        assert (place.data / "postgres" / "postmaster.pid").exists()
        assert _people(place) == "3"


def test_a_killed_command_leaves_a_server_that_the_next_one_uses_and_stops(place: Place) -> None:
    """After kill -9 of the process that started it, the server serves the next command, which stops it."""
    with connected(place) as first:
        pid = place.server
        first.kill()
        first.wait()
        assert not _gone(pid, within=0.5)
        assert _people(place) == "3"
        assert _gone(pid)


def test_the_last_to_leave_stops_the_server(place: Place) -> None:
    """A command beside another joins its server; whoever started it, the last one stops it."""
    with connected(place) as first:
        pid = place.server
        with connected(place):
            assert place.server == pid
            first.communicate("\n", timeout=180)
            assert not _gone(pid, within=0.5)
        assert _gone(pid)


def test_two_starts_at_once_make_one_server(place: Place) -> None:
    """Processes that start together share one server, and all find it."""
    code = "from avow.store.connect import connect\nconnect()\nprint('fine')"
    processes = [place.python(code) for _ in range(3)]
    assert [process.communicate(timeout=120)[0].strip().splitlines()[-1] for process in processes] == ["fine"] * 3


def test_a_start_on_a_running_server_names_its_process(place: Place) -> None:
    """Starting, rather than joining, on a folder in use is refused, and the refusal names the process."""
    code = (
        "from avow.config import config\nfrom avow.store.server.embedded import Embedded\n"
        "from avow.errors import StoreError\n"
        "try:\n Embedded(config().data).start()\nexcept StoreError as error:\n print(error)"
    )
    with connected(place):
        said, _ = place.python(code).communicate(timeout=180)
        assert f"already runs on {place.data}, as process {place.server}" in said


def test_one_work_a_folder(place: Place) -> None:
    """A second `avow work` on the folder is refused, and the refusal names the first."""
    code = "from avow.store.server.lock import alone\nfrom avow.config import config\n"
    first = place.python(code + "lock = alone(config().data, 'work')\nprint('held', flush=True)\ninput()")
    assert first.stdout
    assert first.stdout.readline() == "held\n"
    assert f"as process {first.pid}" in place.avow("work", status=1)
    first.communicate("\n", timeout=90)


def test_work_ends_cleanly(place: Place) -> None:
    """SIGTERM ends `avow work` with status 0, and the server with it."""
    work = subprocess.Popen(
        [sys.executable, "-m", "avow.work"], env=place.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    _until((place.data / "work.lock").exists)
    pid = place.server
    work.send_signal(signal.SIGTERM)
    _, said = work.communicate(timeout=180)
    assert work.returncode == 0, said
    assert _gone(pid)


def test_several_processes_send(place: Place) -> None:
    """Those that only send begin with `avow work`, are begun again when one is killed, and end with it."""
    command = [sys.executable, "-m", "avow.work", "3"]
    work = subprocess.Popen(command, env=place.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    _until(lambda: len(_senders(work.pid)) == 2)
    first = _senders(work.pid)
    os.kill(first[0], signal.SIGKILL)
    _until(lambda: len(set(_senders(work.pid)) - set(first)) == 1)
    last = _senders(work.pid)
    work.send_signal(signal.SIGTERM)
    _, said = work.communicate(timeout=180)
    assert work.returncode == 0, said
    assert all(_gone(pid) for pid in last)


def _senders(parent: int) -> list[int]:
    """Give the processes that a process began to send."""
    found = []
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        with suppress(OSError):
            if b"sender" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(int(pid))
    return found


def test_work_survives_its_database(place: Place) -> None:
    """When PostgreSQL is killed under `avow work`, it is started again, and a refusal that came meanwhile counts."""
    code = (
        "from avow.store.connect import connect\nconnect()\nfrom avow.store.spool import put\n"
        "put({'scope': 1, 'list': None, 'person': None, 'reach': 'ab' * 32, 'evidence': 'link', 'at': '2026-01-01'})"
    )
    work = subprocess.Popen(
        [sys.executable, "-m", "avow.work"], env=place.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        _until((place.data / "work.lock").exists)
        first = place.server
        os.kill(first, signal.SIGKILL)
        assert _gone(first)
        assert place.python(code).communicate(timeout=120)[0] == ""
        _until(lambda: not list((place.data / "spool").glob("*.json")))
        assert place.server != first
    finally:
        work.send_signal(signal.SIGTERM)
        said = work.communicate(timeout=180)[1]
    assert work.returncode == 0, said
    assert "work goes on" in said or "waits" not in said


def _until(true: Callable[[], bool], within: float = 180) -> None:
    """Wait until something is so."""
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_stale_file_of_another_process_is_no_server(place: Place) -> None:
    """A postmaster.pid that a crash left, whose number another program has since, does not bar the start."""
    stale = place.data / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{place.data}/postgres\n1\n5432\n\n\n")
    if ROOTED:
        shutil.chown(stale, (place.data / "postgres").stat().st_uid)
    shutil.copy2(stale, place.data / "socket" / ".s.PGSQL.5432.lock")
    assert _people(place) == "3"


def test_half_a_first_start_is_begun_anew(folder: Path) -> None:
    """What a crash in the middle of the very first start left is thrown away, never taken for a store."""
    (folder / "data" / "postgres.new").mkdir(parents=True)
    (folder / "data" / "postgres.new" / "PG_VERSION").write_text("18\n")
    assert "ready" in Place(folder / "data").avow("setup")


def test_another_major_version_is_refused(place: Place) -> None:
    """Data of another PostgreSQL is not touched, and the refusal says both versions."""
    (place.data / "postgres" / "PG_VERSION").write_text("14\n")
    assert "made by PostgreSQL 14, and this is PostgreSQL 18" in place.avow("setup", status=1)


def test_a_lost_key_is_never_made_anew(place: Place) -> None:
    """A store with a missing or another key is refused by setup and by every command."""
    key = place.data / "keys" / "reach.key"
    true = key.read_text()
    key.unlink()
    assert "restore it from the backup" in place.avow("setup", status=1)
    assert not key.exists()
    assert "restore" in place.avow("work", status=1)
    key.write_text("00" * 32)
    assert "not the one this store was made with" in place.avow("work", status=1)
    key.write_text(true)
    assert _people(place) == "3"


def test_a_lost_password_is_told(place: Place) -> None:
    """Without the owner's password nothing starts anew over the store."""
    (place.data / "keys" / "avow_owner.password").unlink()
    assert "avow_owner.password cannot be read" in place.avow("setup", status=1)


def test_a_store_that_is_not_there_names_the_command(folder: Path) -> None:
    """Work on a folder without a store says what to run, and makes nothing."""
    assert "run `avow setup`" in Place(folder / "none").avow("work", status=1)
    assert not (folder / "none").exists()


def test_an_older_schema_names_the_command(place: Place) -> None:
    """A store that lacks a migration is not worked on."""
    code = (
        "from avow.store.connect import address\nimport psycopg\naddress()\n"
        "from avow.store.server.embedded import Embedded\n"
        "from avow.config import config\n"
        "with psycopg.connect(Embedded(config().data).url('avow_owner')) as c:\n"
        " c.execute(\"DELETE FROM django_migrations WHERE app = 'ledger' AND name LIKE '0002%'\")"
    )
    assert place.python(code).communicate(timeout=180)[0] == ""
    assert "lacks ledger.0002_guard (run `avow setup`)" in place.avow("work", status=1)


def test_a_newer_schema_is_refused(place: Place) -> None:
    """A store that a newer version made is not worked on by an older one."""
    code = (
        "from avow.store.connect import address\nimport psycopg\naddress()\n"
        "from avow.store.server.embedded import Embedded\n"
        "from avow.config import config\n"
        "with psycopg.connect(Embedded(config().data).url('avow_owner')) as c:\n"
        " c.execute(\"INSERT INTO django_migrations (app, name, applied) VALUES ('record', '9999_later', now())\")"
    )
    assert place.python(code).communicate(timeout=180)[0] == ""
    assert "made by a newer Avow: record.9999_later" in place.avow("work", status=1)


@pytest.mark.parametrize("grant", ["ALTER ROLE avow_app BYPASSRLS", "GRANT avow_owner TO avow_app"])
def test_a_role_that_could_step_over_the_guard_is_refused(place: Place, grant: str) -> None:
    """The application's role must have no power over the row guard, here too."""
    code = (
        "from avow.store.connect import address\nimport psycopg\naddress()\n"
        "from avow.store.server.embedded import Embedded\n"
        "from avow.config import config\n"
        f"with psycopg.connect(Embedded(config().data).url('avow_owner')) as c:\n c.execute('{grant}')"
    )
    assert place.python(code).communicate(timeout=180)[0] == ""
    assert "step over the row guard" in place.avow("work", status=1)


def test_a_long_path_still_has_a_socket(made: Path, folder: Path) -> None:
    """A folder whose path no socket can have is served from a short private one."""
    deep = folder / ("x" * 60) / ("y" * 60) / "data"
    deep.parent.mkdir(parents=True)
    subprocess.run(["cp", "-a", str(made), str(deep)], check=True)
    assert _people(Place(deep)) == "3"


def test_a_path_with_odd_letters_is_served(made: Path, folder: Path) -> None:
    """Spaces, quotes, commas and letters beyond ASCII in the path do no harm."""
    odd = folder / "it's, an ödd 100% place"
    subprocess.run(["cp", "-a", str(made), str(odd)], check=True)
    assert _people(Place(odd)) == "3"


def test_settings_of_another_postgresql_do_no_harm(place: Place) -> None:
    """PGPORT, PGHOST and their like, set for another server, do not lead ours astray."""
    odd = Place(place.data, {"PGPORT": "6000", "PGHOST": "nowhere.example.com", "PGDATA": "/nowhere", "PGUSER": "x"})
    assert _people(odd) == "3"


def test_a_file_in_the_way_is_told(folder: Path) -> None:
    """A file where the folder should be is named."""
    (folder / "data").write_text("")
    assert f"{folder / 'data'} cannot serve" in Place(folder / "data").avow("setup", status=1)


def test_a_full_disk_is_told(made: Path, folder: Path) -> None:
    """A start on a full disk fails with the word for it, and after room is made the data is there."""
    data = folder / "disk" / "data"
    data.parent.mkdir()
    subprocess.run(["cp", "-a", str(made), str(data)], check=True)
    if ROOTED:
        need = subprocess.run(["du", "-sm", str(data)], check=True, capture_output=True, text=True).stdout.split()[0]
        disk = folder / "small"
        disk.mkdir()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={int(need) + 40}m,mode=0711", "tmpfs", str(disk)], check=True
        )
        try:
            subprocess.run(["cp", "-a", str(data), str(disk / "data")], check=True)
            _fill(disk / "filler")
            assert f"the disk of {disk / 'data'}" in Place(disk / "data").avow("work", status=1)
            (disk / "filler").unlink()
            assert _people(Place(disk / "data")) == "3"
        finally:
            subprocess.run(["umount", str(disk)], check=True)
        return
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
    code = limit + "from avow.store.connect import connect\nfrom avow.errors import StoreError\n"
    said, _ = Place(data).python(code + "try:\n connect()\nexcept StoreError as e:\n print(e)").communicate(timeout=180)
    assert "full" in said
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert _people(Place(data)) == "3"


def test_starting_on_an_existing_store_waits_for_nothing(place: Place) -> None:
    """From no server to a checked connection it takes seconds, where whatever waits does so for a minute."""
    code = (
        "import time\nfrom avow.store.connect import connect\nbegan = time.monotonic()\nconnect()\n"
        "print(time.monotonic() - began)"
    )
    said, _ = place.python(code).communicate(timeout=180)
    assert float(said.strip().splitlines()[-1]) < 20


def test_the_server_lets_nobody_in_without_the_password(place: Place) -> None:
    """The socket is private, and the password is asked there too."""
    with connected(place):
        socket = place.data / "socket"
        assert socket.stat().st_mode & 0o777 == 0o700
        psql = [sys.executable, "-c", "import psycopg,sys; psycopg.connect(sys.argv[1])"]
        done = subprocess.run(
            [*psql, f"postgresql://avow_owner@/avow?host={socket}"], capture_output=True, text=True, check=False
        )
        assert done.returncode
        assert "no password supplied" in done.stderr


@pytest.mark.parametrize("name", ["keys", "postgres", "socket"])
def test_folders_are_private(made: Path, name: str) -> None:
    """Keys, data and socket are their owner's alone; under root the account may pass through the data folder."""
    assert (made / name).stat().st_mode & 0o077 == 0
    assert made.stat().st_mode & 0o067 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in (made / "keys").iterdir())
