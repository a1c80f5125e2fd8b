"""Race refusals against the outbox, and show that the race is one: a double without the lock leaks."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from avow.mail.outbox import settled, work
from avow.record.said.choices import choose
from avow.record.upkeep import upkeep
from avow.store.spool import drain, put
from avow.terms import Actor
from tests.units.mail.cast import arrived, by_name, local, name, offer
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NO_MARKETING, reach_of

pytestmark = pytest.mark.usefixtures("published")

# What claims, locks and decides at once: it waits for the lock, and then answers from before the wait.
ONE_STATEMENT = (
    "SELECT d.person_id FROM delivery d JOIN reach r ON r.id = d.reach JOIN person p ON p.id = d.person_id"
    " WHERE d.state = 'waiting' AND EXISTS (SELECT FROM item i WHERE i.person_id = d.person_id"
    " AND i.category = 'contact' AND get_bit(i.refused, 254) = 0) ORDER BY r.id FOR UPDATE OF d, r"
)
NO_LOCK = ONE_STATEMENT.partition(" ORDER BY")[0]


@contextmanager
def refusing(who: str) -> Iterator[threading.Event]:
    """Refuse in another thread, and commit only when the event is set."""
    written, commit = threading.Event(), threading.Event()

    def refuse() -> None:
        with transaction.atomic():
            choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name(who)))
            written.set()
            assert commit.wait(20)
        connection.close()

    thread = threading.Thread(target=refuse)
    thread.start()
    assert written.wait(10)
    yield commit
    commit.set()
    thread.join()


def commit_when_waited_for(owner: psycopg.Connection, commit: threading.Event) -> threading.Thread:
    """Let the refusal commit as soon as somebody waits for its lock, or after two seconds if nobody does."""

    def watch() -> None:
        with psycopg.connect(owner.info.dsn, autocommit=True) as other:
            for _ in range(100):
                row = other.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock'"
                ).fetchone()
                if row and row[0]:
                    break
                time.sleep(0.02)
        commit.set()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_a_refusal_that_commits_meanwhile_holds(serve: Serve, owner: psycopg.Connection) -> None:
    """Who commits a no between the claim and the decision gets nothing: the outbox waits, then asks."""
    to = serve()
    people = arrived("alice", "bob")
    offer()
    with refusing("bob") as commit:
        watcher = commit_when_waited_for(owner, commit)
        work()
        watcher.join()
    assert local(to.taken) == ["alice"]
    assert by_name(people, owner) == {"alice": "sent", "bob": "denied"}


def claimed(double: str) -> set[UUID]:
    """Give whom a claim takes that locks and decides in its own way."""
    with upkeep() as cursor:
        cursor.execute(double)
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize("double", [ONE_STATEMENT, NO_LOCK])
def test_the_race_is_one(owner: psycopg.Connection, double: str) -> None:
    """The same race leaks where one statement claims, locks and decides, or where nothing is locked."""
    people = arrived("alice", "bob")
    offer()
    with refusing("bob") as commit:
        watcher = commit_when_waited_for(owner, commit)
        found, end = claimed(double), time.monotonic() + 20
        watcher.join()
        while people["bob"] in (seen := claimed(double)):
            assert time.monotonic() < end, "once committed, it sees the refusal"
        assert seen == {people["alice"]}
    assert people["bob"] in found, "the double was expected to leak; without a leak the test above proves nothing"


def test_a_refusal_is_acknowledged_after_what_is_on_the_wire(serve: Serve, owner: psycopg.Connection) -> None:
    """A no that comes while a message is on the wire waits until it is through; there is no doubt then."""
    whole, told = threading.Event(), list[float]()

    def slow(_: str) -> None:
        whole.set()
        time.sleep(0.6)
        told.append(time.monotonic())

    to = serve(hook=slow)
    people = arrived("bob")
    offer()

    def send() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=send)
    thread.start()
    assert whole.wait(10)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("bob")))
    assert settled([], [reach_of(name("bob"))]) == ()
    assert told, "it was acknowledged while the message was on the wire"
    thread.join()
    assert local(to.taken) == ["bob"]
    assert by_name(people, owner) == {"bob": "sent"}


def test_what_is_in_doubt_is_told(serve: Serve, owner: psycopg.Connection) -> None:
    """A message that was written and never answered is named to whoever refuses then; nothing more is sent."""
    serve(end={"bob": "close"})
    people = arrived("bob")
    key = offer()
    work()
    assert by_name(people, owner) == {"bob": "doubt"}
    assert [doubt.mailing for doubt in settled([], [reach_of(name("bob"))])] == [key]
    assert settled([], [reach_of(name("alice"))]) == ()
    assert work() == 0


def test_a_lease_that_ran_out_is_not_waited_for(owner: psycopg.Connection) -> None:
    """A sender that stopped keeps nobody waiting: what it may have sent is told as in doubt."""
    arrived("bob")
    key = offer()
    owner.execute("UPDATE delivery SET state = 'sending', lease = now() + interval '300 milliseconds'")
    begun = time.monotonic()
    assert [doubt.mailing for doubt in settled([], [reach_of(name("bob"))], 120)] == [key]
    assert 0.2 < time.monotonic() - begun < 60


def test_a_refusal_spooled_during_a_batch_undoes_it(serve: Serve, owner: psycopg.Connection) -> None:
    """A batch that waits for a lock while a refusal is received elsewhere begins nothing until that one is applied."""
    to = serve()
    people = arrived("alice", "bob")
    offer()
    with refusing("alice") as commit:
        received = threading.Event()
        watcher = commit_when_waited_for(owner, received)

        def receive() -> None:
            assert received.wait(20)
            put({"reach": "ab"})
            commit.set()

        other = threading.Thread(target=receive)
        other.start()
        try:
            assert work() == 0
            assert not to.taken
            assert by_name(people, owner) == {"alice": "waiting", "bob": "waiting"}
        finally:
            other.join()
            watcher.join()
            drain(lambda _: None)
    work()
    assert by_name(people, owner) == {"alice": "denied", "bob": "sent"}
