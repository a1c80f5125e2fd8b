"""Test what is held back: a yes of one whom another, who refused, is taken for."""

import psycopg
import pytest

from avow.policy.history import History
from avow.record.declare import keeping
from avow.record.known.link import link, unlink
from avow.record.said.choices import Chosen, choose, state
from avow.record.said.withheld import held_back, withdrawn, withdrawn_at
from avow.terms import Actor, Answer
from tests.units.record.cast import NEWSLETTER, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")
ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
NO_LETTER = Chosen(Answer.NO, purpose="newsletter")
NO_OUTSIDE, OUTSIDE = (Chosen(answer, purpose="outside-marketing") for answer in (Answer.NO, Answer.YES))


def masks(owner: psycopg.Connection, person: object) -> set[tuple[int, int]]:
    """Give (accepted, withheld) of the addresses of a person."""
    rows = owner.execute(
        "SELECT accepted::text, coalesce(withheld::text, '0') FROM item WHERE person_id = %s AND category = 'contact'",
        [person],
    ).fetchall()
    return {(int(accepted, 2), int(withheld, 2)) for accepted, withheld in rows}


def test_what_another_refuses_is_held_back_and_given_back(published: History, owner: psycopg.Connection) -> None:
    """While two are one, what either refused is used of neither; apart again, each has what it accepted."""
    alice, bob = arrive(ALICE, NEWSLETTER, OUTSIDE, proven=True), arrive(BOB, OUTSIDE, proven=True)
    choose(NO_LETTER, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    letter, outside = (
        published.asked(published.policies[-1], purpose, "contact") for purpose in ("newsletter", "outside-marketing")
    )
    assert masks(owner, alice) == {(letter | outside, 0)}
    link(alice, bob, Actor.STAFF)
    assert masks(owner, alice) == {(outside, letter)}
    assert masks(owner, bob) == {(outside, 0)}
    assert state(alice).accepted == {"outside-marketing"}
    with keeping() as cursor:
        assert held_back(cursor, [alice]) == {"newsletter"}
        assert held_back(cursor, [bob]) == set()
        assert held_back(cursor, [bob, alice]) == {"newsletter"}
    unlink(alice, bob)
    assert masks(owner, alice) == {(letter | outside, 0)}
    assert state(alice).accepted == {"newsletter", "outside-marketing"}
    assert masks(owner, bob) == {(outside, 0)}


def test_a_yes_said_while_linked_is_held_back_no_more_than_it_was(owner: psycopg.Connection) -> None:
    """Whoever is linked and says yes anew accepts it, though another refused before."""
    alice, bob = arrive(ALICE, NEWSLETTER, proven=True), arrive(BOB, proven=True)
    choose(NO_LETTER, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    link(alice, bob, Actor.STAFF)
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    ((accepted, withheld),) = masks(owner, alice)
    assert accepted
    assert not withheld
    choose(NO_LETTER, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    assert masks(owner, alice) == {(0, 0)}


def test_who_withdrew_what() -> None:
    """A purpose is withdrawn by an own no that no verified yes came after, or at a mailbox by others."""
    alice, bob, carol = (arrive(one, proven=True) for one in (ALICE, BOB, CAROL))
    twin = arrive(BOB)
    choose(NO_LETTER, Actor.PERSON_UNVERIFIED, "link", alice, reach_of(ALICE))
    choose(NO_OUTSIDE, Actor.STAFF, "telephone", alice, reach_of(ALICE))
    choose(OUTSIDE, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    choose(NEWSLETTER, Actor.PERSON_UNVERIFIED, "form", alice, reach_of(ALICE))
    choose(NO_LETTER, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))
    with keeping() as cursor:
        found = withdrawn(cursor, [alice, bob, twin, carol])
        at = withdrawn_at(cursor, [reach_of(ALICE), reach_of(BOB), reach_of(CAROL), reach_of("no@example.org")])
    assert found == {
        alice: {"newsletter": True},
        bob: {"newsletter": True},
        twin: {"newsletter": True},
        carol: {},
    }
    assert at == {(reach_of(ALICE), "newsletter"), (reach_of(BOB), "newsletter")}


def test_a_mailbox_withdraws_for_who_comes_later() -> None:
    """Who came to a mailbox after others refused there has it from them alone; a verified yes there ends it."""
    bob = arrive(BOB, proven=True)
    choose(NO_LETTER, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    late = arrive(BOB, proven=True)
    with keeping() as cursor:
        told = withdrawn(cursor, [late])[late]
    assert told in ({"newsletter": False}, {"newsletter": True})
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "page", late, reach_of(BOB))
    with keeping() as cursor:
        assert withdrawn(cursor, [late, bob]) == {late: {}, bob: {"newsletter": True}}
        assert withdrawn_at(cursor, [reach_of(BOB)]) == set()
