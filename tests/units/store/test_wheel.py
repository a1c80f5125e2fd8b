"""Test that the binaries are found where the account that runs them can reach them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from avow.config import ROOTS_DATA, account
from avow.store.server import wheel
from avow.store.server.wheel import binaries, installed

WHO = account()


def test_binaries_out_of_reach_are_copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the account cannot reach the wheel it gets a copy that runs; the wheel's folder stays as it was."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    true = installed()
    package = closed / true.parent.name
    shutil.copytree(true, package / true.name, symlinks=True)
    shutil.copytree(f"{true.parent}.libs", f"{package}.libs")
    (package / true.name / "share").chmod(0o700)
    monkeypatch.setattr(wheel, "installed", lambda: package / true.name)
    with TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        monkeypatch.setattr(wheel, "COPIES", Path(open_to_all) / "avow")
        found = binaries(WHO)
        assert found == binaries(WHO)
        assert (found == package / true.name / "bin") == (WHO is None)
        said = subprocess.run(
            [found / "initdb", "--version"],
            user=WHO.pw_uid if WHO else None,
            group=WHO.pw_gid if WHO else None,
            extra_groups=[] if WHO else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"PostgreSQL) {wheel.MAJOR}." in said.stdout
        assert [path.name for path in (Path(open_to_all) / "avow").glob(".*")] == []
    assert closed.stat().st_mode & 0o777 == 0o700


def test_data_goes_where_the_account_reaches_it(tmp_path: Path) -> None:
    """In a folder that is closed to the account, as /root is, data lives elsewhere by default; else beside us."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    code = "from avow.config import default_data; print(default_data())"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=closed, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == (str(ROOTS_DATA) if WHO else "var")
