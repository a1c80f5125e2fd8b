"""Test the answer to why."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.why import why, why_mailbox
from avow.policy.history import History
from avow.record.key import NOBODY, new_key
from avow.record.known.address import parse
from avow.record.said.chosen import Chosen
from avow.terms import Answer, ChannelKind, MessageKind, Scope
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse, request

OFFER, NEWS = MessageKind.MARKETING_OFFER, MessageKind.NEWSLETTER


def test_yes_in_the_policys_own_words(published: History) -> None:
    """A yes names the clause that permits, in its words, and what came from where."""
    clauses = published.policies[-1].clauses
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    found = why(alice, request(OFFER, "contact", "profile"))
    assert found.decision.allowed
    assert found.sentences
    assert all(words == clauses[name].text for name, words in found.sentences.items())
    assert {(part.category, part.channel) for part in found.parts} == {
        ("contact", "registration"),
        ("profile", "registration"),
    }
    assert all(part.decision.allowed for part in found.parts)
    assert found.refusals == ()
    assert found.known


def test_no_names_the_choice_that_refused(published: History) -> None:
    """A no after an opt-out gives the sentence, and the choice: number, time, actor, evidence."""
    assert published.policies
    bob = arrive("bob@example.org")
    prove(bob, "bob@example.org")
    refuse(Chosen(Answer.NO, scope=Scope.INSIGHT), bob, "bob@example.org")
    number = refuse(NO_MARKETING, bob, "bob@example.org")
    found = why(bob, request(OFFER))
    assert not found.decision.allowed
    assert found.sentences
    assert [(r.no, r.actor, r.evidence, r.scope) for r in found.refusals] == [
        (number, "person-unverified", "link", int(Scope.MARKETING))
    ]
    assert why(bob, request(MessageKind.IDENTITY)).refusals == ()


def test_no_names_the_list_that_was_left(published: History) -> None:
    """Who left a list is told which choice did it."""
    assert published.policies
    asked = request(OFFER)
    bob = arrive("bob@example.org")
    prove(bob, "bob@example.org")
    refuse(Chosen(Answer.NO, list=asked.purpose), bob, "bob@example.org")
    found = why(bob, asked, asked.purpose)
    assert not found.decision.allowed
    assert found.sentences
    assert [r.list for r in found.refusals] == [asked.purpose]


def test_no_by_default_says_what_would_have_permitted(published: History) -> None:
    """Where nothing was stated, or no such purpose is, or nobody has this id, the answer says so."""
    assert published.policies
    carol = arrive("carol@example.net", by=ChannelKind.INQUIRY)
    found = why(carol, request(OFFER))
    assert not found.decision.allowed
    assert found.sentences or found.otherwise
    gossip = why(carol, Request("gossip", frozenset({"contact"})))
    assert not gossip.decision.allowed
    assert gossip.sentences or gossip.otherwise
    ghost = why(new_key(), request(OFFER))
    assert not ghost.known
    assert not ghost.decision.allowed


def test_why_asks_and_uses_nothing(published: History) -> None:
    """Asking why leaves no entry and reads no field."""
    assert published.policies
    alice = arrive("alice@example.org")
    why(alice, request(OFFER))
    with CaptureQueriesContext(connection) as captured:
        why(alice, request(OFFER))
    said = " ".join(query["sql"] for query in captured)
    assert "INSERT" not in said
    assert "fields" not in said
    assert len(captured) == 10


def test_a_mailbox_of_nobody_is_answered_for(published: History) -> None:
    """A mailbox that refused and is nobody's: no, with the choice that did it; one never heard of: not known."""
    assert published.policies
    reach = parse("nobody@example.org").reach_id
    number = refuse(NO_MARKETING, None, "nobody@example.org")
    refuse(NO_MARKETING, None, "somebody@example.org")
    found = why_mailbox(reach, request(OFFER))
    assert found.known
    assert found.person == NOBODY
    assert found.decision.because == {"optout.stop", "law.refused", "uses.confidential", "law.unstated"}
    clauses = published.policies[-1].clauses
    assert found.sentences == {name: clauses[name].text for name in found.decision.because}
    assert [(one.no, one.scope, one.list) for one in found.refusals] == [(number, int(Scope.MARKETING), None)]
    unknown = why_mailbox(parse("never@example.org").reach_id, request(OFFER))
    assert not unknown.known
    assert unknown.refusals == ()
    assert unknown.decision.because == {"uses.confidential", "law.unstated"}
    with pytest.raises(GateError, match="does not serve"):
        why_mailbox(reach, request(OFFER), request(NEWS).purpose)


def test_a_refusal_at_a_mailbox_is_told_to_its_holder(published: History) -> None:
    """A no at the mailbox alone, before anybody held it, is among the choices; each stands once, newest first."""
    assert published.policies
    refuse(NO_MARKETING, None, "bob@example.org")
    bob = arrive("bob@example.org")
    prove(bob, "bob@example.org")
    refuse(Chosen(Answer.NO, scope=Scope.OPTIONAL), bob, "bob@example.org")
    arrive("alice@example.org", NO_MARKETING)
    found = why(bob, request(OFFER))
    assert not found.decision.allowed
    numbers = [one.no for one in found.refusals]
    assert numbers == sorted(numbers, reverse=True)
    assert {one.scope for one in found.refusals} == {int(Scope.MARKETING), int(Scope.OPTIONAL)}
    assert len(set(found.refusals)) == len(found.refusals)


def test_parts_are_decided_each_by_itself(published: History) -> None:
    """Of two addresses each is told with its own decision; where one permits, the use is permitted."""
    assert published.policies
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    arrive("alice@example.net", by=ChannelKind.INQUIRY, person=alice)
    prove(alice, "alice@example.net")
    found = why(alice, request(OFFER))
    assert [(part.channel, part.decision.allowed) for part in found.parts] == [
        ("registration", True),
        ("inquiry", False),
    ]
    assert {part.version for part in found.parts} == {"2025-01-01"}
    assert found.otherwise == ()
    assert found.decision.allowed
    assert found.refusals == ()


def test_by_default_plain_words_are_given(published: History) -> None:
    """Where a clause decided no further words are given; where none did, they are."""
    assert published.policies
    carol = arrive("carol@example.net", by=ChannelKind.INQUIRY)
    told = why(carol, request(OFFER))
    assert told.decision.because
    assert told.otherwise == ()
    prove(carol, "carol@example.net")
    other = why(carol, Request("insight", frozenset({"contact"})))
    assert bool(other.otherwise) is not bool(other.decision.because)
