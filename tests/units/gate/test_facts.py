"""Test what the gate reads before it decides: each mask in its place, and nothing for what is not held."""

from uuid import UUID

import psycopg
import pytest

from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.gate.facts import JOINED, Held, Lists, facts, lists
from avow.policy.history import History
from avow.record.declare import keeping
from avow.record.known.address import parse
from avow.record.mask import to_bits
from avow.terms import MessageKind
from tests.units.gate.cast import arrive, request

STATED, ACCEPTED, ITEM, PERSON, REACH = 1 << 70, 1 << 71, 1 << 80, 1 << 81, 1 << 82


@pytest.fixture
def alice(published: History, owner: psycopg.Connection) -> UUID:
    """Give somebody whose masks all differ."""
    assert published.policies
    found = arrive("alice@example.org")
    for table in ("person", "reach", "item"):
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
    words = [to_bits(mask) for mask in (STATED, ACCEPTED, ITEM)]
    owner.execute("UPDATE item SET stated = %s::bit(256), accepted = %s::bit(256), refused = %s::bit(256)", words)
    owner.execute("UPDATE person SET refused = %s::bit(256), choice_no = 7, relations = 0", [to_bits(PERSON)])
    owner.execute("UPDATE reach SET refused = %s::bit(256), choice_no = 9", [to_bits(REACH)])
    return found


def _read(asked: Request, *people: UUID) -> list[Held]:
    with keeping() as cursor:
        return facts(cursor, asked, people, lists(cursor, asked, None))


def test_each_mask_stands_in_its_place(alice: UUID) -> None:
    """What was stated, accepted and refused of an item, by it, its person and its mailbox; the greatest number."""
    (held,) = _read(request(MessageKind.IDENTITY), alice)
    assert held.facts == Facts(STATED, ACCEPTED, ITEM | PERSON | REACH, 0)
    assert (held.choice_no, held.category, held.reach) == (9, "contact", parse("alice@example.org").reach_id)
    assert (held.person, held.left) == (alice, False)
    assert held.item
    assert held.at


def test_of_whom_nothing_is_held_there_is_one_row(alice: UUID) -> None:
    """It says what the person refused, and that nothing was stated or accepted."""
    (held,) = _read(request(MessageKind.IDENTITY, "order"), alice)
    assert held == Held(alice, None, "", None, None, Facts(0, 0, PERSON, 0), 7, left=False)


def test_who_is_not_known_has_no_row(alice: UUID) -> None:
    """Nothing is made up of somebody who is not there."""
    assert [held.person for held in _read(request(MessageKind.IDENTITY), UUID(int=5), alice)] == [alice]


def test_what_a_list_is_by_itself() -> None:
    """It counts as joined and nothing more, and brings no relation with it."""
    assert Lists(None, (), joined_only=False) == Lists(None, (), joined_only=False, alike=(), says=JOINED, brings=0)
