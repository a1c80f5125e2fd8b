"""Test that a choice writes what it must and nothing beside it: bars of items, lists, what is withheld, numbers."""

from uuid import UUID

import psycopg
import pytest

from avow.policy.history import History
from avow.record.declare import keeping
from avow.record.forum.boards import add_board
from avow.record.known.link import link
from avow.record.mask import from_bits, to_bits
from avow.record.said.choices import Chosen, choose, choose_all, state
from avow.record.said.withheld import held_back, withdrawn, withdrawn_at
from avow.record.taken.bulk import take
from avow.terms import Actor, Answer, Relation, Scope
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, YES_MARKETING, arrive, reach_of, refused
from tests.units.record.test_inherited import arrival

pytestmark = pytest.mark.usefixtures("published")
ALICE, BOB, EVE = "alice@example.org", "bob@example.org", "eve@example.net"
NO_LETTER = Chosen(Answer.NO, purpose="newsletter")
NO_OUTSIDE, OUTSIDE = (Chosen(answer, purpose="outside-marketing") for answer in (Answer.NO, Answer.YES))
WRITTEN = "SELECT xmin::text FROM person UNION ALL SELECT xmin::text FROM reach UNION ALL SELECT xmin::text FROM item"


def _relations(owner: psycopg.Connection) -> dict[UUID, int]:
    return dict(owner.execute("SELECT id, relations FROM person").fetchall())


def test_what_bars_one_item_outlives_every_choice(owner: psycopg.Connection) -> None:
    """That an item is suspended, contested or unproven comes from no person, and no yes takes it away."""
    bob = arrive(BOB, proven=True)
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY")
    own = Scope.SUSPENDED.mask | Scope.CONTESTED.mask | Scope.UNVERIFIED.mask
    owner.execute("UPDATE item SET refused = %s::bit(256)", [to_bits(own | Scope.HELD.mask)])
    choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    assert refused(owner, "item", "person_id", bob) == {Scope.SUSPENDED, Scope.CONTESTED, Scope.UNVERIFIED}


def test_a_no_of_another_raises_the_number(owner: psycopg.Connection) -> None:
    """What is refused already is refused again by staff: person and mailbox have the number of the later act."""
    bob = arrive(BOB, proven=True)
    first = choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    second = choose(NO_MARKETING, Actor.STAFF, "telephone", bob, reach_of(BOB))
    assert second == first + 1
    for table in ("person", "reach"):
        assert owner.execute(f"SELECT choice_no FROM {table}").fetchall() == [(second,)]


def test_a_no_that_is_repeated_writes_nothing(owner: psycopg.Connection) -> None:
    """Neither person, nor mailbox, nor item is touched, and the number is that of the no which stands."""
    bob = arrive(BOB, proven=True)
    choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    number = choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    before = owner.execute(WRITTEN).fetchall()
    assert choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB)) == number
    assert owner.execute(WRITTEN).fetchall() == before
    assert owner.execute("SELECT max(no) FROM choice").fetchone() == (number,)


def test_joining_one_list_is_joining_no_other(owner: psycopg.Connection) -> None:
    """Of two lists that a mailbox left, the one that is joined is joined, for its person and no other."""
    bob, eve = arrive(BOB, proven=True), arrive(EVE, proven=True)
    for person, address in ((bob, BOB), (eve, EVE)):
        for name in ("offers", "newsletter"):
            choose(Chosen(Answer.NO, list=name), Actor.PERSON_VERIFIED, "page", person, reach_of(address))
    owner.execute("UPDATE person SET relations = %s", [Relation.OWNS.mask])
    choose(Chosen(Answer.YES, list="newsletter"), Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    assert state(bob, reach_of(BOB)).joined == {"newsletter"}
    assert state(bob, reach_of(BOB)).left == {"offers"}
    assert state(eve, reach_of(EVE)).left == {"offers", "newsletter"}
    unlisted = owner.execute("SELECT reach_id, list_id FROM unlisted").fetchall()
    assert set(unlisted) == {(reach_of(BOB), "offers"), (reach_of(EVE), "offers"), (reach_of(EVE), "newsletter")}
    relations = _relations(owner)
    assert relations == {bob: Relation.OWNS.mask | Relation.JOINED.mask, eve: Relation.OWNS.mask}
    choose(Chosen(Answer.NO, list="offers"), Actor.STAFF, "telephone", eve, reach_of(EVE))
    relations = _relations(owner)
    assert relations[eve] == Relation.OWNS.mask, "that somebody else joined is not on her file"
    choose(Chosen(Answer.NO, list="newsletter"), Actor.STAFF, "telephone", bob, reach_of(BOB))
    relations = _relations(owner)
    assert relations[bob] == Relation.OWNS.mask


def test_a_yes_accepts_for_nobody_else(owner: psycopg.Connection) -> None:
    """What one accepts is accepted of their items alone, and held back of nobody else's."""
    alice, bob, eve = (arrive(one, proven=True) for one in (ALICE, BOB, EVE))
    choose(OUTSIDE, Actor.PERSON_VERIFIED, "page", eve, reach_of(EVE))
    accepted = "SELECT DISTINCT person_id FROM item WHERE accepted <> 0::bit(256)"
    assert owner.execute(accepted).fetchall() == [(eve,)]
    choose(NO_OUTSIDE, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    link(alice, bob, Actor.STAFF)
    assert owner.execute(accepted).fetchall() == [(eve,)]
    with keeping() as cursor:
        assert held_back(cursor, [eve]) == set()


def test_taking_one_back_gives_nothing_else_back(published: History, owner: psycopg.Connection) -> None:
    """Of two uses that are held back the one that is refused is gone, and the other is still held back."""
    alice, bob = arrive(ALICE, NEWSLETTER, OUTSIDE, proven=True), arrive(BOB, proven=True)
    for chosen in (NO_LETTER, NO_OUTSIDE):
        choose(chosen, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    link(alice, bob, Actor.STAFF)
    choose(NO_LETTER, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    row = owner.execute("SELECT withheld::text FROM item WHERE person_id = %s AND category = 'contact'", [alice])
    found = row.fetchone()
    assert found
    assert from_bits(found[0]) == published.asked(published.policies[-1], "outside-marketing", "contact")


def test_each_holds_back_what_the_other_refuses() -> None:
    """Two who are one accepted what the other refuses: both uses are held back among them."""
    alice, bob = arrive(ALICE, NEWSLETTER, proven=True), arrive(BOB, OUTSIDE, proven=True)
    choose(NO_OUTSIDE, Actor.PERSON_UNVERIFIED, "link", alice, reach_of(ALICE))
    choose(NO_LETTER, Actor.PERSON_UNVERIFIED, "link", bob, reach_of(BOB))
    link(alice, bob, Actor.STAFF)
    with keeping() as cursor:
        assert held_back(cursor, [alice, bob]) == {"newsletter", "outside-marketing"}


@pytest.mark.parametrize(
    ("said", "refuses"),
    [
        ([NO_LETTER, NEWSLETTER, NO_LETTER], True),
        ([NEWSLETTER, NO_LETTER, NEWSLETTER], False),
        ([NO_LETTER, NO_LETTER, NEWSLETTER, NEWSLETTER], False),
    ],
)
def test_the_last_word_counts_however_often_it_changed(said: list[Chosen], *, refuses: bool) -> None:
    """By the person's own acts, at the mailbox, and for who comes to the mailbox later."""
    alice, bob = arrive(ALICE, proven=True), arrive(ALICE, proven=True)
    for chosen in said:
        choose(chosen, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    new = arrival(ALICE)
    take([new])
    with keeping() as cursor:
        found = withdrawn(cursor, [alice, bob, new.person])
        at = withdrawn_at(cursor, [reach_of(ALICE)])
    assert found[alice] == ({"newsletter": True} if refuses else {})
    assert at == ({(reach_of(ALICE), "newsletter")} if refuses else set())
    assert ("newsletter" in found[bob]) == any(chosen is NO_LETTER for chosen in said)
    assert found[new.person] == ({"newsletter": False} if refuses else {}), "others said so, at the mailbox"


def test_a_yes_and_a_no_in_one_act_are_a_no() -> None:
    """They have one number, and a draw is a no: for the person, and at the mailbox."""
    alice = arrive(ALICE, proven=True)
    choose_all([NO_LETTER, NEWSLETTER], Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    new = arrival(ALICE)
    take([new])
    with keeping() as cursor:
        assert withdrawn(cursor, [new.person]) == {new.person: {"newsletter": False}}
        assert withdrawn(cursor, [alice]) == {alice: {"newsletter": True}}
        assert withdrawn_at(cursor, [reach_of(ALICE)]) == {(reach_of(ALICE), "newsletter")}


def test_who_joined_a_community_is_a_member(owner: psycopg.Connection) -> None:
    """A list of the forum makes members of who joined it, and of nobody else."""
    bob, eve = arrive(BOB, proven=True), arrive(EVE, proven=True)
    name = add_board("sailors", "Sailors", "Who sails.", community=True)
    choose(Chosen(Answer.YES, list=name), Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    choose(Chosen(Answer.YES, list="newsletter"), Actor.PERSON_VERIFIED, "page", eve, reach_of(EVE))
    member, joined = Relation.MEMBER.mask, Relation.JOINED.mask
    relations = _relations(owner)
    assert (relations[bob] & (member | joined), relations[eve] & (member | joined)) == (member | joined, joined)
    choose(Chosen(Answer.NO, list=name), Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    relations = _relations(owner)
    assert relations[bob] & (member | joined) == 0


def test_a_yes_at_another_mailbox_is_a_yes() -> None:
    """Whoever refused at one mailbox and said yes at another later refuses it no more."""
    alice = arrive(ALICE, proven=True)
    arrive(EVE, person=alice, proven=True)
    choose(NO_LETTER, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "page", alice, reach_of(EVE))
    with keeping() as cursor:
        assert withdrawn(cursor, [alice]) == {alice: {}}


def test_a_no_is_said_anew_after_another_freed_the_mailbox() -> None:
    """Two share a mailbox: after the one's no and the other's yes, the same no again holds at once."""
    alice, bob = arrive(ALICE, proven=True), arrive(ALICE, proven=True)
    first = choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(ALICE))
    assert choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE)) > first
    for who in (alice, bob):
        assert state(who).refused == Scope.MARKETING.mask
    assert state(reach=reach_of(ALICE)).refused == Scope.MARKETING.mask
