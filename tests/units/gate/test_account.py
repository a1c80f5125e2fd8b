"""Test the account: three answers side by side, each difference with its reason."""

import psycopg

from avow.decision.request import Request
from avow.gate.account import UNEXPLAINED, account
from avow.policy.history import History
from avow.record.said.chosen import Chosen
from avow.terms import Answer, ChannelKind, MessageKind, Scope
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse, request

OFFER, NEWS = MessageKind.MARKETING_OFFER, MessageKind.NEWSLETTER


def test_three_answers_agree(published: History) -> None:
    """Gate, audience and guard name the same people for an offer."""
    assert published.policies
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org", NO_MARKETING)
    carol = arrive("carol@example.net", by=ChannelKind.INQUIRY)
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org"), (carol, "carol@example.net")):
        prove(person, address)
    found = account(request(OFFER))
    assert found.allowed == found.audience == found.visible == {alice}
    assert found.agrees
    assert not found.explained


def test_whoever_is_only_visible_is_explained(published: History) -> None:
    """Who left the list is visible and not allowed; so is who lacks a relation, and whose address is barred."""
    assert published.policies
    offers = request(OFFER, "contact", "profile")
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    arrive("carol@example.org")
    refuse(Chosen(Answer.NO, list=offers.purpose), bob, "bob@example.org")
    found = account(offers, offers.purpose)
    assert found.allowed == {alice}
    assert found.agrees
    assert found.explained["left the list"] == 1
    security = account(request(MessageKind.EXEMPT_SECURITY))
    assert not security.allowed
    assert security.agrees
    assert sum(count for reason, count in security.explained.items() if reason.startswith("no-")) == len(
        security.visible
    )
    assert security.visible


def test_a_refusal_that_did_not_reach_the_items_is_unexplained(published: History, owner: psycopg.Connection) -> None:
    """If a person's refusal is not on the items, the guard shows what the gate denies: the account does not agree."""
    assert published.policies
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    owner.execute("UPDATE person SET refused = %s::bit(256)", [format(Scope.MARKETING.mask, "0256b")])
    found = account(request(OFFER))
    assert not found.allowed
    assert found.audience == {alice}
    assert not found.agrees
    assert found.explained == {UNEXPLAINED: 1}


def test_an_unknown_use_reaches_nobody(published: History) -> None:
    """A purpose that no version states allows nobody, lists nobody, shows nobody."""
    assert published.policies
    arrive("alice@example.org")
    found = account(Request("gossip", frozenset({"contact"})))
    assert (found.allowed, found.audience, found.visible) == (frozenset(), frozenset(), frozenset())
    assert found.agrees
