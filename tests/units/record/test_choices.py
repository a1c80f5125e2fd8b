"""Test choices: a no spreads at once, a yes counts when it is proven."""

from uuid import UUID

import psycopg
import pytest

from avow.errors import CollectionError, RecordError
from avow.policy.history import History
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.known.identity import add_address, verify
from avow.record.known.link import link
from avow.record.said.choices import Chosen, choose, choose_all, choose_wide, state
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, ChannelKind, Scope
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, YES_MARKETING, arrive, reach_of, refused
from tests.units.record.test_covered import disagreements

pytestmark = pytest.mark.usefixtures("published")
BOB = "bob@example.org"


def test_an_unknown_mailbox_is_refused_and_nobody_is_made(owner: psycopg.Connection) -> None:
    """A refusal needs no person; whoever arrives at that mailbox later is refused."""
    assert choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB)) == 1
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert owner.execute("SELECT person_id FROM choice").fetchall() == [(NOBODY,)]
    person = arrive(BOB, proven=True)
    assert refused(owner, "person", "id", person) == {Scope.MARKETING}
    assert refused(owner, "item", "person_id", person) == {Scope.MARKETING}


def test_a_no_spreads_over_holders_links_and_their_mailboxes(owner: psycopg.Connection) -> None:
    """A refusal at one mailbox reaches all who hold it, who they are linked to, and every mailbox of these."""
    bob, twin, other = arrive(BOB, proven=True), arrive("twin@example.net", proven=True), arrive("eve@example.net")
    arrive("bob@work.example", person=bob)
    shared = arrive(BOB)
    link(bob, twin, Actor.STAFF)
    choose(NO_MARKETING, Actor.THIRD_PARTY, "letter", reach=reach_of("bob+tag@example.org"))
    for person in (bob, twin, shared):
        assert Scope.MARKETING in refused(owner, "person", "id", person)
    for address in (BOB, "bob@work.example", "twin@example.net"):
        assert refused(owner, "reach", "id", reach_of(address)) == {Scope.MARKETING}
    spared = owner.execute(
        "SELECT person_id FROM item WHERE refused & %s::bit(256) = 0::bit(256)", [_bits(Scope.MARKETING)]
    )
    assert {row[0] for row in spared.fetchall()} == {other}
    assert refused(owner, "reach", "id", reach_of("eve@example.net")) == set()


def test_a_no_says_how_far_it_spread() -> None:
    """Whoever takes a no learns everyone it holds for: the holders, who they are linked to, all their mailboxes."""
    bob, twin = arrive(BOB, proven=True), arrive("twin@example.net", proven=True)
    arrive("bob@work.example", person=bob)
    arrive("eve@example.net")
    link(bob, twin, Actor.STAFF)
    said = choose_wide([NO_MARKETING], Actor.PERSON_UNVERIFIED, "link", reach=reach_of("twin@example.net"))
    assert said.no == state(bob).choice_no
    assert said.persons == {bob, twin}
    assert said.reaches == {reach_of(address) for address in (BOB, "bob@work.example", "twin@example.net")}


@pytest.mark.parametrize("actor", [actor for actor in Actor if not actor.loosens])
def test_only_the_proven_person_loosens(owner: psycopg.Connection, actor: Actor) -> None:
    """Nobody else's yes ends a refusal."""
    person = arrive(BOB, NO_MARKETING, proven=True)
    choose(YES_MARKETING, actor, "said so", person, reach_of(BOB))
    assert refused(owner, "item", "person_id", person) == {Scope.MARKETING}
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "said so", person, reach_of(BOB))
    assert refused(owner, "item", "person_id", person) == set()


def test_a_yes_needs_a_proven_address() -> None:
    """A yes at an address that is unproven, or another's, is refused."""
    person, other = arrive(BOB, NO_MARKETING), arrive("eve@example.net", proven=True)
    for who, address in ((person, BOB), (other, BOB)):
        with pytest.raises(RecordError, match="proven"):
            choose(YES_MARKETING, Actor.PERSON_VERIFIED, "said so", who, reach_of(address))


def test_a_yes_loosens_nobody_elses_refusal(owner: psycopg.Connection) -> None:
    """Who shares a mailbox stays refused, and so does the other mailbox of who says yes."""
    bob, shared = arrive(BOB, proven=True), arrive(BOB, proven=True)
    arrive("bob@work.example", person=bob)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    assert refused(owner, "person", "id", bob) == set()
    assert refused(owner, "reach", "id", reach_of(BOB)) == set()
    assert refused(owner, "reach", "id", reach_of("bob@work.example")) == {Scope.MARKETING}
    assert refused(owner, "item", "person_id", shared) == {Scope.MARKETING}


@pytest.mark.parametrize("first", ["refused", "merged"])
@pytest.mark.parametrize("way", ["form", "added", "import"])
def test_who_comes_to_a_mailbox_of_somebody_merged_is_refused(
    owner: psycopg.Connection, store: Embedded, first: str, way: str
) -> None:
    """Alice refused, and Bob is taken for her: whoever comes to Bob's mailbox is refused, whichever was first."""
    alice, bob = arrive("alice@example.org", proven=True), arrive(BOB, proven=True)
    for act in (first, "merged" if first == "refused" else "refused"):
        if act == "merged":
            link(alice, bob, Actor.STAFF)
        else:
            for no in (NO_MARKETING, Chosen(Answer.NO, list="updates")):
                choose(no, Actor.PERSON_UNVERIFIED, "link", alice, reach_of("alice@example.org"))
    mailbox = refused(owner, "reach", "id", reach_of(BOB))
    newcomer = _come(way)
    assert refused(owner, "person", "id", newcomer) == {Scope.MARKETING}
    items = owner.execute("SELECT refused::text FROM item WHERE person_id = %s", [newcomer]).fetchall()
    assert all(int(mask, 2) & Scope.MARKETING.mask for (mask,) in items)
    assert state(newcomer, reach_of(BOB)).left == {"updates"}
    assert refused(owner, "reach", "id", reach_of(BOB)) == mailbox, "nobody said a no at the mailbox since"
    assert disagreements(store) == []


def _come(way: str) -> UUID:
    """Let somebody come to Bob's mailbox."""
    if way == "form":
        return arrive(BOB)
    if way == "added":
        person = arrive("carol@example.net", proven=True)
        add_address(person, parse(BOB))
        return person
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    arrival = Arrival(shown, "list.csv", parse(BOB), {"contact": {"email": BOB}}, (YES_MARKETING,), proven=True)
    take([arrival])
    return arrival.person


def test_a_newcomer_takes_nothing_back_from_who_said_yes(owner: psycopg.Connection) -> None:
    """A duplicate keeps its own refusal, and one more registration leaves the proven yes at the mailbox standing."""
    old, new = arrive(BOB, NO_MARKETING, proven=True), arrive(BOB, proven=True)
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", new, reach_of(BOB))
    third = arrive(BOB)
    assert refused(owner, "person", "id", old) == refused(owner, "person", "id", third) == {Scope.MARKETING}
    assert refused(owner, "item", "person_id", new) == set()
    arrive(BOB, person=new)
    assert refused(owner, "item", "person_id", new) == set()


def test_a_yes_in_the_form_waits_for_the_address(published: History, owner: psycopg.Connection) -> None:
    """A box ticked by somebody unproven joins and accepts nothing until the address is confirmed."""
    person = arrive(BOB, NEWSLETTER)
    asked = published.asked(published.policies[-1], "newsletter", "contact")
    assert _accepted(owner, person) == 0
    assert owner.execute("SELECT count(*) FROM subscription").fetchone() == (0,)
    assert {target.id for target in state(person, reach_of(BOB)).pending} == {"newsletter"}
    verify(person, parse(BOB).exact_id, "link")
    assert _accepted(owner, person) == asked != 0
    assert owner.execute("SELECT list_id, joined FROM subscription").fetchall() == [("newsletter", True)]
    assert state(person).joined == {"newsletter"}
    before = owner.execute("SELECT count(*) FROM choice").fetchone()
    verify(person, parse(BOB).exact_id, "again")
    assert owner.execute("SELECT count(*) FROM choice").fetchone() == before


def test_a_no_after_a_waiting_yes_wins(owner: psycopg.Connection) -> None:
    """Confirming an address brings back nothing that was refused meanwhile."""
    person = arrive(BOB, NEWSLETTER, YES_MARKETING)
    choose(Chosen(Answer.NO, list="newsletter"), Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))
    verify(person, parse(BOB).exact_id, "link")
    assert refused(owner, "item", "person_id", person) == {Scope.MARKETING}
    assert owner.execute("SELECT joined FROM subscription").fetchall() == [(False,)]


def test_leaving_a_list_takes_the_acceptance_back(owner: psycopg.Connection) -> None:
    """A no to what was accepted ends it for every item, and the mailbox is off the list."""
    person = arrive(BOB, NEWSLETTER, proven=True)
    choose(Chosen(Answer.NO, purpose="newsletter"), Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))
    assert _accepted(owner, person) == 0
    assert state(person).left == {"newsletter"}
    assert owner.execute("SELECT list_id FROM unlisted WHERE reach_id = %s", [reach_of(BOB)]).fetchall() == [
        ("newsletter",)
    ]
    choose(NEWSLETTER, Actor.PERSON_VERIFIED, "page", person, reach_of(BOB))
    assert _accepted(owner, person) != 0
    assert state(person, reach_of(BOB)).joined == {"newsletter"}


def test_a_no_to_a_purpose_until_refused_is_a_no_to_its_list(owner: psycopg.Connection) -> None:
    """Offers are refused as a list, updates go on."""
    person = arrive(BOB, proven=True)
    choose(Chosen(Answer.NO, purpose="offers"), Actor.PERSON_UNVERIFIED, "link", person)
    assert state(person).left == {"offers"}
    assert refused(owner, "item", "person_id", person) == set()
    choose(Chosen(Answer.NO, purpose="insight"), Actor.PERSON_UNVERIFIED, "link", person)
    assert refused(owner, "item", "person_id", person) == {Scope.INSIGHT}


def test_a_condition_does_not_spread(owner: psycopg.Connection) -> None:
    """A bounce bars one mailbox: nobody's other items, and no later arrival's profile."""
    bob = arrive(BOB, proven=True)
    arrive("bob@work.example", person=bob)
    choose(Chosen(Answer.NO, scope=Scope.BOUNCED), Actor.SYSTEM, "550", reach=reach_of(BOB))
    assert refused(owner, "person", "id", bob) == set()
    assert refused(owner, "item", "reach_id", reach_of(BOB)) == {Scope.BOUNCED}
    assert refused(owner, "reach", "id", reach_of("bob@work.example")) == set()
    arrive(BOB)
    assert refused(owner, "reach", "id", reach_of(BOB)) == {Scope.BOUNCED}


def test_several_choices_are_one_act(owner: psycopg.Connection) -> None:
    """What one form says has one number and one entry, and each row names its place in it."""
    person = arrive(BOB, proven=True)
    number = choose_all(
        [NO_MARKETING, Chosen(Answer.NO, topic="versions"), Chosen(Answer.NO, scope=Scope.INSIGHT)],
        Actor.PERSON_UNVERIFIED,
        "page",
        person,
    )
    rows = owner.execute("SELECT no, entry, pos FROM choice ORDER BY pos").fetchall()
    assert [pos for *_, pos in rows] == [0, 1, 2]
    assert {no for no, *_ in rows} == {number}
    assert len({entry for _, entry, _ in rows}) == 1


def test_a_no_that_stands_is_not_written_again(owner: psycopg.Connection) -> None:
    """However often anybody repeats a no, nothing grows: it has the number it had; and it is written for who is new."""
    arrive(BOB)
    arrive(BOB, proven=True)
    noes = [NO_MARKETING, Chosen(Answer.NO, list="offers"), Chosen(Answer.NO, purpose="newsletter")]
    numbers = [choose(no, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(BOB)) for no in noes]
    before = _counts(owner)
    assert [choose(no, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(BOB)) for no in noes] == numbers
    assert _counts(owner) == before
    newcomer = arrive(BOB)
    assert choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(BOB)) > max(numbers)
    told = owner.execute(
        "SELECT person_id FROM choice WHERE actor = %s AND no > %s", ["person-unverified", max(numbers)]
    )
    assert told.fetchall() == [(newcomer,)]


def test_a_mailbox_that_is_nobodys_repeats_nothing_either(owner: psycopg.Connection) -> None:
    """Whoever types an unknown address over and over writes one row."""
    numbers = {choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(BOB)) for _ in range(3)}
    assert numbers == {1}
    assert _counts(owner)[0] == 1


def test_a_no_after_a_waiting_yes_is_written_though_one_stands(owner: psycopg.Connection) -> None:
    """A form brings a yes to what is refused already; the no repeated after it is the last word."""
    person = arrive(BOB)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(BOB))
    choose(YES_MARKETING, Actor.PERSON_UNVERIFIED, "form", person, reach_of(BOB))
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "typed", reach=reach_of(BOB))
    verify(person, parse(BOB).exact_id, "link")
    assert refused(owner, "item", "person_id", person) == {Scope.MARKETING}


def _counts(owner: psycopg.Connection) -> tuple[int, ...]:
    """Count choices and entries."""
    rows = [owner.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("choice", "entry")]
    return tuple(int(row[0]) for row in rows if row)


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(Answer.NO),
        Chosen(Answer.NO, scope=Scope.MARKETING, list="newsletter"),
        Chosen(Answer.NO, list="nothing"),
        Chosen(Answer.NO, topic="nothing"),
        Chosen(Answer.NO, purpose="nothing"),
        Chosen(Answer.NO, purpose="legal"),
    ],
)
def test_nobody_chooses_nothing(chosen: Chosen) -> None:
    """A choice names one thing that can be chosen."""
    with pytest.raises(CollectionError):
        choose(chosen, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))


def test_a_choice_is_written_once(owner: psycopg.Connection) -> None:
    """Not even the owner rewrites what was decided."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(BOB))
    with pytest.raises(psycopg.errors.RaiseException, match="written once"):
        owner.execute("UPDATE choice SET answer = 'yes'")


def _bits(scope: Scope) -> str:
    return format(scope.mask, "0256b")


def _accepted(owner: psycopg.Connection, person: object) -> int:
    row = owner.execute(
        "SELECT accepted::text FROM item WHERE person_id = %s AND category = 'contact'", [person]
    ).fetchone()
    assert row is not None
    return int(row[0], 2)
