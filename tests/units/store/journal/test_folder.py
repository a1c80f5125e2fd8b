"""Test whose a journal is, what is behind it, and what it keeps of people."""

from pathlib import Path

import pytest

from avow.errors import StoreError
from avow.store.journal.folder import begin, claim, owner
from avow.store.journal.head import Head, head, not_behind, raise_head
from avow.store.journal.people import drop, get, put

pytestmark = pytest.mark.usefixtures("journal")


def test_a_journal_is_one_store_s() -> None:
    """The first store that writes has it; another is refused; beginning it again changes nothing."""
    assert owner() == ""
    claim("one")
    claim("one")
    assert owner() == "one"
    assert not begin()
    with pytest.raises(StoreError, match="that of another store"):
        claim("other")
    assert owner() == "one"


def test_a_folder_that_is_away_is_no_new_journal(journal: Path) -> None:
    """A disk that is not mounted leaves an empty folder: nothing is begun there by itself."""
    (journal / "begun.json").unlink()
    with pytest.raises(StoreError, match="there is no journal"):
        claim("one")
    with pytest.raises(StoreError, match="there is no journal"):
        put(b"a" * 32, 1, {})


def test_an_older_store_is_known_for_one() -> None:
    """What ends before the head is behind; what ends there or beyond is not; without a journal nothing is."""
    not_behind(None, head())
    raise_head(Head(10, "ab", 12))
    assert head() == Head(10, "ab", 12)
    not_behind(10, head())
    not_behind(11, head())
    for size in (None, 0, 9):
        with pytest.raises(StoreError, match="avow restore --replay"):
            not_behind(size, head())
    raise_head(Head(20, "cd", 22))
    with pytest.raises(StoreError, match="20 were published"):
        not_behind(19, head())


def test_a_head_that_cannot_be_read_lets_nothing_pass(journal: Path) -> None:
    """A damaged head is an error, not a head of nothing."""
    (journal / "head.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        head()


def test_what_is_kept_of_a_person_dies_with_them(journal: Path) -> None:
    """Two corrections of one person go together, and leave no byte in any file; another's stays."""
    put(b"a" * 32, 1, {"name": "Zelda Marker"})
    put(b"a" * 32, 2, {"name": "Zelda Marker the second"})
    put(b"b" * 32, 3, {"name": "Alice"})
    held = next((journal / "people" / (b"a" * 32).hex()).glob("1.json")).open("rb")
    drop(b"a" * 32)
    assert b"Zelda" not in held.read()
    held.close()
    assert get(b"a" * 32, 1) is None
    assert get(b"b" * 32, 3) == {"name": "Alice"}
    drop(b"a" * 32)
