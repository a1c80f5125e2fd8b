"""Test that the decision which let a message out opens from its row, until its person is forgotten."""

import psycopg
import pytest

from avow.accuracy.forgotten.forget import forget
from avow.ledger.commitment import commit
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.record.known.address import parse
from avow.record.said.choices import choose
from avow.terms import Actor, MessageKind
from tests.units.mail.cast import arrived, make_due, name, offer
from tests.units.mail.conftest import Serve
from tests.units.record.cast import NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")

ROW = """
SELECT t.person_id, t.asked, t.version, t.because, t.choice_no, t.decision_salt, t.decision_pos, e.at, e.covers
FROM {} t LEFT JOIN entry e ON e.id = t.decision WHERE t.person_id = %s
"""


def opens(owner: psycopg.Connection, table: str, person: object, list_: str | None) -> bool:
    """Say whether a message's row opens the decision of its entry."""
    row = owner.execute(ROW.format(table).encode(), [person]).fetchone()
    assert row is not None
    person, asked, version, because, no, salt, pos, at, covers = row
    record = ["decided", person, asked["purpose"], asked["recipient"], asked["topic"], asked["categories"], list_]
    record += [version, "allow", because.split(), no, at]
    return bool(commit(salt, record) == covers[32 * pos : 32 * pos + 32])


def test_each_decision_opens_from_its_row(serve: Serve, owner: psycopg.Connection) -> None:
    """Copies of a mailing and single messages alike keep all that their decision committed to."""
    serve()
    people = arrived("alice", "bob")
    offer()
    post(MessageKind.IDENTITY, people["bob"], parse(name("bob")).exact_id, "code", {"code": "1", "minutes": "9"})
    work()
    assert opens(owner, "delivery", people["alice"], "offers")
    assert opens(owner, "delivery", people["bob"], "offers")
    assert opens(owner, "outgoing", people["bob"], None)


def test_whoever_is_forgotten_leaves_nothing_that_opens(serve: Serve, owner: psycopg.Connection) -> None:
    """Both salts die; the number and the places stay."""
    serve()
    people = arrived("alice")
    offer()
    work()
    forget(people["alice"])
    row = owner.execute("SELECT salt, decision_salt, decision_pos, pos, choice_no, version FROM delivery").fetchone()
    assert row == (None, None, 0, 0, 0, "2025-01-01")


def test_what_is_denied_at_last_opens_no_earlier_decision(serve: Serve, owner: psycopg.Connection) -> None:
    """A message that was deferred and then denied was never handed over, and keeps nothing of the decision before."""
    to = serve(rcpt={"alice": "450 later"})
    arrived("alice")
    offer()
    work()
    first = owner.execute("SELECT decision, decision_pos FROM delivery").fetchone()
    assert first is not None
    assert first[1] == 0
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(name("alice")))
    make_due(owner)
    work()
    state, decision, pos, salt = owner.execute(
        "SELECT state, decision, decision_pos, decision_salt FROM delivery"
    ).fetchone() or ("", 0, 0, b"")
    assert (to.taken, state, pos, salt) == ([], "denied", None, None)
    assert decision > first[0]


def test_what_was_in_doubt_keeps_the_decision_that_let_it_out(serve: Serve, owner: psycopg.Connection) -> None:
    """A notice that was handed over in doubt and is then denied still opens the decision by which it left."""
    serve(end={"alice": "close"})
    alice = arrive(name("alice"), proven=True)
    post(MessageKind.IDENTITY, alice, parse(name("alice")).exact_id, "code", {"code": "1", "minutes": "9"})
    work()
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY; UPDATE item SET stated = 0::bit(256)")
    make_due(owner, "outgoing")
    work()
    assert owner.execute("SELECT state FROM outgoing").fetchone() == ("denied",)
    assert opens(owner, "outgoing", alice, None)
