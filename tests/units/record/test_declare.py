"""Test the declaration against the row guard."""

import psycopg
import pytest
from django.db import DataError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from avow.record.declare import keeping, using
from avow.record.key import new_key


def test_no_purpose_no_rows(owner: psycopg.Connection) -> None:
    """An item is seen by nobody without a use, and by the using role under the use that it states."""
    owner.execute(
        "INSERT INTO version VALUES ('v1', now() - interval '1 day', '', '', now(), '', 1, 0)",
    )
    stamp, person = new_key(), new_key()
    with keeping() as cursor:
        cursor.execute(
            "INSERT INTO stamp (id, channel, source, version, purposes) VALUES (%s, 'r', 's', 'v1', '')", [stamp]
        )
        cursor.execute(
            "INSERT INTO person (id, at, own, refused, relations, choice_no)"
            " VALUES (%s, now(), 0::bit(256), 0::bit(256), 0, 0)",
            [person],
        )
        cursor.execute(
            "INSERT INTO item (person_id, id, category, stamp_id, at, event, fields, stated, accepted, refused,"
            " salt, entry, pos)"
            " VALUES (%s, %s, 'contact', %s, now(), %s, '{}', 2::bit(256), 0::bit(256), 0::bit(256), '', 1, 0)",
            [person, new_key(), stamp, new_key()],
        )
    for use, seen in ((2, 1), (4, 0), (0, 0)):
        with using(use, 0, "v1") as cursor:
            cursor.execute("SELECT count(*) FROM item")
            assert cursor.fetchone() == (seen,)
    with using(2, 0, "v0") as cursor:
        cursor.execute("SELECT count(*) FROM item")
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("store")
def test_declarations_nest() -> None:
    """What was declared before stands again after a part, after a failed part, and is gone with the transaction."""

    def role() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('avow.use', true) LIKE '%%1%%'")
            found = cursor.fetchone()
        return f"{found[0]} {found[1]}"

    with keeping():
        assert role() == "avow_keep False"
        with using(2, 0, "v1"):
            assert role() == "avow_use True"
            with keeping():
                assert role() == "avow_keep False"
            assert role() == "avow_use True"
        assert role() == "avow_keep False"
        with pytest.raises(DataError), using(2, 0, "v1") as cursor:
            cursor.execute("SELECT 1 / 0")
        assert role() == "avow_keep False"
    assert role() == "avow_app False"
    with pytest.raises(KeyError), keeping():
        raise KeyError
    assert role() == "avow_app False"
    with transaction.atomic():
        assert role() == "avow_app False"
        with keeping():
            assert role() == "avow_keep False"
        assert role() == "avow_app False"


@pytest.mark.usefixtures("store")
def test_a_part_that_declares_nothing_new_costs_nothing_and_falls_with_the_whole() -> None:
    """Keeping within keeping sends no statement; whoever goes on after it failed is refused."""
    with CaptureQueriesContext(connection) as sent, keeping(), keeping():
        pass
    assert [query["sql"].split()[0] for query in sent] == ["BEGIN", "SELECT", "COMMIT"]
    with keeping() as cursor:
        with pytest.raises(KeyError), keeping():
            raise KeyError
        with pytest.raises(TransactionManagementError):
            cursor.execute("SELECT 1")


@pytest.mark.usefixtures("store")
def test_a_declaration_costs_one_round_trip() -> None:
    """Opening a transaction for a use sends BEGIN, the words, COMMIT."""
    with CaptureQueriesContext(connection) as sent, using(2, 0, "v1"):
        pass
    assert [query["sql"].split()[0] for query in sent] == ["BEGIN", "SELECT", "COMMIT"]
