"""Test what taking many people in leaves out: what is not declared, who is known; and what one gave over time."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connections

from avow.errors import AddressError, CollectionError
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken import bulk
from avow.record.taken.bulk import Arrival, Taken, take
from avow.store.server.embedded import Embedded
from avow.terms import ChannelKind, Relation
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive
from tests.units.record.test_covered import disagreements

pytestmark = pytest.mark.usefixtures("published")
ORDER = {"order": {"product": "Harbour Mail", "number": "3", "billing": "12 Quay Street"}}


def coming(*names: str, chosen: bool = False) -> Iterator[Arrival]:
    """Let people come; whose name is "bad" brings a field that nobody declared."""
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    for line, name in enumerate(names, 2):
        address = f"{name}@example.org"
        given = {"contact": {"email": address}, "profile": {"shoe": "42"} if name == "bad" else {"name": name}}
        yield Arrival(
            shown, "list.csv", parse(address), given, (NEWSLETTER,) if chosen else (), proven=True, place=f"f:{line}"
        )


def test_what_is_spoiled_is_left_out_with_all_of_it(owner: psycopg.Connection, store: Embedded) -> None:
    """Where somebody hears of a bad arrival, it is left out whole, and its neighbours are taken."""
    told: list[str] = []

    def spoiled(one: Arrival, error: CollectionError | AddressError) -> None:
        told.append(f"{one.place}: {error}")

    assert take(coming("a", "bad", "b"), spoiled=spoiled) == Taken(2, 4, 0)
    assert len(told) == 1
    assert told[0].startswith("f:3: profile declares no field 'shoe'")
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (2,)
    assert owner.execute("SELECT count(*) FROM reach").fetchone() == (2,)
    assert disagreements(store) == []


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_who_is_known_is_left_out(
    owner: psycopg.Connection, store: Embedded, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Known before, twice in one batch or in two: whoever comes first is taken; a stamp comes with who needs it."""
    monkeypatch.setattr(bulk, "BATCH", batch)
    known: list[str] = []
    assert take(coming("a"), known=lambda one: known.append(one.place)).people == 1
    assert take(coming("a"), known=lambda one: known.append(one.place)).people == 0
    found = take(coming("a", "b", "b", "c", "a", "c", chosen=True), known=lambda one: known.append(one.place))
    assert found == Taken(2, 4, 0)
    assert known == ["f:2", "f:2", "f:4", "f:6", "f:7"]
    assert owner.execute("SELECT count(*) FROM address").fetchone() == (3,)
    assert owner.execute("SELECT count(*) FROM subscription WHERE joined").fetchone() == (2,)
    assert disagreements(store) == []


def test_what_one_gave_over_time_is_one_persons(owner: psycopg.Connection, store: Embedded) -> None:
    """Later events keep their own channel, time and uses, and bring their relation; the person is one."""
    (first,) = coming("a")
    then = datetime(2024, 5, 6, tzinfo=UTC)
    shown = show(in_force(), ChannelKind.ORDER, "en")
    later = Arrival(
        shown, "shop", first.address, {"contact": {"email": "a@example.org"}, **ORDER}, at=then, proven=True
    )
    both = Arrival(first.shown, first.source, first.address, first.given, proven=True, later=(later,))
    assert take([both]) == Taken(1, 4, 0)
    rows = owner.execute(
        "SELECT person_id, s.channel, i.at = %s, event FROM item i JOIN stamp s ON s.id = i.stamp_id ORDER BY 2", [then]
    ).fetchall()
    assert {person for person, *_ in rows} == {both.person}
    assert [(channel, at) for _, channel, at, _ in rows] == [("order", True)] * 2 + [("registration", False)] * 2
    assert len({event for *_, event in rows}) == 2
    row = owner.execute("SELECT relations FROM person").fetchone()
    assert row is not None
    assert row[0] & Relation.ORDERED.mask
    assert disagreements(store) == []


def test_a_bad_event_spoils_the_whole_arrival(owner: psycopg.Connection) -> None:
    """Nothing of a person is taken of whom a later event is bad."""
    (first,) = coming("a")
    (bad,) = coming("bad")
    both = Arrival(first.shown, first.source, first.address, first.given, later=(bad,))
    told: list[str] = []
    assert take([both], spoiled=lambda _, error: told.append(str(error))) == Taken(0, 0, 0)
    assert len(told) == 1
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (0,)


@pytest.mark.parametrize("in_order", [True, False])
def test_persons_are_locked_before_mailboxes(
    owner: psycopg.Connection, store: Embedded, monkeypatch: pytest.MonkeyPatch, *, in_order: bool
) -> None:
    """An import that waits for a person holds no mailbox that the other act may need next; in another order it does."""
    person = arrive("a@example.org", proven=True)
    if not in_order:
        monkeypatch.setattr(bulk, "_lock_around", lambda *_: [])
    with psycopg.connect(owner.info.dsn, password=owner.info.password) as other:
        other.execute("SELECT FROM person WHERE id = %s FOR NO KEY UPDATE", [person])
        importing = threading.Thread(target=_take_in_a_thread)
        importing.start()
        _until_somebody_waits(owner)
        held = False
        with suppress(psycopg.errors.LockNotAvailable):
            other.execute("SELECT FROM reach FOR NO KEY UPDATE NOWAIT")
            held = True
        other.rollback()
    importing.join()
    assert held is in_order
    assert disagreements(store) == []


def _take_in_a_thread() -> None:
    try:
        take(replace(one, chosen=(NO_MARKETING,)) for one in coming("a"))
    finally:
        connections.close_all()


def _until_somebody_waits(owner: psycopg.Connection) -> None:
    for _ in range(1_000):
        found = owner.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
        if found != (0,):
            return
        time.sleep(0.01)
    pytest.fail("the import waits for nobody")
