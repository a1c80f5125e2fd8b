"""Test appending: in the act's transaction or not at all, one by one or many at once."""

import os
from datetime import datetime
from typing import cast

import psycopg
import pytest
from django.db import connection, transaction

from avow.errors import LedgerError
from avow.ledger.append import append, append_many
from avow.ledger.entry import entry_bytes
from avow.ledger.read import tail, waiting
from avow.terms import EntryKind
from tests.units.ledger.shelf import AT, check, sequence_all

ONE, OTHER = os.urandom(32), os.urandom(32)
STORED = "SELECT id, kind, at, data, covers FROM entry ORDER BY id"


@pytest.mark.usefixtures("store")
def test_an_entry_needs_a_transaction() -> None:
    """Outside a transaction nothing is appended, neither one nor many."""
    with pytest.raises(LedgerError, match="transaction of its act"):
        append(EntryKind.COLLECTED, AT, [ONE])
    with pytest.raises(LedgerError, match="transaction of its act"):
        append_many(EntryKind.COLLECTED, AT, [([ONE], ())])
    assert tail() == []


def _fail() -> None:
    with transaction.atomic():
        append(EntryKind.COLLECTED, AT, [ONE])
        append_many(EntryKind.COLLECTED, AT, [([OTHER], ())] * 3)
        assert 1 / 0


@pytest.mark.usefixtures("store")
def test_an_entry_falls_with_its_act() -> None:
    """An act that fails leaves no entry and nothing waiting."""
    with pytest.raises(ZeroDivisionError):
        _fail()
    assert (tail(), waiting()) == ([], 0)


def test_one_and_many_store_the_same(owner: psycopg.Connection) -> None:
    """An entry has the same bytes by either way, and many come back in the order they were given."""
    with transaction.atomic():
        first = append(EntryKind.COLLECTED, AT, [ONE])
        ids = append_many(EntryKind.COLLECTED, AT, [([ONE], ()), ([ONE, OTHER], ()), ([], ())])
        named = append_many(EntryKind.AMENDED, AT, [([OTHER], [(first, 0), (ids[1], 1)])])
    assert sorted([first, *ids, *named]) == [first, *ids, *named]
    expected = [
        (EntryKind.COLLECTED, [ONE], ()),
        (EntryKind.COLLECTED, [ONE], ()),
        (EntryKind.COLLECTED, [ONE, OTHER], ()),
        (EntryKind.COLLECTED, [], ()),
        (EntryKind.AMENDED, [OTHER], [(first, 0), (ids[1], 1)]),
    ]
    assert owner.execute(STORED).fetchall() == [
        (number, kind.value, AT, entry_bytes(kind, AT, covers, names), b"".join(covers))
        for number, (kind, covers, names) in zip([first, *ids, *named], expected, strict=True)
    ]
    assert [line.covers for line in tail()] == [1, 1, 2, 0, 1]
    assert waiting() == 5


@pytest.mark.usefixtures("store")
def test_refuses_what_is_no_entry() -> None:
    """An unknown kind, a time without zone, a short commitment, a kind that names nothing: refused."""
    with transaction.atomic():
        with pytest.raises(LedgerError, match="no kind of entry"):
            append(cast("EntryKind", "collected"), AT, [ONE])
        with pytest.raises(LedgerError, match="with its zone"):
            append(EntryKind.COLLECTED, datetime(2025, 1, 1), [ONE])  # noqa: DTZ001 -- the fault under test
        with pytest.raises(LedgerError, match="32 bytes"):
            append(EntryKind.COLLECTED, AT, [ONE[:31]])
        with pytest.raises(LedgerError, match="32 bytes"):
            append_many(EntryKind.COLLECTED, AT, [([ONE], ()), ([ONE + b"x"], ())])
        with pytest.raises(LedgerError, match="cannot name others"):
            append(EntryKind.COLLECTED, AT, [ONE], [(1, 0)])
    assert tail() == []


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("role", ["avow_app", "avow_keep", "avow_use"])
def test_every_acting_role_appends(role: str) -> None:
    """Collecting, keeping and using all leave entries, each of which waits."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        append(EntryKind.READ, AT, [ONE])
        append_many(EntryKind.READ, AT, [([OTHER], ())])
        append_many(EntryKind.READ, AT, [])
    assert (len(tail()), waiting()) == (2, 2)


@pytest.mark.usefixtures("store")
def test_many_are_sent_in_pieces() -> None:
    """More than a piece of the copy holds comes whole, in order, and agrees."""
    with transaction.atomic():
        ids = append_many(EntryKind.READ, AT, [([number.to_bytes(32)], ()) for number in range(5_000)])
    assert sequence_all() == 5_000
    report = check()
    assert (report.disagreements, report.entries, len(set(ids))) == ([], 5_000, 5_000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT covers FROM entry WHERE id = %s", [ids[4_321]])
        assert bytes(cursor.fetchone()[0]) == (4_321).to_bytes(32)
