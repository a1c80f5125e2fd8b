"""Test what a choice puts into effect beside masks: relations, answers to questions, what links carry."""

from uuid import UUID

import psycopg
import pytest

from avow.errors import RecordError
from avow.policy.folder import load
from avow.policy.history import History
from avow.record.changed.different import Different
from avow.record.known.link import link
from avow.record.mask import from_bits, to_bits
from avow.record.said.choices import Chosen, choice_record, choose, choose_all, state
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, RecipientClass, Relation, Scope
from tests.units.record.cast import NO_MARKETING, YES_MARKETING, arrive, reach_of, refused

BOB, TWIN, EVE = "bob@example.org", "twin@example.net", "eve@example.net"
SECOND = "2027-03-01"
NOTES_YES, NOTES_NO = (Chosen(answer, purpose="courtesy") for answer in (Answer.YES, Answer.NO))
PARTNERS = Different("partners", SECOND, RecipientClass.OUTSIDE)


@pytest.fixture
def known(store: Embedded) -> History:
    """Publish three versions, of which each states more."""
    assert store.folder.exists()
    found = load("policies/changes")
    publish(found, [SECOND, "2027-09-01"])
    return found


def _opted(owner: psycopg.Connection) -> set[UUID]:
    query = "SELECT id FROM person WHERE relations & %s <> 0"
    return {row[0] for row in owner.execute(query, [Relation.OPTED_IN.mask]).fetchall()}


def _say(chosen: Chosen, person: UUID, address: str) -> int:
    return choose(chosen, Actor.PERSON_VERIFIED, "page", person, reach_of(address))


@pytest.mark.usefixtures("known")
def test_who_asked_for_notes_has_it_on_file(owner: psycopg.Connection) -> None:
    """A yes is its person's own; a no takes it off all who are taken for them, and off nobody else."""
    bob, twin, eve = (arrive(address, proven=True) for address in (BOB, TWIN, EVE))
    link(bob, twin, Actor.STAFF)
    for person, address in ((bob, BOB), (twin, TWIN), (eve, EVE)):
        _say(NOTES_YES, person, address)
    assert _opted(owner) == {bob, twin, eve}
    assert state(bob).accepted == {"courtesy"}
    _say(NOTES_NO, bob, BOB)
    assert _opted(owner) == {eve}
    _say(NOTES_YES, twin, TWIN)
    assert _opted(owner) == {twin, eve}


def test_an_answer_stands_beside_its_question(known: History, owner: psycopg.Connection) -> None:
    """A yes is noted for who said it, a no for all who are taken for them; what was said before is taken back."""
    bob, twin, eve = (arrive(address, proven=True) for address in (BOB, TWIN, EVE))
    link(bob, twin, Actor.STAFF)
    owner.execute("ALTER TABLE question NO FORCE ROW LEVEL SECURITY")
    bit = PARTNERS.mask(known)
    for person, address, uses in ((bob, BOB, bit | 1), (twin, TWIN, bit | 1), (eve, EVE, 1)):
        owner.execute(
            "INSERT INTO question (person_id, version, reach, uses, yes, no, at, message)"
            " VALUES (%s, %s, %s, %s::bit(256), 0::bit(256), 0::bit(256), now(), gen_random_uuid())",
            [person, SECOND, reach_of(address), to_bits(uses)],
        )

    def answers() -> dict[UUID, tuple[int, int, bool]]:
        rows = owner.execute("SELECT person_id, yes::text, no::text, answered IS NOT NULL FROM question").fetchall()
        return {person: (from_bits(yes), from_bits(no), told) for person, yes, no, told in rows}

    none = {eve: (0, 0, False)}
    assert answers() == {bob: (0, 0, False), twin: (0, 0, False), **none}
    _say(Chosen(Answer.YES, purpose=PARTNERS.name), bob, BOB)
    assert answers() == {bob: (bit, 0, True), twin: (0, 0, False), **none}
    _say(Chosen(Answer.NO, purpose=PARTNERS.name), twin, TWIN)
    assert answers() == {bob: (0, bit, True), twin: (0, bit, True), **none}
    _say(NOTES_YES, bob, BOB)
    assert answers() == {bob: (0, bit, True), twin: (0, bit, True), **none}, "another purpose is no answer to it"
    _say(Chosen(Answer.YES, purpose=PARTNERS.name), twin, TWIN)
    _say(Chosen(Answer.YES, purpose=PARTNERS.name), eve, EVE)
    assert answers() == {bob: (0, bit, True), twin: (bit, 0, True), **none}, "nobody answers what they were not asked"


@pytest.mark.usefixtures("known")
def test_a_condition_holds_for_who_is_taken_for_the_same(owner: psycopg.Connection) -> None:
    """It is written of one person alone, and while they are linked no item of the other is used either."""
    bob, twin, eve = (arrive(address, proven=True) for address in (BOB, TWIN, EVE))
    link(bob, twin, Actor.STAFF)
    choose(Chosen(Answer.NO, scope=Scope.HELD), Actor.SYSTEM, "order", bob, reach_of(BOB))
    for person in (bob, twin):
        assert Scope.HELD in refused(owner, "person", "id", person)
        assert Scope.HELD in refused(owner, "item", "person_id", person)
    own = {person: from_bits(bits) for person, bits in owner.execute("SELECT id, own::text FROM person").fetchall()}
    assert [bool(own[person] & Scope.HELD.mask) for person in (bob, twin, eve)] == [True, False, False]
    assert refused(owner, "person", "id", eve) == set()
    assert Scope.HELD in refused(owner, "reach", "id", reach_of(BOB))
    assert refused(owner, "reach", "id", reach_of(TWIN)) == set()


@pytest.mark.usefixtures("known")
def test_a_condition_beside_a_no_keeps_to_its_mailbox(owner: psycopg.Connection) -> None:
    """In one act the no spreads over every mailbox of its person, and the bounce does not."""
    bob = arrive(BOB, proven=True)
    arrive("bob@work.example", person=bob)
    bounced = Chosen(Answer.NO, scope=Scope.BOUNCED)
    choose_all([NO_MARKETING, bounced], Actor.SYSTEM, "550", bob, reach_of(BOB))
    assert refused(owner, "reach", "id", reach_of(BOB)) == {Scope.MARKETING, Scope.BOUNCED}
    assert refused(owner, "reach", "id", reach_of("bob@work.example")) == {Scope.MARKETING}


@pytest.mark.usefixtures("known")
def test_a_yes_is_written_for_each_who_is_taken_for_the_same(owner: psycopg.Connection) -> None:
    """The row of another names the link by which it is theirs; what is about one item's use is their own alone."""
    bob, twin = arrive(BOB, proven=True), arrive(TWIN, proven=True)
    tie = link(bob, twin, Actor.STAFF)
    _say(NO_MARKETING, bob, BOB)
    number = _say(YES_MARKETING, bob, BOB)
    rows = owner.execute("SELECT person_id, reach, via FROM choice WHERE answer = 'yes' AND no = %s", [number])
    assert set(rows.fetchall()) == {(bob, reach_of(BOB), None), (twin, None, tie)}
    number = _say(NOTES_YES, bob, BOB)
    rows = owner.execute("SELECT person_id, reach, via FROM choice WHERE no = %s", [number])
    assert rows.fetchall() == [(bob, reach_of(BOB), None)]


@pytest.mark.usefixtures("known")
def test_a_yes_beside_a_no_that_stands_is_written(owner: psycopg.Connection) -> None:
    """What is left out of an act is the no that was said before, and nothing else."""
    bob = arrive(BOB, proven=True)
    _say(NO_MARKETING, bob, BOB)
    number = choose_all([NO_MARKETING, NOTES_YES], Actor.PERSON_VERIFIED, "page", bob, reach_of(BOB))
    rows = owner.execute("SELECT purpose, answer FROM choice WHERE no = %s", [number]).fetchall()
    assert rows == [("courtesy", "yes")]
    assert state(bob).accepted == {"courtesy"}


@pytest.mark.usefixtures("known")
def test_nobody_unknown_chooses() -> None:
    """A choice of a person who is not on file is an error, and of a mailbox alone it is not."""
    with pytest.raises(RecordError, match="no such person"):
        choose(NO_MARKETING, Actor.STAFF, "desk", UUID(int=7))
    assert choose(NO_MARKETING, Actor.STAFF, "desk", reach=reach_of(BOB)) == 1


def test_a_choice_is_committed_under_its_name() -> None:
    """The ledger holds it as a choice, with every column of its row."""
    assert choice_record((1, "two", None)) == ["choice", 1, "two", None]
