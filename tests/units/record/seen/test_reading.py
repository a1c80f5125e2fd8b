"""Test that readings and cases stand in the ledger: written once, checked, and named when they go."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from avow.errors import RecordError
from avow.policy.history import History
from avow.record.known.forget import forget
from avow.record.seen.cases import case_of, close_case, open_case
from avow.record.seen.reading import note, reads_by_day, reads_of
from avow.store.server.embedded import Embedded
from avow.terms import Role
from tests.units.record.cast import arrive
from tests.units.record.conftest import example, published
from tests.units.record.test_covered import disagreements

__all__ = ["example", "published"]

SAM, OLGA = UUID(int=7), UUID(int=8)


def test_readings_are_covered(published: History, store: Embedded, owner: psycopg.Connection) -> None:
    """A changed, moved or missing reading is found."""
    assert published.policies
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    note(SAM, Role.SUPPORT, "support", {alice: ["contact", "support"], bob: ["contact"]})
    assert disagreements(store) == []
    owner.execute("ALTER TABLE reading DISABLE TRIGGER only_forget_reading, NO FORCE ROW LEVEL SECURITY")
    owner.execute("UPDATE reading SET staff = %s WHERE person_id = %s", [OLGA, alice])
    assert disagreements(store) == ["reading 0"]
    owner.execute("UPDATE reading SET staff = %s", [SAM])
    owner.execute("DELETE FROM reading WHERE person_id = %s", [bob])
    assert len(disagreements(store)) == 1


def test_a_reading_is_written_once(published: History, owner: psycopg.Connection) -> None:
    """It can lose whom it was about, and nothing else of it changes; nobody deletes it."""
    assert published.policies
    alice = arrive("alice@example.org")
    note(SAM, Role.SUPPORT, "support", {alice: ["contact"]})
    owner.execute("SET ROLE avow_keep")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("UPDATE reading SET staff = %s", [OLGA])
    with pytest.raises(psycopg.errors.RaiseException):
        owner.execute("UPDATE reading SET person_id = %s", [OLGA])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("DELETE FROM reading")


def test_the_forgotten_leave_no_name_in_a_reading(published: History, store: Embedded) -> None:
    """After a person is forgotten the ledger agrees, and the day's count stands."""
    assert published.policies
    alice = arrive("alice@example.org")
    note(SAM, Role.SUPPORT, "support", {alice: ["contact"]})
    open_case(alice, OLGA, "wants all to be deleted")
    forget(alice)
    assert disagreements(store) == []
    assert case_of(alice) is None
    (day,) = reads_by_day(datetime.now(UTC) - timedelta(days=1))
    assert (day.staff, day.times, day.people) == (SAM, 1, 1)


def test_reads_are_told_by_day_role_and_purpose(published: History) -> None:
    """The same member of staff in two roles is told twice, many reads of a day once with their number."""
    assert published.policies
    alice = arrive("alice@example.org")
    for _ in range(3):
        note(SAM, Role.SUPPORT, "support", {alice: ["contact"]})
    note(SAM, Role.ORDERS, "orders", {alice: ["order", "contact"]})
    told = {(one.role, one.times, one.categories) for one in reads_of(alice)}
    assert told == {("support", 3, ("contact",)), ("orders", 1, ("contact", "order"))}


def test_a_case_opens_once_and_closes(published: History, store: Embedded) -> None:
    """A case is a row while it is open; opening, closing and a person who is not there are told rightly."""
    assert published.policies
    alice = arrive("alice@example.org")
    close_case(alice)
    open_case(alice, OLGA, "wants to see all")
    open_case(alice, SAM, "again")
    found = case_of(alice)
    assert found
    assert (found.staff, found.words) == (OLGA, "wants to see all")
    assert disagreements(store) == []
    close_case(alice)
    assert case_of(alice) is None
    assert disagreements(store) == []
    with pytest.raises(RecordError):
        open_case(UUID(int=1), OLGA, "nobody")
