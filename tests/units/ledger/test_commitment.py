"""Test the canonical bytes: what they are, what has none, and what a salt does."""

from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

import pytest

from avow.errors import LedgerError
from avow.ledger.commitment import SALT_BYTES, canonical, commit, new_salt
from avow.ledger.merkle.frontier import Frontier
from avow.ledger.merkle.tree import grown
from avow.terms import Answer, Scope

AT = datetime(1970, 1, 1, 0, 0, 1, 5, UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, b"n"),
        (True, b"t"),
        (False, b"f"),
        (-12, b"i3:-12"),
        ("\u00fc", b"s2:\xc3\xbc"),
        (b"\x00", b"b1:\x00"),
        (bytearray(b"x"), b"b1:x"),
        (memoryview(b"x"), b"b1:x"),
        (UUID(int=1), b"u16:" + bytes(15) + b"\x01"),
        (AT, b"d7:1000005"),
        ([1, "a"], b"l8:i1:1s1:a"),
        ((), b"l0:"),
        ({"b": 1, "a": None}, b"m13:k1:ank1:bi1:1"),
        (MappingProxyType({"a": True}), b"m5:k1:at"),
        (Answer.NO, b"s2:no"),
        (Scope.MARKETING, b"i1:1"),
    ],
)
def test_each_value_has_its_bytes(value: object, expected: bytes) -> None:
    """The bytes are fixed for ever: what was committed to must open in any later release."""
    assert canonical(value) == expected


@pytest.mark.parametrize(
    "value",
    [1.5, {1, 2}, object(), datetime(1970, 1, 1), {1: "a"}, {"a": 0.5}, "\ud800"],  # noqa: DTZ001 -- the fault under test
)
def test_what_has_no_canonical_bytes_is_refused(value: object) -> None:
    """Fractions, sets, times without zone, keys that are no text, broken text: each is an error, not a guess."""
    with pytest.raises(LedgerError, match="has no canonical bytes"):
        canonical(value)


def test_a_salt_hides_and_binds() -> None:
    """Under another salt the same record has another commitment, and salts do not repeat."""
    one, other = new_salt(), new_salt()
    assert one != other
    assert {len(one), len(commit(one, {}))} == {SALT_BYTES, 32}
    assert commit(one, {"name": "Alice"}) == commit(one, {"name": "Alice"}) != commit(other, {"name": "Alice"})


def test_a_tree_refuses_what_does_not_fit() -> None:
    """An edge of another size, and growth from a larger tree, are errors."""
    with pytest.raises(LedgerError, match="does not fit"):
        Frontier(3, bytes(32))
    with pytest.raises(ValueError, match="larger"):
        grown(2, [bytes(32)])
