"""Test single messages: to whom they may be posted, and that codes do not stay."""

import psycopg
import pytest

from avow.errors import MailError
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.record.known.address import parse
from avow.record.said.choices import choose
from avow.record.taken.store import amend
from avow.terms import Actor, MessageKind
from tests.units.mail.cast import arrived, by_name, name
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")
CODE = {"code": "12345678"}


def exact(who: str) -> bytes:
    """Give the id of somebody's address."""
    return parse(name(who)).exact_id


def test_a_code_reaches_even_who_refused_marketing(serve: Serve, owner: psycopg.Connection) -> None:
    """It answers that person's own act, also before the address is proven; afterwards the code is nowhere."""
    to = serve()
    people = arrived("bob") | {"new": arrive(name("new"))}
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("bob")))
    for who, person in people.items():
        post(MessageKind.IDENTITY, person, exact(who), "code", CODE)
    assert work() == 2
    assert by_name(people, owner, "outgoing") == {"bob": "sent", "new": "sent"}
    assert all(b"12345678" in data and b"List-Unsubscribe" not in data for _, data in to.taken)
    assert owner.execute("SELECT DISTINCT given FROM outgoing").fetchall() == [({},)]


@pytest.mark.parametrize("rcpt", ["550 5.1.1 nobody", "250 ok"])
def test_a_code_is_wiped_however_it_ends(serve: Serve, owner: psycopg.Connection, rcpt: str) -> None:
    """Refused by the mail server or sent, the row holds no code."""
    serve(rcpt={"bob": rcpt})
    people = arrived("bob")
    post(MessageKind.IDENTITY, people["bob"], exact("bob"), "code", CODE)
    assert owner.execute("SELECT given FROM outgoing").fetchone() == (CODE,)
    work()
    assert owner.execute("SELECT given FROM outgoing").fetchone() == ({},)


def test_only_to_an_address_on_file(store: object) -> None:
    """A person is written to at an address that is or was theirs, and marketing is no single message."""
    assert store is not None
    people = arrived("alice", "bob")
    with pytest.raises(MailError, match="never this person's"):
        post(MessageKind.IDENTITY, people["alice"], exact("bob"), "code", CODE)
    with pytest.raises(MailError, match="no single message"):
        post(MessageKind.MARKETING_OFFER, people["alice"], exact("alice"), "code", CODE)
    with pytest.raises(MailError, match="no words named 'nothing'"):
        post(MessageKind.IDENTITY, people["alice"], exact("alice"), "nothing", CODE)


def test_each_address_of_a_person_can_be_written_to(serve: Serve) -> None:
    """A message goes to the very address it was posted for, not to the newest; two to one person both arrive."""
    to = serve()
    alice = arrived("alice")["alice"]
    arrive("alice@example.net", person=alice)
    for address in (name("alice"), "alice@example.net", name("alice")):
        post(MessageKind.IDENTITY, alice, parse(address).exact_id, "code", CODE)
    assert work() == 3
    assert sorted(address for address, _ in to.taken) == ["alice@example.net", name("alice"), name("alice")]


def test_nobody_is_written_to_at_an_address_that_changed(serve: Serve, owner: psycopg.Connection) -> None:
    """A code for an address that is gone goes nowhere, least of all to the one in its place."""
    to = serve()
    people = arrived("alice")
    post(MessageKind.IDENTITY, people["alice"], exact("alice"), "code", CODE)
    item = owner.execute(
        "SELECT id FROM item WHERE person_id = %s AND category = 'contact'", [people["alice"]]
    ).fetchone()
    assert item
    amend(people["alice"], item[0], {"email": "alice@example.net"})
    work()
    assert to.taken == []
    assert by_name(people, owner, "outgoing") == {"alice": "denied"}


def test_the_rows_are_seen_by_the_keeping_role_alone(owner: psycopg.Connection) -> None:
    """As the application itself, no row of what goes out is seen."""
    people = arrived("alice")
    post(MessageKind.IDENTITY, people["alice"], exact("alice"), "code", CODE)
    assert owner.execute("SELECT count(*) FROM outgoing").fetchone() == (1,)
    for role in ("avow_app", "avow_use"):
        owner.execute(f"SET ROLE {role}")
        for table in ("outgoing", "delivery"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(f"SELECT count(*) FROM {table}")
        owner.execute("RESET ROLE")
