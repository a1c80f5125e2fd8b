"""Test when what was forgotten is scrubbed off the disk by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from avow.accuracy.forgotten.forget import forget
from avow.config import config
from avow.store import scrub as module
from avow.store.scrub import due, scrub_due
from tests.units.mail.conftest import example, published
from tests.units.record.cast import arrive

__all__ = ["example", "published"]
pytestmark = pytest.mark.usefixtures("published")


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the quiet hour be that of two hours ago, and the mark stand in a folder of this test."""
    hour = (datetime.now(UTC) - timedelta(hours=2)).hour
    monkeypatch.setenv("AVOW_QUIET_HOUR", str(hour))
    monkeypatch.setattr(module, "_mark", lambda: tmp_path / "scrubbed.json")
    config.cache_clear()
    yield tmp_path / "scrubbed.json"
    monkeypatch.undo()
    config.cache_clear()


def test_due_in_the_quiet_hour_or_within_a_day(quiet: Path) -> None:
    """Forgotten: due at the next quiet hour, and after a day at any hour; nothing forgotten, or scrubbed: not."""
    now = datetime.now(UTC)
    alice = arrive("alice@example.org")
    assert not due(now + timedelta(hours=22))
    forget(alice)
    assert not due(now)
    assert due(now + timedelta(hours=22))
    assert due(now + timedelta(hours=25))
    quiet.write_text('{"entry": 1000000}')
    assert not due(now + timedelta(hours=25))


def test_a_store_that_is_not_ours_is_left_alone() -> None:
    """A process that is not connected to the store of its configuration rewrites nothing."""
    forget(arrive("alice@example.org"))
    assert scrub_due() == 0
