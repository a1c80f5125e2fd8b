"""Test that of many on a list those who left are missing, and that a message goes where the address came from."""

import psycopg

from avow.gate.audience import audience
from avow.gate.clear import clear
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.said.chosen import Chosen
from avow.terms import Answer, MessageKind
from tests.units.gate.cast import arrive, prove, refuse, request

OFFER = MessageKind.MARKETING_OFFER


def test_of_many_on_a_list_those_who_left_are_missing(published: History) -> None:
    """Among several who stay, whoever left is missing, and nobody else."""
    assert published.policies
    offers, people = request(OFFER), {}
    for name in ("alice", "bob", "carol", "dave", "gone"):
        people[name] = arrive(f"{name}@example.org")
        prove(people[name], f"{name}@example.org")
    refuse(Chosen(Answer.NO, list=offers.purpose), people["gone"], "gone@example.org")
    found = {person for page in audience(offers, offers.purpose, 10) for person, _ in page}
    assert found == {person for name, person in people.items() if name != "gone"}


def test_a_message_goes_where_the_address_came_from(published: History, owner: psycopg.Connection) -> None:
    """What else is released may have come with another mailbox: it is no way to the person."""
    assert published.policies
    alice = arrive("alice@example.org")
    prove(alice, "alice@example.org")
    other = arrive("pier@example.org", named=False)
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY")
    pier = parse("pier@example.org").reach_id
    owner.execute("UPDATE item SET reach_id = %s WHERE category = 'profile' AND person_id = %s", [pier, alice])
    asked = request(OFFER, "contact", "profile")
    (one,) = clear(asked, [alice, other]).allowed
    assert (set(one.sources), one.reach) == ({"contact", "profile"}, parse("alice@example.org").reach_id)
