"""Forget people, scrub, and look through every file of the store for them."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.marked import ADDRESS, found
from tests.journeys.place import Place, ground


@pytest.fixture
def place() -> Iterator[Place]:
    """Give a store with the example policy; mail is captured in it."""
    with ground() as folder:
        made = Place(folder / "data")
        made.avow("setup")
        yield made


def ran(place: Place, code: str) -> str:
    """Run code in a process of its own, and give its last line."""
    process = place.python(f"from tests.journeys.marked import *\n{code}")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said.strip().splitlines()[-1]


def test_no_byte_is_left(place: Place, tmp_path: Path) -> None:
    """What was forgotten stands in no file, however written, once it is scrubbed; before, it does; refusals hold."""
    gone, stays = [secrets.token_hex(9) for _ in range(2)], secrets.token_hex(9)
    ids = ran(place, f"print(' '.join(live({[*gone, stays]!r})))").split()
    marks = [*gone, *ids[:2]]
    everywhere = found(place.data, marks)
    assert {mark for _, mark in everywhere} == set(marks)
    where = {name.partition("/")[0] for name, _ in everywhere}
    assert where >= {"postgres", "mail", "journal"}
    for mark in gone:
        place.avow("people", "forget", "--yes", ADDRESS.format(mark))
    left = found(place.data, marks)
    assert {name.partition("/")[0] for name, _ in left} == {"postgres"}
    assert any("pg_wal" in name for name, _ in left)
    assert any("base" in name for name, _ in left)
    assert "tables are rewritten" in place.avow("scrub")
    assert found(place.data, marks) == set()
    assert found(place.data, [stays, ids[2]]), "who was not forgotten is still there"
    sheet = tmp_path / "next-day.csv"
    sheet.write_text("email,name\n" + "".join(f"{ADDRESS.format(mark)},Somebody\n" for mark in gone))
    assert "2 of them had refused" in place.avow("people", "import", str(sheet))
    assert ran(place, f"print(*map(allowed, {gone!r}))") == "0 0"
    assert "Everything agrees" in place.avow("ledger", "fsck")
