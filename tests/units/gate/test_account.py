"""Test the account: three answers side by side, each difference with its reason."""

import psycopg

from avow.decision.request import Request
from avow.gate.account import UNEXPLAINED, account
from avow.policy.history import History
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, ChannelKind, MessageKind, Relation, Scope
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


def test_the_relation_that_lacks_is_named(published: History, owner: psycopg.Connection) -> None:
    """Alice owns the product and was never told of such notes; Bob lacks both, and is counted once."""
    assert published.policies
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    for person, relations in ((alice, Relation.OWNS.mask), (bob, 0)):
        owner.execute("UPDATE person SET relations = %s WHERE id = %s", [relations, person])
    found = account(request(MessageKind.EXEMPT_SECURITY))
    assert found.explained == {"no-noticed": 1, "no-owns": 1}
    assert found.agrees


def test_who_never_joined_is_not_on_the_list(published: History, owner: psycopg.Connection) -> None:
    """A list for those who joined it reaches Alice, who did; Bob is only visible."""
    assert published.policies
    owner.execute("UPDATE list SET joined_only = true WHERE id = 'offers'")
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    choose(Chosen(Answer.YES, list="offers"), Actor.PERSON_VERIFIED, "choices page", alice)
    found = account(request(OFFER), "offers")
    assert (found.allowed, found.visible) == (frozenset({alice}), frozenset({alice, bob}))
    assert found.explained == {"not on the list": 1}
    assert found.agrees


def test_whose_name_alone_is_visible_has_no_permitted_address(published: History, owner: psycopg.Connection) -> None:
    """A name is no way to anybody: Bob and Dave did not prove their addresses, and Carol's is gone."""
    assert published.policies
    alice, bob, carol, dave = (arrive(f"{name}@example.org") for name in ("alice", "bob", "carol", "dave"))
    for person, name in ((alice, "alice"), (carol, "carol")):
        prove(person, f"{name}@example.org")
    owner.execute("DELETE FROM item WHERE person_id = %s AND category = 'contact'", [carol])
    found = account(request(OFFER, "contact", "profile"))
    assert (found.allowed, found.visible) == (frozenset({alice}), frozenset({alice, bob, carol, dave}))
    assert found.explained == {"the address is not permitted": 2, "no address is held": 1}
    assert found.agrees


def test_what_has_no_mailbox_counts(published: History, owner: psycopg.Connection) -> None:
    """An item that belongs to no mailbox is decided like any other."""
    assert published.policies
    alice = arrive("alice@example.org")
    owner.execute("UPDATE item SET reach_id = NULL")
    found = account(request(MessageKind.IDENTITY, "profile"))
    assert found.allowed == {alice}
    assert found.agrees


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
