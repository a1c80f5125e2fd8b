"""Test that refusals outlive everything until they are applied."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db.utils import DataError

from avow.errors import RecordError, StoreError
from avow.store import spool
from avow.store.spool import drain, put, waiting


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give the spool a folder of its own."""
    monkeypatch.setattr(spool, "_folder", lambda: tmp_path / "spool")
    return tmp_path / "spool"


def test_first_in_first_out() -> None:
    """What was put is given back once, in order, and then nothing waits."""
    for number in range(3):
        put({"reach": f"{number:02x}", "scope": 1, "list": None})
    assert waiting() == 3
    seen: list[Mapping[str, str | int | None]] = []
    assert drain(seen.append) == 3
    assert seen == [{"reach": f"{number:02x}", "scope": 1, "list": None} for number in range(3)]
    assert (waiting(), drain(seen.append), len(seen)) == (0, 0, 3)


def test_a_store_that_goes_away_ends_the_draining() -> None:
    """When the database goes away, the refusal at hand is kept, and those behind it keep their order."""
    for number in range(3):
        put({"number": number})
    seen = []

    def apply(refusal: Mapping[str, str | int | None]) -> None:
        if refusal["number"] == 1:
            raise StoreError("the database went away")
        seen.append(refusal["number"])

    with pytest.raises(StoreError, match="went away"):
        drain(apply)
    assert (seen, waiting()) == ([0], 2)
    assert drain(lambda refusal: seen.append(refusal["number"])) == 2
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("wrong", [RecordError("there is no such person"), DataError("too long"), KeyError("scope")])
def test_one_that_cannot_be_applied_holds_up_none(wrong: Exception) -> None:
    """What is wrong with one refusal keeps that one, named, and all others are applied."""
    for number in range(3):
        put({"number": number})
    seen = []

    def apply(refusal: Mapping[str, str | int | None]) -> None:
        if refusal["number"] == 0:
            raise wrong
        seen.append(refusal["number"])

    with pytest.raises(StoreError, match=r"1 of 3 refusals cannot be applied: [0-9]+-"):
        drain(apply)
    assert (seen, waiting()) == ([1, 2], 1)


def test_half_written_is_not_there(folder: Path) -> None:
    """A draft that a crash left is never taken for a refusal, and hinders none."""
    put({"number": 1})
    (folder / ".00000000000000000001-aaaa").write_text('{"numb')
    assert waiting() == 1
    assert drain(lambda _: None) == 1


def test_damage_is_told_and_kept(folder: Path) -> None:
    """A refusal that cannot be read is kept and named instead of being lost, and the others are applied."""
    put({"number": 1})
    path = next(folder.glob("*.json"))
    path.write_text("not json")
    put({"number": 2})
    seen: list[object] = []
    with pytest.raises(StoreError, match=path.name):
        drain(seen.append)
    assert (seen, waiting()) == ([{"number": 2}], 1)


def test_private(folder: Path) -> None:
    """Only the owner reads what waits."""
    put({"number": 1})
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_a_disk_that_does_not_take_it_says_so(folder: Path) -> None:
    """Nobody is told that a refusal was received when it is not on the disk."""
    folder.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot serve"):
        put({"number": 1})
