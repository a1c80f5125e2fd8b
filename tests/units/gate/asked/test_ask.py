"""Test answers to programs: of a mailbox by what came with it, of nobody's by what it refuses, each one committed."""

from uuid import UUID

import psycopg
import pytest

from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.asked.ask import Asked, Told, ask
from avow.gate.asked.bearing import bearing
from avow.gate.ruling import ruling
from avow.gate.seen.reader import Reader
from avow.ledger.commitment import commit
from avow.policy.history import History
from avow.record.key import NOBODY, new_key
from avow.record.known.address import parse
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, ChannelKind, MessageKind, Role, Scope
from tests.units.gate.cast import NO_MARKETING, arrive, prove, request
from tests.units.gate.conftest import published

__all__ = ["published"]
PROGRAM = new_key()
ALICE, PIER, NOBODYS = "alice@example.org", "pier@example.org", "nobody@example.net"
NO_TOPIC = Chosen(Answer.NO, topic="offers")


def _asked(found: Request, person: UUID | None = None, address: str = "", on: str | None = None) -> Told:
    (told,) = ask([Asked(PROGRAM, found, on, person, parse(address).reach_id if address else None)])
    assert isinstance(told, Told)
    return told


@pytest.fixture
def alice(published: History) -> UUID:
    """Give somebody who registered at one mailbox, and asked a question by another."""
    assert published.policies
    found = arrive(ALICE)
    prove(found, ALICE)
    arrive(PIER, by=ChannelKind.INQUIRY, person=found, named=False)
    prove(found, PIER)
    return found


def test_a_mailbox_is_answered_for_by_what_came_with_it(alice: UUID, published: History) -> None:
    """Offers were stated where she registered, and not where she asked."""
    offers = request(MessageKind.MARKETING_OFFER)
    permitted, other = _asked(offers, address=ALICE), _asked(offers, address=PIER)
    assert (permitted.decision.allowed, permitted.people) == (True, (alice,))
    assert (other.decision.allowed, other.people) == (False, ())
    assert _asked(offers, alice).decision.allowed
    clauses = published.policies[-1].clauses
    assert permitted.sentences == {name: clauses[name].text for name in sorted(permitted.decision.because)}
    assert permitted.sentences
    assert (permitted.otherwise, permitted.version) == ((), "2025-01-01")


def test_who_holds_a_mailbox_refuses_for_it(alice: UUID) -> None:
    """The number is the greatest of what was seen, and the sentences are those of whoever refuses."""
    number = choose(NO_MARKETING, Actor.PERSON_VERIFIED, "page", alice, parse(ALICE).reach_id)
    told = _asked(request(MessageKind.MARKETING_OFFER), address=ALICE)
    assert (told.decision.allowed, told.choice_no) == (False, number)
    assert told.decision.because


@pytest.mark.usefixtures("published")
def test_a_mailbox_that_is_nobodys_is_answered_for_by_itself() -> None:
    """What was refused there is refused; of one that nobody ever wrote to nothing is known, and nothing permitted."""
    offers = request(MessageKind.MARKETING_OFFER)
    unknown = _asked(offers, address=NOBODYS)
    assert (unknown.decision.allowed, unknown.choice_no) == (False, 0)
    number = choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=parse(NOBODYS).reach_id)
    told = _asked(offers, address=NOBODYS)
    assert (told.decision.allowed, told.choice_no) == (False, number)
    assert told.decision.because > unknown.decision.because


def test_a_use_that_no_version_states_is_denied_by_the_sentence_that_says_so(alice: UUID) -> None:
    """A purpose that nobody stated comes under the sentence about what was not stated."""
    told = _asked(Request("gossip", frozenset({"contact"})), alice)
    assert not told.decision.allowed
    assert "law.unstated" in told.sentences


def test_each_has_a_place_and_a_list_of_another_use_has_none(alice: UUID, owner: psycopg.Connection) -> None:
    """Questions that are alike share an entry, in their order; an error takes the place of its answer alone."""
    offers, account = request(MessageKind.MARKETING_OFFER), request(MessageKind.IDENTITY)
    mixed = [
        Asked(PROGRAM, offers, None, alice),
        Asked(PROGRAM, offers, "newsletter", alice),
        Asked(PROGRAM, account, None, alice),
        Asked(PROGRAM, offers, None, None, parse(PIER).reach_id),
    ]
    first, wrong, other, last = ask(mixed)
    assert isinstance(wrong, GateError)
    assert isinstance(first, Told)
    assert isinstance(other, Told)
    assert isinstance(last, Told)
    assert (first.entry, first.pos, last.entry, last.pos) == (other.entry - 1, 0, first.entry, 1)
    row = owner.execute("SELECT count(*) FROM entry WHERE kind = 'decided'").fetchone()
    assert row == (2,)


def test_a_program_reads_the_choices_that_bear_on_its_purpose(alice: UUID) -> None:
    """Scopes and topics by their names, lists of the purpose, whether it was accepted; a bounce is no choice."""
    by = Reader(PROGRAM, Role.MARKETING)
    found = bearing(by, "offers", alice)
    assert found
    assert (found.refused, found.left, found.joined, found.accepted) == ((), (), (), False)
    for chosen in (NO_MARKETING, NO_TOPIC, Chosen(Answer.NO, list="offers"), Chosen(Answer.NO, scope=Scope.INSIGHT)):
        choose(chosen, Actor.PERSON_VERIFIED, "page", alice, parse(ALICE).reach_id)
    choose(Chosen(Answer.NO, scope=Scope.BOUNCED), Actor.SYSTEM, "550", reach=parse(ALICE).reach_id)
    choose(Chosen(Answer.YES, purpose="newsletter"), Actor.PERSON_VERIFIED, "page", alice, parse(ALICE).reach_id)
    found = bearing(by, "offers", alice)
    assert found
    assert (found.refused, found.left, found.joined) == (("marketing", "topic.offers"), ("offers",), ())
    choose(Chosen(Answer.NO, topic="versions"), Actor.PERSON_VERIFIED, "page", alice, parse(ALICE).reach_id)
    updates = bearing(by, "updates", alice)
    assert updates
    assert updates.refused == ("marketing", "topic.versions"), "the first topic of all has a name too"
    letter = bearing(by, "newsletter", alice)
    assert letter
    assert (letter.joined, letter.accepted) == (("newsletter",), True)
    assert bearing(by, "offers", new_key()) is None


def test_the_ledger_holds_which_program_asked(alice: UUID, owner: psycopg.Connection) -> None:
    """The leaf of an answer is the program, whom it asked about, and the decision: of a person, or of a mailbox."""
    offers, reach = request(MessageKind.MARKETING_OFFER), parse(ALICE).reach_id
    told = _asked(offers, alice), _asked(offers, address=ALICE)
    for answer, person, at_mailbox in ((told[0], alice, None), (told[1], NOBODY, reach)):
        at, covers = owner.execute("SELECT at, covers FROM entry WHERE id = %s", [answer.entry]).fetchone() or (
            None,
            b"",
        )
        record = [
            "asked",
            PROGRAM,
            person,
            at_mailbox,
            "offers",
            "company",
            ruling(offers).plan.request.topic,
            ["contact"],
            None,
        ]
        record += ["2025-01-01", "allow", sorted(answer.decision.because), answer.choice_no, at]
        assert commit(answer.salt, record) == covers[32 * answer.pos : 32 * answer.pos + 32]
