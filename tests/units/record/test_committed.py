"""Test that an item opens without its fields, and that arrivals in bulk commit to the same bytes."""

from hashlib import sha256
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from avow.ledger.commitment import canonical, commit, inner, outer
from avow.record.taken.committed import item_record
from avow.record.taken.staged import _canonical

SALT = b"\3" * 32
ROW = (UUID(int=1), UUID(int=2), "contact", UUID(int=3), None, UUID(int=4), b"r" * 32)


def test_an_item_opens_without_its_fields() -> None:
    """Who has `inner` and `outer` recomputes the commitment; other fields or another mask give another."""
    told, stated = {"email": "alice@example.org"}, 0b101
    made = commit(outer(SALT), item_record(SALT, [*ROW, told, stated]))
    opened = commit(outer(SALT), ["item", *ROW, inner(SALT, told), stated])
    assert opened == made
    assert commit(outer(SALT), ["item", *ROW, inner(SALT, {"email": "bob@example.org"}), stated]) != made
    assert commit(outer(SALT), ["item", *ROW, inner(SALT, told), 0b111]) != made


def test_what_opens_it_tells_nothing_of_the_fields() -> None:
    """Guesses at the fields fit nothing without the item's own salt, which `outer` does not give back."""
    told = {"email": "alice@example.org"}
    assert inner(SALT, told) != sha256(canonical(told)).digest()
    assert inner(outer(SALT), told) != inner(SALT, told)
    assert outer(SALT) != SALT


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")), max_size=5))
def test_texts_are_written_as_canonical_does(fields: dict[str, str]) -> None:
    """The quick way of the import gives the same bytes, whatever the names and texts."""
    assert _canonical(fields) == canonical(fields)
