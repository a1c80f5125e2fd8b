"""Give each test a journal of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from avow.config import config
from avow.store.journal.folder import begin


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of a journal that was begun."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AVOW_JOURNAL", str(tmp_path / "journal"))
        config.cache_clear()
        assert begin()
        yield tmp_path / "journal"
    config.cache_clear()
