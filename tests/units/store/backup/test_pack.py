"""Test that a backup holds what its manifest says, and nothing else."""

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from avow.errors import BackupError
from avow.store.backup.pack import Manifest, check, database, pack
from avow.store.backup.sealed import Writer

MANIFEST = Manifest("0.1.0", "2026-01-01T00:00:00+00:00", ("record.0001_initial",), 7, "ab", 9, 18)
SMALL = {"keys/reach.key": b"1" * 64, "policies/one.md": b"# One\n"}


def write(path: Path, dump: list[bytes]) -> Manifest:
    """Write a backup."""
    with path.open("wb") as file:
        return pack(Writer(file), SMALL, dump, MANIFEST)


@pytest.mark.parametrize("dump", [[], [b""], [b"short"], [b"a" * (3 << 20), b"b" * (6 << 20), b"c"]])
def test_what_was_packed_is_found(tmp_path: Path, dump: list[bytes]) -> None:
    """Keys, policies and every part of the dump come back, and the manifest tells of each."""
    made = write(tmp_path / "made", dump)
    manifest, small = check(tmp_path / "made")
    assert small == SMALL
    assert replace(manifest, files={}) == MANIFEST
    assert set(manifest.files) == set(made.files)
    assert b"".join(database(tmp_path / "made")) == b"".join(dump)


def _archive(path: Path, members: dict[str, bytes]) -> None:
    """Seal an archive of other members."""
    with path.open("wb") as file:
        writer = Writer(file)
        with tarfile.open(fileobj=cast("BinaryIO", writer), mode="w|") as archive:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        writer.close()


def test_a_missing_part_is_found(tmp_path: Path) -> None:
    """A manifest that tells of more, of less or of another file, and none at all, are refused."""
    told = {"avow": "1", "at": "", "schema": [], "size": 0, "root": "", "last": 0, "server": 18}
    one = {"keys/reach.key": b"1"}
    for members in (one, one | {"manifest.json": json.dumps({**told, "files": {}}).encode()}, {"manifest.json": b"{}"}):
        _archive(tmp_path / "odd", members)
        with pytest.raises(BackupError):
            check(tmp_path / "odd")


def test_what_is_sealed_and_no_archive(tmp_path: Path) -> None:
    """Sealed bytes that are no archive are told, as is a file that is not there."""
    with (tmp_path / "odd").open("wb") as file:
        writer = Writer(file)
        writer.write(b"words" * 200)
        writer.close()
    with pytest.raises(BackupError, match="not what a backup holds"):
        check(tmp_path / "odd")
    with pytest.raises(BackupError, match="cannot be read"):
        check(tmp_path / "nowhere")
