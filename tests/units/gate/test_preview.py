"""Test the count beforehand: whom a use reaches, and who is left out by which clauses."""

from avow.gate.preview import preview
from avow.policy.history import History
from avow.record.said.chosen import Chosen
from avow.terms import Answer, MessageKind
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse, request

OFFER = MessageKind.MARKETING_OFFER


def test_everybody_is_counted_once_under_the_clauses_that_say_so(published: History) -> None:
    """Two are reached, one refused, one never confirmed, one left the list: each is counted, and by its clauses."""
    assert published.policies
    offers = request(OFFER)
    people = {name: arrive(f"{name}@example.org") for name in ("alice", "anna", "bob", "carol", "dave")}
    for name in ("alice", "anna", "bob", "dave"):
        prove(people[name], f"{name}@example.org")
    refuse(NO_MARKETING, people["bob"], "bob@example.org")
    refuse(Chosen(Answer.NO, list=offers.purpose), people["dave"], "dave@example.org")
    found = preview(offers)
    assert found.allowed == 3
    assert found.denied == {
        frozenset({"optout.stop", "law.refused"}): 1,
        frozenset({"law.unverified"}): 1,
    }
    on_list = preview(offers, offers.purpose)
    assert on_list.allowed == 2
    assert sum(on_list.denied.values()) == 3


def test_whoever_may_be_reached_at_one_address_is_reached(published: History) -> None:
    """Of two addresses one is not confirmed: the person is counted among those reached, and not among the rest."""
    assert published.policies
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    arrive("alice@example.net", person=alice)
    found = preview(request(OFFER))
    assert (found.allowed, dict(found.denied)) == (1, {})
