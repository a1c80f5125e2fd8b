"""Give the commands of a change a store whose policy is the first of the bundled sequence."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from avow.cli.change import apply, plan
from avow.config import config
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.units.cli.change.cast import CHANGES


@pytest.fixture
def folder(store: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder whose one version is published."""
    assert store.folder.exists()
    shutil.copy(CHANGES / "2025-01-01.md", tmp_path)
    monkeypatch.setenv("AVOW_POLICIES", str(tmp_path))
    for command in (plan, apply):
        monkeypatch.setattr(command, "connect", lambda: None)  # the store of the test is there already
    config.cache_clear()
    publish(load(tmp_path))
    yield tmp_path
    monkeypatch.undo()
    config.cache_clear()
