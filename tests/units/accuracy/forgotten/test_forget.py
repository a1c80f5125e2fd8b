"""Test that a person is forgotten everywhere: no table holds a mark of theirs, and mail still accounts for all."""

import threading
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from avow.accuracy.forgotten.forget import forget
from avow.errors import RecordError
from avow.mail.mailing import report
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.known.identity import new_code
from avow.record.known.link import link
from avow.record.said.choices import choose
from avow.terms import Actor, MessageKind, Scope
from tests.units.accuracy.forgotten.conftest import Checked
from tests.units.mail.cast import arrived, by_name, make_due, name, offer
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, refused

pytestmark = pytest.mark.usefixtures("published")


def dump(owner: psycopg.Connection) -> dict[str, str]:
    """Write out every row of every table, as text."""
    tables = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
    assert len(tables) > 15
    return {
        table: "\n".join(row[0] for row in owner.execute(f'SELECT t::text FROM "{table}" t').fetchall())
        for table in tables
    }


def marks(person: UUID, address: str) -> set[str]:
    """Give what tells of a person: the id in both spellings, the address in parts, its exact hash."""
    local = address.partition("@")[0]
    return {str(person), person.hex, address, local, f"Name of {address}", parse(address).exact_id.hex()}


def found(owner: psycopg.Connection, wanted: set[str]) -> set[tuple[str, str]]:
    """Give (table, mark) of each mark that stands anywhere."""
    return {(table, mark) for table, text in dump(owner).items() for mark in wanted if mark in text}


def test_no_mark_is_left(checked: Checked, serve: Serve, owner: psycopg.Connection) -> None:
    """Registered, merged, refused, mailed, waiting: afterwards nothing but the mailbox's keyed hash remains."""
    to = serve(end={"zelda-marker": "451 4.7.1 zelda-marker, try later"})
    address = "zelda-marker@example.org"
    zelda = arrive(address, NEWSLETTER, proven=True)
    others = arrived("alice", "carol")
    link(zelda, others["alice"], Actor.STAFF)
    new_code(zelda, parse(address).exact_id, "signin", timedelta(minutes=10))
    post(MessageKind.IDENTITY, zelda, parse(address).exact_id, "code", {"code": "zelda-marker"})
    first = offer()
    work()
    second = offer()
    post(MessageKind.IDENTITY, zelda, parse(address).exact_id, "code", {"code": "zelda-marker"})
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "letter", zelda, parse(address).reach_id)
    assert len({table for table, _ in found(owner, marks(zelda, address))}) >= 8
    forget(zelda)
    assert found(owner, marks(zelda, address)) == set()
    assert {report(key).accounted for key in (first, second)} == {True}
    left = owner.execute(
        "SELECT state, because, person_id, salt FROM delivery WHERE reach = %s", [parse(address).reach_id]
    ).fetchall()
    assert left
    assert {row[2:] for row in left} == {(NOBODY, None)}
    assert not {row[0] for row in left} & {"waiting", "deferred"}
    assert refused(owner, "reach", "id", parse(address).reach_id) >= {Scope.MARKETING}
    assert checked() == []
    make_due(owner)
    make_due(owner, "outgoing")
    taken = len(to.taken)
    work()
    assert not [one for one, _ in to.taken[taken:] if one == address]
    assert {report(key).accounted for key in (first, second)} == {True}
    assert found(owner, marks(zelda, address)) == set()


def test_what_went_out_keeps_its_decision_and_number(serve: Serve, owner: psycopg.Connection) -> None:
    """A row that was sent says still that it was, by which decision, under which number."""
    serve()
    people = arrived("alice", "bob")
    key = offer()
    work()
    columns = "state, decision, choice_no, entry, pos, because"
    query = f"SELECT {columns} FROM delivery WHERE reach = %s"
    before = owner.execute(query, [parse(name("bob")).reach_id]).fetchone()
    forget(people["bob"])
    assert owner.execute(query, [parse(name("bob")).reach_id]).fetchone() == before
    assert before is not None
    assert before[0] == "sent"
    assert report(key).accounted
    assert by_name(people, owner) == {"alice": "sent"}


def test_forgotten_on_the_wire(serve: Serve, owner: psycopg.Connection) -> None:
    """Whoever is forgotten while the message is handed over leaves no mark by its outcome either."""
    whole: list[str] = []

    def meanwhile(_: str) -> None:
        if not whole:
            whole.append("")
            thread = threading.Thread(target=_forget_apart, args=[people["bob"]])
            thread.start()
            thread.join(20)

    serve(hook=meanwhile)
    people = arrived("bob")
    key = offer()
    work()
    row = owner.execute("SELECT state, person_id, salt, outcome, message_id FROM delivery").fetchone()
    assert row == ("sent", NOBODY, None, "", "")
    assert report(key).accounted
    assert found(owner, marks(people["bob"], name("bob"))) == set()


def _forget_apart(person: UUID) -> None:
    forget(person)
    connections.close_all()


def test_nobody_is_forgotten_twice(serve: Serve, owner: psycopg.Connection) -> None:
    """A second time there is nobody, and nothing changes."""
    serve()
    people = arrived("bob")
    offer()
    forget(people["bob"])
    before = dump(owner)
    with pytest.raises(RecordError, match="no such person"):
        forget(people["bob"])
    assert dump(owner) == before
