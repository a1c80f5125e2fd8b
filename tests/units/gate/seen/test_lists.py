"""Test that what a list permits is that list's alone, and that a page which is just full is all."""

import psycopg

from avow.gate.seen.may import may
from avow.gate.seen.read import Found, look_up
from avow.policy.history import History
from avow.record.said.chosen import Chosen
from avow.terms import Answer, ChannelKind
from tests.units.gate.cast import arrive, prove
from tests.units.gate.conftest import published
from tests.units.gate.seen.test_may import agrees
from tests.units.gate.seen.test_read import SAM

__all__ = ["published"]


def test_joining_a_list_joins_no_other_purpose(published: History, owner: psycopg.Connection) -> None:
    """A purpose whose own list is gone is not joined by whoever is on the list of another."""
    assert published.policies
    alice = arrive("alice@example.org", Chosen(Answer.YES, purpose="newsletter"))
    prove(alice, "alice@example.org")
    assert agrees(alice)["newsletter"]
    owner.execute("INSERT INTO list VALUES ('second', 'Second', 'offers', 'offers', false)")
    owner.execute("UPDATE subscription SET list_id = 'second' WHERE list_id = 'newsletter'")
    owner.execute("DELETE FROM list WHERE id = 'newsletter'")
    assert not agrees(alice)["newsletter"]


def test_of_two_lists_for_those_who_joined_each_is_its_own(published: History, owner: psycopg.Connection) -> None:
    """Who joined one of them may be written to on that one alone."""
    assert published.policies
    alice = arrive("alice@example.org", Chosen(Answer.YES, purpose="newsletter"))
    prove(alice, "alice@example.org")
    owner.execute(
        "INSERT INTO list SELECT 'second', 'Second', purpose, topic, joined_only FROM list WHERE id = 'newsletter'"
    )
    agrees(alice)
    assert {one.list: one.decision.allowed for one in may(alice) if one.purpose.id == "newsletter"} == {
        "newsletter": True,
        "second": False,
    }


def test_a_page_that_is_just_full_is_all(published: History) -> None:
    """Where nobody is left there are no more; where nobody is found there are none either."""
    assert published.policies
    for number in range(25):
        arrive(f"p{number}@example.org", by=ChannelKind.ORDER)
    found = look_up(SAM, "orders", "name")
    assert (len(found.people), found.more) == (25, False)
    assert look_up(SAM, "orders", "nobody of that kind") == Found(())
    assert not Found(()).more
