"""Test the page that shows what a version changes: uses in plain words, sentences side by side."""

from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client

from avow.config import config
from avow.page import site as sites
from tests.units.cli.change.cast import CHANGES


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Give a browser of a site whose policy is the bundled sequence."""
    monkeypatch.setenv("AVOW_POLICIES", str(CHANGES))
    config.cache_clear()
    sites.folder.cache_clear()
    yield Client(headers={"host": "localhost"})
    monkeypatch.undo()
    config.cache_clear()
    sites.folder.cache_clear()


def _shown(site: Client, name: str) -> str:
    answer = site.get(f"/policy/{name}/changes/")
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_new_uses_stand_in_plain_words(site: Client) -> None:
    """What for, seen by whom, of which data and how it came; and that what was given before waits for a yes."""
    shown = _shown(site, "2027-03-01")
    assert "<h3>The partner programme</h3>" in shown
    assert (
        "To let the partner nearest to you reach you, if you tick the box. Seen by a company that you agreed" in shown
    )
    assert "Who you are (An order; Registration)" in shown
    assert "serves none of this until you say yes. 168 uses stay as they were." in shown
    assert "What we may no longer do" not in shown


def test_sentences_stand_side_by_side(site: Client) -> None:
    """What it said, what it says, and of which the company says that it means the same."""
    shown = _shown(site, "2027-09-01")
    assert "<td>So when you arrive somewhere new, take a minute to read the policy that you find there.</td>" in shown
    assert "the policy of that place. <small>(in other words; we mean the same)</small>" in shown
    assert "<small>(not said before)</small></td><td>Seven years after an order we no longer hold it.</td>" in shown
    assert _shown(site, "2027-09-01") == shown
