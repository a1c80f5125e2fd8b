"""Test that a form never mixes the words of two versions."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from avow.config import config
from avow.page import site as sites
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.units.collection.cast import count, filled, shown

Change = Callable[[], None]
WORDS = "to send you our newsletter, if you tick its box"
NEW_WORDS = "to send you our newsletter and news of our partners, if you tick its box"


@pytest.fixture
def change(store: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Change]:
    """Give what waits until a second version is in force, whose newsletter means more."""
    assert store.url("avow_app")
    first = next(config().policies.glob("*.md"))
    text = first.read_text()
    (tmp_path / first.name).write_text(text)
    began = monotonic()
    load(tmp_path)
    at = datetime.now(UTC) + timedelta(seconds=2 + 20 * (monotonic() - began))  # a slow machine needs more
    old = 'version = "2025-01-01"\neffective = 2025-01-01T00:00:00+00:00'
    new = f'version = "2026-09-09"\nfollows = "2025-01-01"\neffective = {at.isoformat(timespec="milliseconds")}'
    assert old in text
    assert WORDS in text
    (tmp_path / "2026-09-09.md").write_text(text.replace(old, new).replace(WORDS, NEW_WORDS))
    monkeypatch.setenv("AVOW_POLICIES", str(tmp_path))
    config.cache_clear()
    sites.folder.cache_clear()
    publish(load(tmp_path))

    def until() -> None:
        sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()) + 0.05)
        assert sites.policy().front.version == "2026-09-09"

    yield until
    monkeypatch.undo()
    config.cache_clear()
    sites.folder.cache_clear()


def test_a_form_that_is_shown_again_is_of_one_version(change: Change, owner: psycopg.Connection) -> None:
    """Words, boxes and seal are those of today; what was typed and each no is kept, and each yes is asked anew."""
    site = Client(headers={"host": "localhost"})
    typed = filled(site, profile__name="Alice", yes__newsletter="on", no__marketing="on")
    change()
    again = site.post("/register/", typed | {"contact.email": "broken"})
    assert isinstance(again, HttpResponse)
    page = again.content.decode()
    assert again.status_code == 422
    assert "The policy has changed since you opened this form" in page
    assert NEW_WORDS.partition(",")[0][3:] in page
    assert 'value="Alice"' in page
    assert "Your e-mail address" in page
    assert 'name="no.marketing" aria-describedby="no-marketing-hint" checked' in page
    assert 'name="yes.newsletter" aria-describedby="yes-newsletter-hint">' in page
    assert site.post("/register/", typed | {"shown": shown(again)}).status_code == 200
    versions = owner.execute("SELECT DISTINCT version FROM item JOIN stamp ON stamp.id = stamp_id").fetchall()
    assert versions == [("2026-09-09",)]


def test_a_form_is_stamped_with_the_version_that_it_showed(change: Change, owner: psycopg.Connection) -> None:
    """A form that is right is kept as it was shown, though another version is in force since."""
    site = Client(headers={"host": "localhost"})
    typed = filled(site, yes__newsletter="on")
    change()
    assert site.post("/register/", typed).status_code == 200
    assert count(owner, "item") == 1
    assert owner.execute("SELECT DISTINCT version FROM stamp").fetchall() == [("2025-01-01",)]
