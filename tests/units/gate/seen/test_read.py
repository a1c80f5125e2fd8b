"""Test that staff read for the purposes of their role, that each read is noted, and that nothing else is found."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avow.errors import Denied
from avow.gate.seen.read import look_up, permitted, read, read_all
from avow.gate.seen.reader import Reader, purposes_of
from avow.policy.history import History
from avow.record.known.forget import forget
from avow.record.seen.cases import close_case, open_case
from avow.record.seen.reading import reads_by_day, reads_of
from avow.record.shown.versions import in_force
from avow.record.taken.store import amend
from avow.terms import ChannelKind, Role
from tests.units.gate.cast import arrive
from tests.units.gate.conftest import published

__all__ = ["published"]

SAM = Reader(UUID(int=7), Role.ORDERS)
OLGA = Reader(UUID(int=8), Role.PRIVACY_OFFICER)


def ordered(*names: str) -> list[UUID]:
    """Let people order."""
    return [arrive(f"{name}@example.org", by=ChannelKind.ORDER) for name in names]


def counted(people: Sequence[UUID]) -> int:
    """Count the queries of one read of people."""
    with CaptureQueriesContext(connection) as seen:
        assert len(read(SAM, "orders", people)) == len(people)
    return len(seen)


def test_each_role_reads_for_its_own_purposes(published: History) -> None:
    """A role's purposes are those of its kinds; an operator has none; another's purpose is refused."""
    assert published.policies
    assert [one.id for one in purposes_of(in_force(), Role.SUPPORT)] == ["inquiry", "support"]
    assert [one.id for one in purposes_of(in_force(), Role.PRIVACY_OFFICER)] == ["rights"]
    assert purposes_of(in_force(), Role.OPERATOR) == ()
    (alice,) = ordered("alice")
    for purpose in ("rights", "hiring", "offers", "nothing"):
        with pytest.raises(Denied):
            read(SAM, purpose, [alice])
        with pytest.raises(Denied):
            read_all(SAM, purpose, alice)
        with pytest.raises(Denied):
            look_up(SAM, purpose, "alice")
    assert reads_of(alice) == []


def test_reads_are_noted_and_denials_are_none(published: History) -> None:
    """Who is shown was read, once for each time; who is not shown was not."""
    assert published.policies
    alice, bob = ordered("alice", "bob")
    stranger = arrive("carol@example.org")
    assert {one.person for one in read(SAM, "orders", [alice, bob, stranger, uuid4()])} == {alice, bob}
    items = read_all(SAM, "orders", alice)
    assert items is not None
    assert {one.category for one in items} == {"contact", "profile", "order"}
    assert read_all(SAM, "orders", stranger) is None
    (line,) = reads_of(alice)
    assert (line.staff, line.role, line.purpose, line.times) == (SAM.staff, "orders", "orders", 2)
    assert line.categories == ("contact", "order", "profile")
    assert [line.times for line in reads_of(bob)] == [1]
    assert reads_of(stranger) == []


def test_one_is_read_and_nobody_else(published: History, owner: psycopg.Connection) -> None:
    """Every item of Alice is hers, with words where there were any; Bob's are beside them and are not shown."""
    assert published.policies
    alice, bob = ordered("alice", "bob")
    owner.execute(
        "UPDATE stamp SET notice = NULL WHERE id = (SELECT stamp_id FROM item WHERE person_id = %s LIMIT 1)", [alice]
    )
    items = read_all(SAM, "orders", alice)
    assert items is not None
    assert {one.words for one in items} == {None}
    assert {one.fields.get("email") for one in items} == {None, "alice@example.org"}
    hers = owner.execute(
        "SELECT id FROM item WHERE person_id = %s AND category = ANY(%s)", [alice, ["contact", "profile", "order"]]
    ).fetchall()
    assert {one.id for one in items} == {row[0] for row in hers}
    assert len(items) == 3
    assert read_all(SAM, "orders", bob)


def test_a_page_of_people_costs_what_one_does(published: History) -> None:
    """The number of queries does not grow with the number of people."""
    assert published.policies
    people = ordered(*(f"person{number}" for number in range(20)))
    counted(people[:1])
    assert counted(people[:1]) == counted(people[:3]) == counted(people)


def test_words_find_what_may_be_seen(published: History) -> None:
    """Every word must be there, in any case and order; what was not given for the purpose is not found by."""
    assert published.policies
    alice, bob = ordered("alice", "bob")
    hidden = arrive("harry@example.org")
    assert {one.person for one in look_up(SAM, "orders", "NAME of").people} == {alice, bob}
    assert [one.person for one in look_up(SAM, "orders", "example bob").people] == [bob]
    assert [one.person for one in look_up(SAM, "orders", "nameofbobexampleorg").people] == [bob]
    assert look_up(SAM, "orders", "harry").people == ()
    assert look_up(SAM, "orders", "pier").people == (), "the policy lets nobody look up a product"
    for nothing in ("", "  ", "%", "'; DROP TABLE item; --", "\u202e", "\ud7ff" * 500, "bob zebra"):
        assert look_up(SAM, "orders", nothing).people == ()
    assert reads_of(hidden) == []


def test_who_is_found_by_another_departments_item_is_not_found(published: History) -> None:
    """A name that was given elsewhere finds nobody here, though the person can be read for something else."""
    assert published.policies
    alice = arrive("alice@example.org", by=ChannelKind.ORDER, named=False)
    arrive("alice@example.org", by=ChannelKind.REGISTRATION, person=alice)
    assert permitted(SAM, "orders", alice)
    assert look_up(SAM, "orders", "name").people == ()


def test_more_than_a_page_says_so(published: History) -> None:
    """A page holds 25 people, and says that there are more."""
    assert published.policies
    ordered(*(f"p{number}" for number in range(27)))
    found = look_up(SAM, "orders", "name")
    assert len(found.people) == 25
    assert found.more


def test_an_amended_name_is_found_and_the_old_one_is_not(published: History) -> None:
    """What is looked up follows what is held."""
    assert published.policies
    (alice,) = ordered("alice")
    items = read_all(SAM, "orders", alice) or ()
    amend(alice, next(one.id for one in items if one.category == "profile"), {"name": "Alicia Anew"})
    assert [one.person for one in look_up(SAM, "orders", "anew ALICIA").people] == [alice]
    assert look_up(SAM, "orders", "name").people == ()


def test_rights_need_an_open_case(published: History) -> None:
    """An officer reads nobody who did not ask, and nobody whose case is closed."""
    assert published.policies
    (alice,) = ordered("alice")
    assert not permitted(OLGA, "rights", alice)
    open_case(alice, OLGA.staff, "wants to see all")
    open_case(alice, OLGA.staff, "once more")
    assert len(read_all(OLGA, "rights", alice) or ()) == 3
    close_case(alice)
    assert read_all(OLGA, "rights", alice) is None


def test_forgotten_people_are_not_found(published: History) -> None:
    """The hashes go with the items; who read is known still, and not whom."""
    assert published.policies
    (alice,) = ordered("alice")
    read(SAM, "orders", [alice])
    forget(alice)
    assert look_up(SAM, "orders", "alice").people == ()
    assert reads_of(alice) == []
    days = reads_by_day(datetime.now(UTC) - timedelta(days=1))
    assert [(day.staff, day.times) for day in days] == [(SAM.staff, 1)]
