"""Test the answer to why."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from avow.decision.request import Request
from avow.gate.why import why
from avow.policy.history import History
from avow.record.key import new_key
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
