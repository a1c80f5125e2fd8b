"""Test a folder of versions."""

from pathlib import Path

import pytest

from avow.errors import PolicyErrors
from avow.policy.folder import load
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
