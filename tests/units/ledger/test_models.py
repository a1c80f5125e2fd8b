"""Test that the ledger is append-only for everybody, the owner included."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from avow.errors import LedgerError
from avow.ledger.models import Checkpoint, Entry, Leaf, Waiting
from tests.units.ledger.shelf import Shelf, check, sequence_all

TABLES = {"entry": "kind", "leaf": "hash", "checkpoint": "note"}
STATEMENTS = [
    statement
    for table, column in TABLES.items()
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"UPDATE {table} SET {column} = {column} WHERE false",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"TRUNCATE {table} CASCADE",
        f"WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
        f"MERGE INTO {table} USING (SELECT 1) AS x ON true WHEN MATCHED THEN DELETE",
    )
] + ["INSERT INTO checkpoint SELECT * FROM checkpoint ON CONFLICT (size) DO UPDATE SET note = ''"]


def _filled() -> Shelf:
    shelf = Shelf()
    shelf.keep(3)
    assert sequence_all() == 3
    return shelf


def test_the_owner_rewrites_nothing(owner: psycopg.Connection) -> None:
    """Every statement that would change, delete or empty is refused to the owner by trigger."""
    shelf = _filled()
    for statement in STATEMENTS:
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            owner.execute(statement)
    assert check(shelf).disagreements == []


@pytest.mark.usefixtures("store")
def test_the_application_rewrites_nothing() -> None:
    """The application lacks the right before any trigger is asked."""
    shelf = _filled()
    for statement in STATEMENTS:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    assert check(shelf).disagreements == []


def _first() -> Entry:
    return Entry.objects.all()[0]


ORM: dict[str, Callable[[], object]] = {
    "save": lambda: _first().save(),
    "delete": lambda: _first().delete(),
    "create": lambda: Entry.objects.create(id=9),
    "queryset update": lambda: Entry.objects.update(kind="forged"),
    "queryset delete": lambda: Entry.objects.all().delete(),
    "bulk update": lambda: Entry.objects.bulk_update([_first()], ["kind"]),
    "update or create": lambda: Entry.objects.update_or_create(id=_first().id, defaults={"kind": "forged"}),
    "leaf update": lambda: Leaf.objects.update(hash=b""),
    "leaf delete": lambda: Leaf.objects.all().delete(),
    "leaf save": lambda: Leaf(index=0).save(),
    "checkpoint update": lambda: Checkpoint.objects.update(note=""),
    "checkpoint delete": lambda: Checkpoint.objects.all().delete(),
    "checkpoint save": lambda: Checkpoint(size=0).save(),
    "waiting create": lambda: Waiting.objects.create(entry_id=1),
}


def _tried(way: str, act: Callable[[], object]) -> None:
    with transaction.atomic():
        act()
    pytest.fail(f"{way} passed")


@pytest.mark.usefixtures("store")
def test_the_orm_rewrites_nothing() -> None:
    """Each way of the ORM to change, delete or slip in is refused, in the model or in the database."""
    shelf = _filled()
    for way, act in ORM.items():
        with pytest.raises((LedgerError, DatabaseError), match=r"append-only|permission denied"):
            _tried(way, act)
    assert check(shelf).disagreements == []
