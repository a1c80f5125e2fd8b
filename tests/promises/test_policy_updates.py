"""Prove what the policy says about its own versions, as far as pages show them."""

from pathlib import Path

import pytest

from avow.config import config
from avow.errors import PolicyError, PolicyErrors
from avow.page import site as sites
from avow.page.site import policy
from avow.policy.folder import load
from avow.policy.proof.keeps import proves
from avow.policy.reader import read
from avow.policy.shown.page import page
from avow.record.shown.versions import publish
from avow.terms import Promise
from tests.promises.conftest import Site


@proves(Promise.VERSIONS_KEPT, "S42")
def test_every_version_stays_with_what_changed(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a second version takes effect, the first stays whole at its address, and what changed is shown."""
    first = next(config().policies.glob("*.md")).read_text()
    (tmp_path / "one.md").write_text(first)
    second = first.replace('version = "2025-01-01"', 'version = "2025-06-01"\nfollows = "2025-01-01"')
    second = second.replace("effective = 2025-01-01T", "effective = 2025-06-01T").replace(
        "A person reads it.", "Two people read it."
    )
    (tmp_path / "two.md").write_text(second)
    monkeypatch.setenv("AVOW_POLICIES", str(tmp_path))
    config.cache_clear()
    sites.folder.cache_clear()
    try:
        old = read(tmp_path / "one.md")
        assert page(old) in site.browser.get("/policy/2025-01-01/").content.decode()
        assert "Two people read it." in site.browser.get("/policy/").content.decode()
        changed = site.browser.get("/policy/2025-06-01/changes/").content.decode()
        assert "<ins>Two people read " in changed
        assert "<del>A person reads " in changed
    finally:
        monkeypatch.undo()
        config.cache_clear()
        sites.folder.cache_clear()


@proves(Promise.VERSIONS_KEPT, "S42")
@pytest.mark.parametrize("spoil", ["changed", "gone", "before"])
def test_a_published_version_cannot_be_taken_back(site: Site, tmp_path: Path, spoil: str) -> None:
    """A file that is changed or gone since it was published, or a version slipped in before it, is refused."""
    assert site.browser.get("/policy/").status_code == 200
    first = next(config().policies.glob("*.md"))
    words = first.read_text()
    (tmp_path / first.name).write_text(words)
    assert publish(load(tmp_path)) == []
    if spoil == "changed":
        (tmp_path / first.name).write_text(words.replace("A person reads it.", "Nobody reads it."))
    else:
        early = words.replace('version = "2025-01-01"', 'version = "2024-01-01"')
        early = early.replace("effective = 2025-01-01T", "effective = 2024-01-01T")
        (tmp_path / "2024-01-01.md").write_text(early)
        if spoil == "gone":
            (tmp_path / first.name).unlink()
    with pytest.raises((PolicyError, PolicyErrors)):
        publish(load(tmp_path))


@proves(Promise.VERSIONS_KEPT, "S42")
def test_every_version_is_there_for_people_and_machines(site: Site) -> None:
    """Page, plain text and JSON-LD stand at the version's own address, and the history links it."""
    name = policy().front.version
    for end in ("", "policy.txt", "policy.jsonld"):
        assert site.browser.get(f"/policy/{name}/{end}").status_code == 200
        assert site.browser.get(f"/policy/2013-06-22/{end}").status_code == 404
    assert f'href="/policy/{name}/"' in site.browser.get("/policy/").content.decode()
