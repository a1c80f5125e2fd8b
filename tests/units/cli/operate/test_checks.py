"""Test what `avow doctor` finds without a store."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from avow.config import config
from avow.page.health.checks import CHECKS, failure
from avow.store.backup.pack import Manifest
from avow.store.backup.saved import remember
from avow.store.keys import draw, make_keys, take_up

MODES, SAVED = (next(check for check in CHECKS if check.id == id_) for id_ in ("avow.E011", "avow.E024"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a data folder that is not there yet."""
    monkeypatch.setenv("AVOW_DATA", str(tmp_path / "data"))
    config.cache_clear()
    yield tmp_path / "data"
    monkeypatch.undo()
    config.cache_clear()


def test_file_modes(folder: Path) -> None:
    """A folder that is not there is not called private; one that is, is; a key that others read is named."""
    assert failure(MODES) == ("there is no folder yet; it will be private", None)
    (folder / "keys").mkdir(parents=True)
    folder.chmod(0o700)
    assert failure(MODES) == ("private", None)
    (folder / "keys/token").touch(mode=0o644)
    found, error = failure(MODES)
    assert "token" in found + str(error)
    assert error


def test_a_key_that_no_backup_holds(folder: Path) -> None:
    """Without a backup there is nothing to tell; a key that came or changed after the newest one is named."""
    make_keys(folder / "keys")
    assert failure(SAVED) == ("no backup was made from here yet", None)
    _backed_up(folder)
    assert failure(SAVED) == ("in the newest backup", None)
    assert failure(MODES)[1] is None
    draw("ledger")
    assert failure(SAVED)[1] is None, "a key that was only drawn signs nothing"
    take_up("ledger")
    (folder / "keys/other.key").write_text("new")
    _, error = failure(SAVED)
    assert error
    assert str(error.args[0]) == "the newest backup lacks the key ledger, other as it is now"
    assert error.hint == "run `avow backup`"
    _backed_up(folder)
    assert failure(SAVED) == ("in the newest backup", None)
    (folder / "keys/saved.json").write_text("{")
    assert failure(SAVED) == ("no backup was made from here yet", None)


def _backed_up(folder: Path) -> None:
    """Note a backup of the keys as they are."""
    folder.chmod(0o700)
    files = {f"keys/{path.name}": path.read_bytes() for path in (folder / "keys").glob("*.key")}
    told = {name: (len(data), sha256(data).hexdigest()) for name, data in files.items()}
    remember(Manifest("1", "2026-01-01T00:00:00+00:00", (), 0, "", 0, 18, told | {"database/000000": (1, "ab")}))
