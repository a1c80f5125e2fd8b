"""Test how a person or a mailbox stands: refused, left, joined, accepted, pending, each from what was said."""

import psycopg
import pytest

from avow.errors import RecordError
from avow.record.said.choices import Chosen, Standing, choose, state
from avow.terms import Actor, Answer, Scope
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")
BOB, EVE = "bob@example.org", "eve@example.net"
_OFFERS = Chosen(Answer.NO, list="offers")


def test_a_choice_is_somebodys() -> None:
    """What is nobody's and of no mailbox is refused, and nothing is written."""
    with pytest.raises(RecordError, match="a choice is of a person or of a mailbox"):
        choose(NO_MARKETING, Actor.STAFF, "telephone")


def test_who_said_nothing_stands_nowhere() -> None:
    """Nothing is refused, left, joined or accepted, and no number was given."""
    person = arrive(BOB, proven=True)
    assert state(person) == Standing(0, frozenset(), frozenset(), frozenset(), frozenset(), 0)
    assert state(reach=reach_of(EVE)) == state(person)


def test_a_mailbox_stands_as_it_was_refused() -> None:
    """What was refused at a mailbox that is nobody's stands there: scopes, lists and the number."""
    choose(_OFFERS, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(EVE))
    no = choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(EVE))
    found = state(reach=reach_of(EVE))
    assert (found.refused, set(found.left), found.choice_no) == (Scope.MARKETING.mask, {"offers"}, no)
    person = arrive(BOB, proven=True)
    assert (state(person).refused, state(person).left) == (0, frozenset())
    both = state(person, reach_of(EVE))
    assert (both.refused, set(both.left), both.choice_no) == (Scope.MARKETING.mask, {"offers"}, no)


def test_a_yes_joins_and_accepts_what_it_is_about() -> None:
    """A purpose that was accepted is no list, and a list that was joined no purpose; what was left is neither."""
    person = arrive(BOB, proven=True)
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "page", person, reach_of(BOB))
    choose(Chosen(Answer.YES, list="offers"), Actor.PERSON_VERIFIED, "page", person, reach_of(BOB))
    choose(Chosen(Answer.NO, purpose="outside-marketing"), Actor.PERSON_VERIFIED, "page", person, reach_of(BOB))
    found = state(person, reach_of(BOB))
    assert (set(found.joined), set(found.accepted)) == ({"newsletter", "offers"}, {"newsletter"})
    choose(_OFFERS, Actor.PERSON_UNVERIFIED, "link", person, reach_of(BOB))
    found = state(person, reach_of(BOB))
    assert (set(found.joined), set(found.left), set(found.accepted)) == ({"newsletter"}, {"offers"}, {"newsletter"})


def test_a_yes_that_waits_is_pending_until_something_is_said_since() -> None:
    """What somebody unproven ticked waits; a no after it ends the wait, also one at the mailbox."""
    person = arrive(BOB, NEWSLETTER)
    assert {str(one.id) for one in state(person).pending} == {"newsletter"}
    assert state(person).accepted == frozenset()
    choose(Chosen(Answer.NO, purpose="newsletter"), Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))
    assert state(person, reach_of(BOB)).pending == frozenset()


def test_the_stricter_of_a_person_and_a_mailbox_wins() -> None:
    """What somebody accepted does not hold at a mailbox that refused it; a yes at a mailbox is who said it alone's."""
    bob, eve = arrive(BOB, proven=True), arrive(EVE, proven=True)
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "page", eve, reach_of(EVE))
    stranger = arrive("stranger@example.com", proven=True)
    assert state(bob, reach_of(EVE)).accepted == {"newsletter"}
    assert state(stranger, reach_of(EVE)).accepted == frozenset()
    choose(Chosen(Answer.NO, purpose="newsletter"), Actor.PERSON_UNVERIFIED, "link", reach=reach_of(EVE))
    assert state(bob, reach_of(EVE)).accepted == frozenset()
    assert state(bob, reach_of(BOB)).accepted == {"newsletter"}


def test_all_who_hold_a_mailbox_stand_together(owner: psycopg.Connection) -> None:
    """The mailbox of two stands as the stricter of them: the union of what either refused, the higher number."""
    first, second = arrive(BOB, proven=True), arrive(BOB, proven=True)
    owner.execute(
        "UPDATE person SET refused = %s::bit(256), choice_no = 4 WHERE id = %s", [_bits(Scope.INSIGHT), first]
    )
    owner.execute(
        "UPDATE person SET refused = %s::bit(256), choice_no = 9 WHERE id = %s", [_bits(Scope.COURTESY), second]
    )
    found = state(reach=reach_of(BOB))
    assert (found.refused, found.choice_no) == (Scope.INSIGHT.mask | Scope.COURTESY.mask, 9)
    assert (state(first).refused, state(first).choice_no) == (Scope.INSIGHT.mask, 4)


def _bits(scope: Scope) -> str:
    return format(scope.mask, "0256b")
