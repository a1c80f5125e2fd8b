"""Test items as they are shown: what is set aside and what is contested says so, and the value that stands goes out."""

from uuid import UUID

import psycopg
import pytest

from avow.decision.request import Request
from avow.gate.clear import clear
from avow.gate.seen.held import held
from avow.policy.history import History
from avow.record.mask import to_bits
from avow.record.pinned.aside import ASIDE
from avow.terms import Relation, Scope
from tests.units.gate.cast import arrive
from tests.units.gate.conftest import published

__all__ = ["published"]
RIGHTS = Request("rights", frozenset({"contact", "profile"}))


@pytest.fixture
def alice(published: History, owner: psycopg.Connection) -> UUID:
    """Give somebody who gave two names."""
    assert published.policies
    found = arrive("alice@example.org")
    arrive("alice@example.org", person=found)
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY")
    owner.execute("UPDATE item SET refused = 0::bit(256)")
    owner.execute("UPDATE person SET relations = %s", [Relation.CASE.mask])
    return found


def _bar(owner: psycopg.Connection, mask: int) -> UUID:
    """Set the newest name aside, or bar it otherwise, and give its id; it says something else."""
    row = owner.execute(
        'UPDATE item SET refused = %s::bit(256), fields = \'{"name": "Another"}\' WHERE id ='
        " (SELECT id FROM item WHERE category = 'profile' ORDER BY at DESC, id DESC LIMIT 1) RETURNING id",
        [to_bits(mask)],
    ).fetchone()
    assert row
    return UUID(str(row[0]))


@pytest.mark.parametrize(
    ("mask", "aside", "contested"),
    [
        (ASIDE, True, False),
        (ASIDE | Scope.MARKETING.mask, True, False),
        (Scope.CONTESTED.mask, False, True),
        (Scope.CONTESTED.mask | Scope.MARKETING.mask, False, True),
        (Scope.MARKETING.mask, False, False),
        (0, False, False),
    ],
)
def test_it_says_whether_it_is_used(
    alice: UUID, owner: psycopg.Connection, mask: int, *, aside: bool, contested: bool
) -> None:
    """By what a correction set on it, whatever else is refused of it; what stands beside it is neither."""
    barred = _bar(owner, mask)
    found = held(RIGHTS, alice)
    assert found
    assert {(one.id == barred, one.aside, one.contested) for one in found} == {
        (True, aside, contested),
        (False, False, False),
    }


def test_what_is_set_aside_is_not_released_in_place_of_what_stands(alice: UUID, owner: psycopg.Connection) -> None:
    """The older name goes out, for the newer says otherwise than a correction; without that the newest does."""
    _bar(owner, ASIDE)
    (one,) = clear(RIGHTS, [alice]).allowed
    assert one.fields["profile"] == {"name": "Name of alice@example.org"}
    _bar(owner, 0)
    (one,) = clear(RIGHTS, [alice]).allowed
    assert one.fields["profile"] == {"name": "Another"}
