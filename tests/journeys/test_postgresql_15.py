"""Run Avow on a PostgreSQL of the system's, the oldest that we support, as the how-to for production says."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.journeys.place import Place, ground

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
APP = "postgresql://avow_app:a%20secret@/avow?host={socket}"
OWNER = "postgresql://house:owner@/avow?host={socket}"


@pytest.fixture(scope="module")
def administrator() -> Iterator[str]:
    """Start Debian's PostgreSQL 15 with passwords on a private socket, and give its administrator's address."""
    with ground() as folder:
        yield from _served(folder)


def _served(folder: Path) -> Iterator[str]:
    assert (PROGRAMS / "postgres").exists(), "this test needs PostgreSQL 15: apt-get install postgresql-15"
    user = None if os.geteuid() else pwd.getpwnam("nobody").pw_uid
    if user:
        os.chown(folder, user, -1)
    (folder / "password").write_text("admin")
    (folder / "password").chmod(0o644)

    def run(program: str, *words: str) -> None:
        command = [str(PROGRAMS / program), "-D", str(folder / "data"), *words]
        subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)

    run("initdb", "-U", "admin", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "-E", "UTF8", "--no-locale")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-w", "-s", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql://admin:admin@/postgres?host={folder}"
    run("pg_ctl", "-m", "immediate", "-s", "stop")


@pytest.fixture(scope="module")
def place(administrator: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Set up a store there as an owner who is no superuser, as the how-to says."""
    socket = administrator.rsplit("=", 1)[1]
    with psycopg.connect(administrator, autocommit=True) as admin:
        admin.execute("CREATE ROLE house LOGIN CREATEROLE CREATEDB PASSWORD 'owner'")
        admin.execute("CREATE ROLE avow_backup LOGIN BYPASSRLS")
    data = tmp_path_factory.mktemp("outside") / "data"
    found = Place(data, {"DATABASE_URL": APP.format(socket=socket), "AVOW_OWNER_URL": OWNER.format(socket=socket)})
    assert "The store is ready" in found.avow("setup")
    return found


def test_setup_can_be_run_again(place: Place) -> None:
    """The second setup changes nothing and succeeds."""
    assert "The store is ready" in place.avow("setup")
    assert not (place.data / "postgres").exists()


def test_doctor_is_content(place: Place) -> None:
    """The checks of schema, roles and keys hold on this server too, and what waited has its place."""
    placed = "from avow.store.connect import connect\nconnect()\nfrom avow.ledger.sequencer import sequence\nsequence()"
    assert place.python(placed).communicate(timeout=120)[0] == ""
    assert '"wrong"' not in place.avow("doctor", "--json")


def test_the_guard_holds(place: Place) -> None:
    """Without a declared use the application's role sees no row about people, and cannot take one."""
    with psycopg.connect(place.settings["DATABASE_URL"], autocommit=True) as app:
        for table in ("item", "person", "reach", "choice"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(f"SELECT * FROM {table}")
        with app.transaction():
            app.execute("SET LOCAL ROLE avow_use")
            assert app.execute("SELECT count(*) FROM item").fetchone() == (0,)


def test_no_store_without_its_owner(place: Place) -> None:
    """Setup without AVOW_OWNER_URL says which setting it needs."""
    without = Place(place.data, {"DATABASE_URL": place.settings["DATABASE_URL"]})
    assert "AVOW_OWNER_URL is not set" in without.avow("setup", status=1)


def test_a_role_with_powers_is_refused(place: Place) -> None:
    """The owner's own address as DATABASE_URL is refused: it could step over the guard."""
    owner = Place(place.data, {"DATABASE_URL": place.settings["AVOW_OWNER_URL"]})
    assert "logs in as house (give DATABASE_URL with the role avow_app)" in owner.avow("work", status=1)


def test_a_wrong_password_is_told(place: Place) -> None:
    """A wrong password is told in one line that does not repeat it."""
    wrong = Place(place.data, {"DATABASE_URL": place.settings["DATABASE_URL"].replace("a%20secret", "guessed")})
    for verb in (["work"], ["doctor", "--json"]):
        said = " ".join(wrong.avow(*verb, status=1).split())
        assert "the database does not let avow_app in" in said
        assert "correct the password in DATABASE_URL" in said
        assert "guessed" not in said


def test_a_database_that_is_away_is_told(place: Place) -> None:
    """A server that does not run is told apart from a password that is wrong."""
    away = Place(place.data, {"DATABASE_URL": "postgresql://avow_app:secret@127.0.0.1:8169/avow"})
    for verb in (["work"], ["doctor", "--json"]):
        said = " ".join(away.avow(*verb, status=1).split())
        assert "the database does not answer" in said
        assert "check DATABASE_URL and that the server runs" in said


@pytest.mark.parametrize(
    ("of", "was", "instead", "told"),
    [
        ("AVOW_OWNER_URL", "@/avow?", "@/other?", "AVOW_OWNER_URL is other on"),
        ("AVOW_OWNER_URL", "?host=", "?port=5433&host=", "port 5433, and DATABASE_URL is avow on"),
        ("DATABASE_URL", "avow_app:", "postgres:", "DATABASE_URL logs in as postgres (write postgresql://avow_app:"),
    ],
)
def test_addresses_that_do_not_fit_are_refused(
    place: Place, tmp_path: Path, of: str, was: str, instead: str, told: str
) -> None:
    """Two databases, or another role than the application's, are told before anything is made, without passwords."""
    odd = Place(tmp_path / "data", {**place.settings, of: place.settings[of].replace(was, instead)})
    said = odd.avow("setup", status=1)
    assert told in said
    assert "secret" not in said
    assert said.count("\n") == 1
    assert not odd.data.exists()


def test_an_owner_who_is_not_let_in_is_told_in_one_line(place: Place) -> None:
    """What PostgreSQL says on several lines becomes one."""
    away = {"AVOW_OWNER_URL": "postgresql://house:owner@127.0.0.1:8169/avow"}
    away["DATABASE_URL"] = "postgresql://avow_app:secret@127.0.0.1:8169/avow"
    said = Place(place.data, away).avow("setup", status=1)
    assert "the database does not let the owner in: " in said
    assert said.count("\n") == 1


def test_keys_of_another_store_are_refused(place: Place, tmp_path: Path) -> None:
    """A host with keys of its own cannot work on this store, nor set it up."""
    other = Place(tmp_path / "data", place.settings)
    assert "restore it from the backup" in other.avow("setup", status=1)
    (tmp_path / "data" / "keys").mkdir(parents=True)
    for name in ("reach", "token", "ledger"):
        (tmp_path / "data" / "keys" / f"{name}.key").write_text("ab" * 32)
    assert "is not the one this store was made with" in other.avow("setup", status=1)


def test_a_backup_is_restored_into_an_empty_database(place: Place, administrator: str, tmp_path: Path) -> None:
    """Read as avow_backup, made again as the owner in one transaction, with every grant and guard; no second time."""
    with psycopg.connect(administrator, autocommit=True) as admin:
        admin.execute("ALTER ROLE avow_backup PASSWORD 'backup'")
    at = place.settings["DATABASE_URL"]
    reading = {"AVOW_BACKUP_URL": at.replace("avow_app:a%20secret", "avow_backup:backup")}
    source = Place(place.data, {**place.settings, **reading})
    source.avow("backup", str(tmp_path / "made.avow"))
    moved = {name: url.replace("@/avow?", "@/again?") for name, url in source.settings.items()}
    target = Place(tmp_path / "again", moved)
    words = ("restore", str(tmp_path / "made.avow"), "--journal-lost")
    assert "is there again" in target.avow(*words)
    with psycopg.connect(target.settings["DATABASE_URL"], autocommit=True) as app, app.transaction():
        app.execute("SET LOCAL ROLE avow_use")
        assert app.execute("SELECT count(*) FROM item").fetchone() == (0,)
    assert "Everything agrees" in target.avow("ledger", "fsck")
    assert "there is a store in this database" in target.avow(*words, status=1)
    assert not (tmp_path / "again" / "restoring").exists()
