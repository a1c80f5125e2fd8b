"""Test a folder of versions."""

import shutil
from pathlib import Path

import pytest

from avow.errors import PolicyErrors
from avow.policy.folder import load
from avow.policy.translation import translates
from tests.units.policy.example import EXAMPLE, SOUND

SECOND = (
    ('"2025-06-01"', '"2026-01-01"'),
    ("2025-06-01T00", "2026-01-01T00"),
    ('"en"\n', '"en"\nfollows = "2025-06-01"\n'),
)


def _write(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    text = SOUND.read_text("utf-8")
    for old, new in changes:
        text = text.replace(old, new)
    (folder / name).write_text(text, "utf-8")


def test_versions_stand_in_order_of_effect(tmp_path: Path) -> None:
    """The order of the files does not matter, the instants do; a meaning told twice has one bit."""
    _write(tmp_path, "z.md")
    _write(tmp_path, "a.md", *SECOND)
    history = load(tmp_path)
    assert [policy.front.version for policy in history.policies] == ["2025-06-01", "2026-01-01"]
    assert len(history.bits) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (SECOND[:2], "'follows' names None"),
        (SECOND[:1], "two versions are one"),
        ((*SECOND, ('name = "lantern"', 'name = "beacon"')), "another policy's version"),
        ((*SECOND, ("retention = 730", "retention = -1")), "is negative"),
    ],
)
def test_a_broken_chain_is_refused(tmp_path: Path, changes: tuple[tuple[str, str], ...], message: str) -> None:
    """Versions of one folder are one policy, each follows the one before, and each is sound."""
    _write(tmp_path, "1.md")
    _write(tmp_path, "2.md", *changes)
    with pytest.raises(PolicyErrors, match=message):
        load(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """A folder without a version says what to do."""
    with pytest.raises(PolicyErrors, match="holds no version"):
        load(tmp_path)


def test_the_example_loads() -> None:
    """The example has room in its masks."""
    assert 0 < len(load(EXAMPLE).bits) < 256


def test_a_version_is_told_once_in_a_language(tmp_path: Path) -> None:
    """A second file for it, or a second table in one, is refused: it would silently be the one that is shown."""
    for name in ("2025-01-01.md", "2025-01-01.de.md"):
        shutil.copy(EXAMPLE / name, tmp_path)
    told = (tmp_path / "2025-01-01.de.md").read_text("utf-8")
    (tmp_path / "again.md").write_text(f"{told}\n~~~avow\n[topic.again]\n~~~\n~~~avow\n[topic.again]\n~~~\n", "utf-8")
    with pytest.raises(PolicyErrors) as twice:
        load(tmp_path)
    assert "[topic.again] stands here twice" in str(twice.value)
    (tmp_path / "again.md").write_text(told, "utf-8")
    with pytest.raises(PolicyErrors, match="two translations are one"):
        load(tmp_path)


def test_what_the_prose_says_makes_no_translation(tmp_path: Path) -> None:
    """Only the front matter says that a file translates."""
    _write(tmp_path, "a.md")
    told = (tmp_path / "a.md").read_text("utf-8")
    (tmp_path / "a.md").write_text(f'{told}\n```\ntranslates = "2025-06-01"\n+++\n```\n', "utf-8")
    assert not translates(tmp_path / "a.md")
    assert translates(EXAMPLE / "2025-01-01.de.md")
