"""Test that every permitted item of one person is released, not the newest alone."""

import psycopg

from avow.decision.request import Request
from avow.gate.clear import clear_each
from avow.policy.history import History
from tests.units.gate.cast import arrive

ACCOUNT = Request("account", frozenset({"contact"}))


def test_each_item_is_released_and_remembered(published: History, owner: psycopg.Connection) -> None:
    """Both addresses of Alice are given, none of Bob's, and the decision stands in the ledger."""
    assert published.policies
    alice = arrive("alice@example.org")
    arrive("alice@example.net", person=alice)
    arrive("bob@example.org")
    found = clear_each(ACCOUNT, alice)
    assert sorted(fields["email"] for fields in found.values()) == ["alice@example.net", "alice@example.org"]
    ids = owner.execute("SELECT id FROM item WHERE person_id = %s AND category = 'contact'", [alice]).fetchall()
    assert set(found) == {id_ for (id_,) in ids}
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'decided'").fetchone() == (1,)


def test_what_is_denied_gives_nothing(published: History, owner: psycopg.Connection) -> None:
    """A use that is not permitted gives no item, and is remembered too."""
    assert published.policies
    alice = arrive("alice@example.org")
    assert clear_each(Request("rights", frozenset({"contact"})), alice) == {}
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'decided'").fetchone() == (1,)
