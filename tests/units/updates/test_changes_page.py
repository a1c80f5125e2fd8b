"""Test the page that shows what a version changes: uses in plain words, sentences side by side."""

import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

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


def test_what_is_not_in_german_is_marked_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Client
) -> None:
    """In German a version without a translation stands in its own words, marked as such; one with it does not."""
    folder = tmp_path / "policies"
    shutil.copytree(CHANGES, folder)
    shutil.copy(CHANGES.parent / "example/2025-01-01.de.md", folder)
    monkeypatch.setenv("AVOW_POLICIES", str(folder))
    config.cache_clear()
    sites.folder.cache_clear()
    pages = {path: site.get(f"/de/policy/{path}").content.decode() for path in ("2027-03-01/", "2027-03-01/changes/")}
    for shown in pages.values():
        assert '<html lang="de">' in shown
        assert "deshalb steh" in shown
    assert '<h1 lang="en">' in pages["2027-03-01/"]
    assert '<article class="prose" lang="en">' in pages["2027-03-01/"]
    assert '<h3 lang="en">The partner programme</h3>' in pages["2027-03-01/changes/"]
    own = site.get("/de/policy/2025-01-01/").content.decode()
    assert "deshalb steht" not in own
    assert '<article class="prose">' in own


def test_an_address_in_a_language_of_before_leads_to_the_same_page(site: Client) -> None:
    """Where the version in force is in English alone, a German address answers in English, and leads on in it."""
    shown, german = (site.get(f"{begins}/policy/2027-09-01/") for begins in ("", "/de"))
    assert (german.status_code, german.content) == (200, shown.content)
    assert b'<html lang="en">' in german.content
    assert site.get("/fr/policy/2027-09-01/").status_code == 404
