"""Test that hashes of tiles and counts are kept, taken up from before, and checked to the last byte."""

import importlib

import psycopg
import pytest
from django.db import connection, transaction

from avow.errors import LedgerError
from avow.ledger.append import MOST_NAMES, append, append_many
from avow.ledger.hashes import LONGEST, proof_of, tile
from avow.ledger.merkle.tiles import ENTRIES, Tile
from avow.ledger.merkle.tree import leaf, root_of
from avow.ledger.read import counted, counts
from avow.terms import EntryKind
from tests.units.ledger.shelf import AT, Shelf, check, sequence_all

_SAVED = "CREATE TABLE kept AS TABLE tile; CREATE TABLE told AS TABLE counted"
_PUT_BACK = "TRUNCATE tile, counted; INSERT INTO tile SELECT * FROM kept; INSERT INTO counted SELECT * FROM told"
FORGED: dict[str, str] = {
    "UPDATE tile SET hash = sha256('x') WHERE number = 1": "the hash 1 of tiles on level 1 is not that of its leaves",
    "UPDATE tile SET hash = hash || 'x' WHERE number = 0": "the hash 0 of tiles on level 1 is not that of its leaves",
    "UPDATE tile SET number = 9 WHERE number = 1": "the hash 1 of tiles on level 1 is missing",
    "UPDATE tile SET level = 2 WHERE number = 0": "the hash 0 of tiles on level 1 is missing",
    "DELETE FROM tile WHERE number = 0": "the hash 0 of tiles on level 1 is missing",
    "DELETE FROM tile": "the hash 1 of tiles on level 1 is missing",
    "INSERT INTO tile VALUES (1, 2, sha256('x'))": "the hash 2 of tiles on level 1 is not one of a full tile",
    "INSERT INTO tile VALUES (0, 0, sha256('x'))": "the hash 0 of tiles on level 0 is not one of a full tile",
    "UPDATE counted SET entries = entries + 1": "the count of 'collected' is not that of its entries",
    "UPDATE counted SET covers = covers - 1": "the count of 'collected' is not that of its entries",
    "UPDATE counted SET since = since - interval '1 day'": "the count of 'collected' is not that of its entries",
    "UPDATE counted SET kind = 'read'": "the count of 'read' is not that of its entries",
    "DELETE FROM counted": "the count of 'collected' is not that of its entries",
}


def _grow(count: int) -> None:
    with transaction.atomic():
        append_many(EntryKind.COLLECTED, AT, [((leaf(b"%d" % i),), ()) for i in range(count)])
    sequence_all()


def _forged(owner: psycopg.Connection, statement: str) -> list[str]:
    """Rewrite behind the ledger's back, check, put it back."""
    assert owner.execute(statement.encode()).rowcount > 0, statement
    found = check().disagreements
    owner.execute(_PUT_BACK.encode())
    return found


def test_names_each_forgery(owner: psycopg.Connection) -> None:
    """Every cell of the hashes and of the counts is told on when it changes, and every row when it goes or comes."""
    _grow(600)
    owner.execute("SET session_replication_role = replica")
    owner.execute(_SAVED.encode())
    assert check().ok
    for statement, told in FORGED.items():
        found = _forged(owner, statement)
        assert any(words.startswith(told) for words in found), (statement, found)
    assert check().ok


@pytest.mark.parametrize("table", ["tile", "rotation"])
def test_they_are_append_only(owner: psycopg.Connection, table: str) -> None:
    """The database refuses to change them, to the owner too."""
    _grow(300)
    for statement in (f"UPDATE {table} SET {'hash' if table == 'tile' else 'note'} = 'x'", f"TRUNCATE {table}"):
        with pytest.raises(psycopg.Error, match="append-only"):
            owner.execute(statement.encode())


def test_a_ledger_from_before_is_taken_up(owner: psycopg.Connection) -> None:
    """The migration fills hashes and counts from the leaves and entries that are there already."""
    _grow(600)
    Shelf().keep_batch(3)
    sequence_all()
    tables = {name: owner.execute(f"SELECT * FROM {name} ORDER BY 1, 2".encode()).fetchall() for name in _FILLED}
    owner.execute("SET session_replication_role = replica")
    owner.execute("TRUNCATE tile, counted")
    migration = importlib.import_module("avow.ledger.migrations.0003_tiles")
    with connection.schema_editor() as editor:
        migration.fill(None, editor)
    statements = migration.TILES.read_text()
    owner.execute(statements[statements.index("INSERT INTO counted") :].encode())
    for name, rows in tables.items():
        assert owner.execute(f"SELECT * FROM {name} ORDER BY 1, 2".encode()).fetchall() == rows
    assert [row[0] for row in tables["tile"]] == [1, 1]


_FILLED = ("tile", "counted")


@pytest.mark.usefixtures("store")
def test_counts_are_those_of_the_tree() -> None:
    """Entries and what they cover are counted by kind as they get their place; what waits is counted beside."""
    shelf = Shelf()
    assert (counted(), counts()) == ({}, [])
    shelf.keep(3)
    shelf.keep_batch(4)
    assert (counted(), counts()) == ({}, [("collected", 3), ("imported", 1)])
    sequence_all()
    shelf.keep(2)
    found = counted()
    assert {kind: (one.entries, one.covers) for kind, one in found.items()} == {"collected": (3, 3), "imported": (1, 4)}
    assert {one.since for one in found.values()} == {AT}
    assert counts() == [("collected", 5), ("imported", 1)]
    sequence_all()
    assert counted()["collected"].entries == 5
    assert check().ok


@pytest.mark.usefixtures("store")
def test_an_entry_that_names_many_fits_a_tile() -> None:
    """What forgets more than one entry can name is told by several, and each can be fetched."""
    shelf = Shelf()
    shelf.keep_batch(MOST_NAMES * 2 + 5)
    shelf.forget(*range(MOST_NAMES * 2 + 1))
    sequence_all()
    assert dict(counts())["forgotten"] == 3
    assert check(shelf).ok
    assert tile(Tile(ENTRIES, 0, 4)) is not None
    assert len(proof_of(2).extra) < LONGEST


def test_an_entry_that_is_too_long_is_proven_by_itself(owner: psycopg.Connection) -> None:
    """An entry that no tile can hold is an error in words there, and its proof holds."""
    owner.execute("INSERT INTO entry (kind, at, data, covers) VALUES ('read', now(), repeat('x', 70000)::bytea, '')")
    sequence_all()
    with pytest.raises(LedgerError, match="longer than a tile"):
        tile(Tile(ENTRIES, 0, 1))
    assert tile(Tile(0, 0, 1)) == root_of([leaf(b"x" * 70_000)])


@pytest.mark.usefixtures("store")
def test_what_waits_has_no_proof() -> None:
    """An entry without a place, or that is not there, is told."""
    with transaction.atomic():
        entry = append(EntryKind.READ, AT, [])
    with pytest.raises(LedgerError, match="waits for its place"):
        proof_of(entry)
    with pytest.raises(LedgerError, match="no entry 99"):
        proof_of(99)
