"""Test that all purposes are answered for at once, each as the gate answers for it alone."""

from uuid import UUID

import psycopg

from avow.decision.request import Request
from avow.gate.seen.may import by_purpose, may
from avow.gate.why import why
from avow.policy.history import History
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.known.link import link
from avow.record.mask import to_bits
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, ChannelKind, RecipientClass, Scope
from tests.units.disclosure.giving import acme, beacon, says
from tests.units.gate.cast import NO_INSIGHT, NO_MARKETING, arrive, prove, refuse
from tests.units.gate.conftest import published

__all__ = ["published"]


def agrees(person: UUID) -> dict[str, bool]:
    """Hold every answer about a person against the gate's own, and give by purpose whether it is a yes."""
    found = may(person)
    for one in found:
        told = why(person, Request(one.purpose.id, one.purpose.categories, one.recipient), one.list)
        assert one.decision == told.decision, one
        assert set(one.sentences) == (set(told.sentences.values()) or set(told.otherwise)), one
    assert len({(one.purpose.id, one.list) for one in found}) == len(found)
    return {one.purpose.id: one.decision.allowed for one in found}


def test_every_purpose_is_answered_for_in_its_order(published: History) -> None:
    """Each purpose comes once for each of its lists, towards the first recipient that it is stated for."""
    policy = published.policies[-1]
    found = may(arrive("alice@example.org"))
    assert list(dict.fromkeys(one.purpose.id for one in found)) == list(policy.purposes)
    assert {one.recipient for one in found if one.purpose.recipients >= {RecipientClass.COMPANY}} == {
        RecipientClass.COMPANY
    }
    named = by_purpose(found)
    assert named["outside-marketing"].recipient is RecipientClass.OUTSIDE
    assert named["legal"].recipient is RecipientClass.AUTHORITY
    assert {one.list for one in found if one.purpose.id in {"offers", "newsletter"}} == {"offers", "newsletter"}
    assert named["orders"].list is None
    assert {name: one.purpose.id for name, one in named.items()} == {name: name for name in policy.purposes}


def test_a_stranger_may_be_used_for_nothing(published: History) -> None:
    """Nobody has this id, so every answer is no."""
    assert published.policies
    assert not any(agrees(new_key()).values())


def test_whoever_confirmed_may_be_used_as_told(published: History) -> None:
    """A confirmed address is open to what was stated, an unconfirmed one to what needs no proof."""
    assert published.policies
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    prove(alice, "alice@example.org")
    assert {name for name, yes in agrees(alice).items() if yes} == {
        "account",
        "updates",
        "offers",
        "insight",
        "enrichment",
    }
    assert agrees(bob)["account"]
    assert not agrees(bob)["offers"]


def test_each_kind_of_refusal_is_seen(published: History, owner: psycopg.Connection) -> None:
    """By the person, by the mailbox, by the item, by leaving a list as person or at the mailbox, by who is linked."""
    assert published.policies
    people = {}
    for name in ("alice", "bob", "carol", "dave", "erin", "twin"):
        people[name] = arrive(f"{name}@example.org")
        prove(people[name], f"{name}@example.org")
    refuse(NO_MARKETING, people["alice"], "alice@example.org")
    bits = to_bits(Scope.BOUNCED.mask)
    owner.execute(
        "UPDATE reach SET refused = refused | %s::bit(256) WHERE id = %s", [bits, parse("bob@example.org").reach_id]
    )
    owner.execute("UPDATE item SET refused = refused | %s::bit(256) WHERE person_id = %s", [bits, people["carol"]])
    choose(Chosen(Answer.NO, list="offers"), Actor.STAFF, "telephone", people["dave"])
    choose(Chosen(Answer.NO, list="offers"), Actor.STAFF, "letter", reach=parse("erin@example.org").reach_id)
    owner.execute("DELETE FROM subscription WHERE person_id = %s", [people["erin"]])
    link(people["alice"], people["twin"], Actor.STAFF)
    for person in people.values():
        assert not agrees(person)["offers"]
        assert agrees(person)["account"]
    assert agrees(people["dave"])["updates"]


def test_a_list_is_joined_or_it_is_not(published: History) -> None:
    """The newsletter is for who joined it; having joined one list opens no other."""
    assert published.policies
    alice, bob = arrive("alice@example.org", Chosen(Answer.YES, purpose="newsletter")), arrive("bob@example.org")
    for person, address in ((alice, "alice@example.org"), (bob, "bob@example.org")):
        prove(person, address)
    assert agrees(alice)["newsletter"]
    assert not agrees(bob)["newsletter"]
    choose(
        Chosen(Answer.NO, list="newsletter"),
        Actor.PERSON_UNVERIFIED,
        "link",
        alice,
        parse("alice@example.org").reach_id,
    )
    assert not agrees(alice)["newsletter"]


def test_what_has_had_its_time_is_not_counted(published: History, owner: psycopg.Connection) -> None:
    """An item past its time permits nothing, and of two items one that is permitted is enough."""
    assert published.policies
    alice, bob = arrive("alice@example.org", by=ChannelKind.ORDER), arrive("bob@example.org", NO_INSIGHT)
    prove(alice, "alice@example.org")
    assert agrees(alice)["orders"]
    assert not agrees(bob)["insight"]
    arrive("alice@example.net", person=alice)
    assert agrees(alice)["offers"] is False
    prove(alice, "alice@example.net")
    assert agrees(alice)["offers"]
    owner.execute("UPDATE item SET until = now() - interval '1 day' WHERE person_id = %s", [alice])
    assert not any(agrees(alice).values())


def test_a_yes_to_one_organization_is_none_to_another(published: History) -> None:
    """Towards the outside what counts is the yes to an organization by its name, and it counts for that one."""
    assert published.policies
    acme()
    beacon()
    alice, bob = arrive("alice@example.org"), arrive("bob@example.org")
    for person, name in ((alice, "alice"), (bob, "bob")):
        prove(person, f"{name}@example.org")
    says(Answer.YES, alice, "alice@example.org")
    found = {one.list: one.decision.allowed for one in may(alice) if one.purpose.id == "outside-marketing"}
    assert found == {"to.acme": True, "to.beacon": False}
    assert not any(one.decision.allowed for one in may(bob) if one.purpose.id == "outside-marketing")
    agrees(alice)
