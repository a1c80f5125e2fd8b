"""Test that a list can only deny: who left it is denied as if its scope were refused, and who never joined it too."""

import psycopg
import pytest

from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.clear import clear
from avow.policy.history import History
from avow.record.said.choices import Chosen, choose
from avow.terms import Actor, Answer, MessageKind
from tests.units.gate.cast import NO_MARKETING, arrive, prove, purpose_of, refuse
from tests.units.record.cast import reach_of

OFFERS, NEWS, ORDERS = (Request(name, frozenset({"contact"})) for name in ("offers", "newsletter", "orders"))


def test_who_left_is_told_the_clause_of_the_refusal(published: History) -> None:
    """Leaving the list of offers is denied by the clause by which refusing all marketing is."""
    assert published.policies
    alice, bob, carol = (arrive(f"{name}@example.org") for name in ("alice", "bob", "carol"))
    for person, name in ((alice, "alice"), (bob, "bob"), (carol, "carol")):
        prove(person, f"{name}@example.org")
    refuse(Chosen(Answer.NO, list="offers"), alice, "alice@example.org")
    refuse(NO_MARKETING, bob, "bob@example.org")
    found = clear(OFFERS, [alice, bob, carol], "offers")
    assert [one.person for one in found.allowed] == [carol]
    assert found.denied[alice].because == found.denied[bob].because
    assert "law.refused" in found.denied[alice].because
    assert {one.person for one in clear(OFFERS, [alice]).allowed} == {alice}, "it is this list that she left"


def test_who_left_what_has_no_scope_is_told_its_clause(published: History, owner: psycopg.Connection) -> None:
    """Where nothing can be refused but the list itself, the clause is that of the purpose."""
    account = purpose_of(published.policies[-1], MessageKind.IDENTITY)
    owner.execute("INSERT INTO list VALUES ('notes', 'Notes', %s, NULL, false)", [account])
    alice = arrive("alice@example.org")
    asked = Request(account, frozenset({"contact"}))
    assert clear(asked, [alice], "notes").allowed
    refuse(Chosen(Answer.NO, list="notes"), alice, "alice@example.org")
    found = clear(asked, [alice], "notes")
    assert found.denied[alice].because == {published.policies[-1].purposes[account].clause}


def test_who_never_joined_is_told_the_clause_of_the_purpose(published: History, owner: psycopg.Connection) -> None:
    """A list for those who joined is no more than its purpose, for fewer people."""
    owner.execute("UPDATE list SET joined_only = true WHERE id = 'offers'")
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    found = clear(OFFERS, [alice], "offers")
    assert found.denied[alice].because == {published.policies[-1].purposes["offers"].clause}
    assert clear(OFFERS, [alice]).allowed


def test_joining_one_list_is_joining_no_other(published: History, owner: psycopg.Connection) -> None:
    """Who joined one list of a purpose is reached by that one, and by the purpose, and by no other of its lists."""
    assert published.policies
    owner.execute(
        "INSERT INTO list SELECT 'second', 'Second', purpose, topic, joined_only FROM list WHERE id = 'newsletter'"
    )
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    yes = [Chosen(Answer.YES, purpose="newsletter"), Chosen(Answer.YES, list="second")]
    for one in yes:
        choose(one, Actor.PERSON_VERIFIED, "choices page", alice, reach_of("alice@example.org"))
    refuse(Chosen(Answer.NO, list="newsletter"), alice, "alice@example.org")
    assert clear(NEWS, [alice], "second").allowed
    assert clear(NEWS, [alice]).allowed
    assert not clear(NEWS, [alice], "newsletter").allowed


def test_a_list_of_another_topic_does_not_serve(published: History, owner: psycopg.Connection) -> None:
    """A list serves its purpose under its own topic, or not at all."""
    assert published.policies
    owner.execute("INSERT INTO list VALUES ('other', 'Other', 'offers', 'versions', false)")
    alice = arrive("alice@example.org")
    for wrong in ("other", "newsletter", "nothing"):
        with pytest.raises(GateError, match="it serves: offers"):
            clear(OFFERS, [alice], wrong)
    with pytest.raises(GateError, match="no list does"):
        clear(ORDERS, [alice], "offers")


def test_a_category_that_nobody_declared_is_denied(published: History) -> None:
    """An unknown category permits nothing, beside a known one too."""
    assert published.policies
    alice = arrive("alice@example.org")
    assert clear(Request("account", frozenset({"contact", "gossip"})), [alice]).denied


def test_the_higher_number_is_seen(published: History, owner: psycopg.Connection) -> None:
    """A decision sees the number of the person or of the mailbox, whichever is higher."""
    assert published.policies
    alice = arrive("alice@example.org")
    for person, reach in ((7, 9), (12, 9)):
        owner.execute("UPDATE person SET choice_no = %s", [person])
        owner.execute("UPDATE reach SET choice_no = %s", [reach])
        (clearance,) = clear(Request("account", frozenset({"contact"})), [alice]).allowed
        assert clearance.choice_no == max(person, reach)
