"""Test what a restore refuses before it touches anything."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from avow.config import config
from avow.errors import AvowError
from avow.store.backup.pack import Manifest, pack
from avow.store.backup.restore import restore
from avow.store.backup.sealed import Writer
from avow.store.server.lock import alone

KEY = b"ab" * 32


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Give an empty data folder, and one of policies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AVOW_DATA", str(tmp_path / "data"))
        patch.setenv("AVOW_POLICIES", str(tmp_path / "policies"))
        config.cache_clear()
        (tmp_path / "policies").mkdir()
        yield tmp_path / "data"
    config.cache_clear()


def made(path: Path, small: Mapping[str, bytes], schema: tuple[str, ...] = ()) -> Path:
    """Write a backup of nothing but some files."""
    with path.open("wb") as file:
        pack(Writer(file), small, [], Manifest("0.1.0", "2026-01-01", schema, 0, "", 0, 18))
    return path


def tried(path: Path) -> str:
    """Try to restore, and give what is said; nothing but locks may be there afterwards."""
    with pytest.raises(AvowError) as error:
        restore(path, "", lambda _: lambda _: None)
    left = {one.name for one in config().data.glob("*")}
    assert left <= {"restore.lock", "serve.lock", "work.lock", "keys"}
    return str(error.value)


def test_two_at_once(data: Path, tmp_path: Path) -> None:
    """While one restores, serves or works here, another is told which process it is."""
    backup = made(tmp_path / "made", {})
    data.mkdir()
    for act in ("restore", "serve", "work"):
        lock = alone(data, act)
        assert f"`avow {act}` already runs" in tried(backup)
        lock.release()


def test_a_newer_avow(data: Path, tmp_path: Path) -> None:
    """A schema that this program does not know is refused; one of a library is not ours to judge."""
    schema = ("record.0001_initial", "library.0099_future", "record.0999_future")
    assert "newer Avow: record.0999_future" in tried(made(tmp_path / "made", {}, schema))
    assert not data.exists()


@pytest.mark.parametrize("name", ["keys/../../etc/passwd", "keys/.hidden", "other/reach.key", "keys/deep/reach.key"])
def test_a_file_that_belongs_nowhere(data: Path, tmp_path: Path, name: str) -> None:
    """No name in a backup leads out of the two folders."""
    assert "belongs nowhere" in tried(made(tmp_path / "made", {name: b""}))
    assert data.exists()


def test_what_is_there_and_another(data: Path, tmp_path: Path) -> None:
    """A key or a policy file of another content stays, and the restore is refused."""
    backup = made(tmp_path / "made", {"keys/reach.key": KEY, "policies/one.md": b"# One\n"})
    (tmp_path / "policies" / "one.md").write_bytes(b"# Another\n")
    assert "one.md is not the one in the backup" in tried(backup)
    (tmp_path / "policies" / "one.md").unlink()
    (data / "keys").mkdir()
    (data / "keys" / "reach.key").write_bytes(b"cd" * 32)
    assert "reach.key is not the one in the backup" in tried(backup)
    assert (data / "keys" / "reach.key").read_bytes() == b"cd" * 32
