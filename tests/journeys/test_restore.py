"""Lose a store and make it of a backup: nothing is used before everybody's rights are done again; then all is equal."""

import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.place import Place, ground

OFFER = "# An offer\n\nCome and see.\n"


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Path, str]]:
    """Make a store, a backup of it, and a hundred rights after it; give the folder, and the state that must be.

    The folder holds `data`, `journal`, `backup.avow` (encrypted with what stands in `passphrase`). Nobody changes it.
    """
    with ground() as folder:
        place = Place(folder / "data", {"AVOW_JOURNAL": str(folder / "journal")})
        place.avow("setup")
        assert ran(place, "arrived()") == "arrived"
        (folder / "passphrase").write_text(secrets.token_hex(8) + "\n")
        secret = ("--passphrase-file", str(folder / "passphrase"))
        assert "leaves of the ledger" in place.avow("backup", str(folder / "backup.avow"), *secret)
        yield folder, ran(place, "exercised()")


@pytest.fixture
def lost(made: tuple[Path, str]) -> Iterator[tuple[Place, Path, str]]:
    """Give an empty place with a copy of the journal, the backup, and the state that must be."""
    with ground() as folder:
        shutil.copytree(made[0] / "journal", folder / "journal")
        place = Place(folder / "data", {"AVOW_JOURNAL": str(folder / "journal")})
        yield place, made[0], made[1]
        if (place.data / "postgres" / "postmaster.pid").exists():
            place.python("from avow.store.connect import connect\nconnect()").communicate(timeout=180)


def ran(place: Place, code: str, status: int = 0) -> str:
    """Run code in a process of its own, and give its last line."""
    process = place.python(f"from tests.journeys.drilled import *\nprint({code})")
    said, _ = process.communicate(timeout=240)
    assert process.returncode == status, said
    return said.strip().splitlines()[-1]


def restore(place: Place, source: Path, *words: str, status: int = 0) -> str:
    """Restore the backup by the command."""
    secret = ("--passphrase-file", str(source / "passphrase"))
    return place.avow("restore", str(source / "backup.avow"), *secret, *words, status=status, within=240)


def test_restore_drill(lost: tuple[Place, Path, str], tmp_path: Path) -> None:
    """Killed in the middle of the replay: nothing can be used; replayed: the state is what it was, to the byte."""
    place, source, state = lost
    away = Path(place.settings["AVOW_JOURNAL"])
    away.rename(away.with_name("unmounted"))
    assert "there is no journal" in restore(place, source, status=1)
    assert not (place.data / "postgres").exists()
    restore(place, source, "--journal-lost")
    shutil.rmtree(away)
    away.with_name("unmounted").rename(away)
    assert ran(place, "killed(50)", status=-signal.SIGKILL) == "killed"
    (tmp_path / "offer.md").write_text(OFFER)
    refused = place.avow("mailing", "send", "offers", str(tmp_path / "offer.md"), "--yes", status=1)
    assert "avow restore --replay" in refused
    assert not list((place.data / "mail").glob("*")) if (place.data / "mail").exists() else True
    assert "avow.E022" in place.avow("doctor", "--json", status=1)
    before = ran(place, f"stated({state.rsplit(' ', 1)[1]!r})")
    assert before != state
    told = place.avow("restore", "--replay", within=240)
    assert "8 corrections, 6 erasures" in told
    assert ran(place, f"stated({state.rsplit(' ', 1)[1]!r})") == state
    assert "Everything agrees" in place.avow("ledger", "fsck")
    assert "0 refusals, 0 corrections" in place.avow("restore", "--replay")
    sent = place.avow("mailing", "send", "offers", str(tmp_path / "offer.md"), "--yes")
    assert "people" in sent


def test_a_killed_restore_leaves_a_mark(lost: tuple[Place, Path, str]) -> None:
    """Killed while the draft is made, nothing starts; done again, the store is whole and replayed."""
    place, source, state = lost
    backup, secret = source / "backup.avow", source / "passphrase"
    code = (
        "from pathlib import Path\nfrom avow.cli.safe.restore import restore\n"
        f"restore(Path({str(backup)!r}), replay=False, journal_lost=False, passphrase_file=Path({str(secret)!r}))"
    )
    process = place.python(code)
    until = time.monotonic() + 120
    while not (place.data / "restoring" / "postgres").exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    process.kill()
    process.communicate()
    for words in (("setup",), ("serve",), ("ledger", "fsck")):
        assert "was interrupted" in place.avow(*words, status=1)
    assert "The store may be used" in restore(place, source)
    assert ran(place, f"stated({state.rsplit(' ', 1)[1]!r})") == state
    assert not (place.data / "restoring").exists()


def test_a_drill_touches_nothing_live(made: tuple[Path, str]) -> None:
    """The backup would serve once its journal is replayed; afterwards store and journal are what they were."""
    folder, _ = made
    place = Place(folder / "data", {"AVOW_JOURNAL": str(folder / "journal")})

    def journal() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (folder / "journal").glob("*.log")}

    before = journal()
    secret = ("--passphrase-file", str(folder / "passphrase"))
    assert "This backup would serve" in place.avow("backup", "drill", str(folder / "backup.avow"), *secret, within=400)
    assert journal() == before
    assert not list(folder.rglob("drill-*"))


def test_what_is_there_is_never_overwritten(made: tuple[Path, str], tmp_path: Path) -> None:
    """A store that is there, another's keys, a wrong passphrase: told, and nothing touched."""
    folder, _ = made
    place = Place(folder / "data", {"AVOW_JOURNAL": str(folder / "journal")})
    before = (folder / "data" / "postgres" / "PG_VERSION").stat()
    assert "nothing is overwritten" in restore(place, folder, status=1)
    (tmp_path / "wrong").write_text("wrong\n")
    words = ("restore", str(folder / "backup.avow"), "--passphrase-file", str(tmp_path / "wrong"))
    assert "not the passphrase" in place.avow(*words, status=1)
    assert (folder / "data" / "postgres" / "PG_VERSION").stat() == before
    with ground() as other:
        empty = Place(other / "data", {"AVOW_JOURNAL": str(folder / "journal")})
        (other / "data" / "keys").mkdir(parents=True)
        (other / "data" / "keys" / "reach.key").write_text("f" * 64)
        assert "is not the one in the backup" in restore(empty, folder, status=1)
        assert (other / "data" / "keys" / "reach.key").read_text() == "f" * 64
        assert "belongs to" not in empty.avow("setup", status=1)


def test_a_new_store_beside_an_old_journal_is_refused(made: tuple[Path, str]) -> None:
    """Whoever begins anew where a journal lies would forget every refusal: it is refused, with what to do."""
    with ground() as other:
        empty = Place(other / "data", {"AVOW_JOURNAL": str(made[0] / "journal")})
        assert "avow restore FILE" in empty.avow("setup", status=1)
