"""Test what `avow doctor` finds without a store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from avow.config import config
from avow.page.health.checks import CHECKS, failure

MODES = next(check for check in CHECKS if check.id == "avow.E011")


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
