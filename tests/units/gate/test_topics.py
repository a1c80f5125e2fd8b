"""Test topics: what a message is about can be refused, whether or not the asker names it."""

import pytest

from avow.decision.request import Request
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.record.said.choices import Chosen, choose
from avow.terms import Actor, Answer, Scope
from tests.units.record.cast import arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")

OFFERS = Request("offers", frozenset({"contact"}))
UPDATES = Request("updates", frozenset({"contact"}))


def test_refusing_a_topic_stops_its_purpose_and_no_other() -> None:
    """Who wants no offers gets none, by the gate and in the audience, and goes on hearing of new versions."""
    bob, alice = arrive("bob@example.org", proven=True), arrive("alice@example.org", proven=True)
    choose(Chosen(Answer.NO, topic="offers"), Actor.PERSON_UNVERIFIED, "page", bob)
    assert [one.person for one in clear(OFFERS, [bob, alice]).allowed] == [alice]
    assert {one.person for one in clear(UPDATES, [bob, alice]).allowed} == {alice, bob}
    assert [person for page in members(OFFERS, "offers") for person, _ in page] == [alice]
    assert "law.refused" in clear(OFFERS, [bob]).denied[bob].because


def test_a_yes_to_the_topic_ends_its_refusal_alone() -> None:
    """A verified yes to the topic brings the offers back, unless all marketing is refused as well."""
    bob, mailbox = arrive("bob@example.org", proven=True), reach_of("bob@example.org")
    choose(Chosen(Answer.NO, topic="offers"), Actor.PERSON_UNVERIFIED, "page", bob)
    choose(Chosen(Answer.YES, topic="offers"), Actor.PERSON_VERIFIED, "signed in", bob, mailbox)
    assert clear(OFFERS, [bob]).allowed
    choose(Chosen(Answer.NO, scope=Scope.MARKETING), Actor.STAFF, "telephone", bob)
    choose(Chosen(Answer.YES, topic="offers"), Actor.PERSON_VERIFIED, "signed in", bob, mailbox)
    assert not clear(OFFERS, [bob]).allowed
