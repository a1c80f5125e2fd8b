"""Test that nothing is written about whoever was forgotten meanwhile: no paper, no act, nothing beside the journal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from avow.errors import RecordError
from avow.policy.wish import Wish
from avow.record.journal.journal import journalled
from avow.record.journal.whose import whose
from avow.record.key import new_key
from avow.record.known.forget import forget
from avow.record.petitions.clock import extend
from avow.record.petitions.mandate import mandate
from avow.record.petitions.petition import Said, petition, sweep
from avow.record.petitions.restraint import HOLD, Restraint, end, restrain
from avow.store.journal.folder import folder
from tests.units.record.cast import arrive

pytestmark = pytest.mark.usefixtures("published")
DUE = datetime(2030, 1, 1, tzinfo=UTC)
TABLES = "followed", "clock"
ACTS: tuple[Callable[[UUID, UUID], object], ...] = (
    lambda person, key: mandate(person, key, "agent", "Anna Agent", "anna@example.net", b"%PDF-1.7", "staff"),
    lambda person, key: extend(key, person, DUE, "much to look up", "staff"),
)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_follows_on_who_is_gone(act: Callable[[UUID, UUID], object], owner: psycopg.Connection) -> None:
    """Who was read before and is forgotten since: the act is refused, and leaves nothing anywhere."""
    bob, eve = arrive("bob@example.org"), arrive("eve@example.org")
    keys = {one: petition(one, Said(Wish.ACCESS, "desk", "asks", DUE + timedelta(days=1))) for one in (bob, eve)}
    act(eve, keys[eve])
    forget(bob)
    assert journalled()
    with pytest.raises(RecordError, match="forgotten"):
        act(bob, keys[bob])
    for table in ("mandate", "followed", "clock"):
        found = owner.execute(f"SELECT count(*) FROM {table} WHERE person_id = %s".encode(), [bob]).fetchone()
        assert found == (0,), table
    held = {one: {path.name for path in (folder() / "people" / whose(one).hex()).glob("*")} for one in (bob, eve)}
    assert held[eve]
    assert not held[bob]


def test_a_hold_keeps_what_followed_until_it_ends(owner: psycopg.Connection) -> None:
    """More time for a letter, told three years ago: kept while its person is under a hold, and swept after it."""
    bob, eve = arrive("bob@example.org"), arrive("eve@example.org")
    for person in (bob, eve):
        extend(new_key(), person, DUE, "much to look up", "staff")
    hold = restrain(Restraint(eve, HOLD, "order of a court", "staff"))
    for table, column in (("followed", "at"), ("clock", "told")):
        owner.execute(f"UPDATE {table} SET {column} = {column} - interval '3 years'".encode())

    def kept(person: UUID) -> list[int]:
        query = "SELECT (SELECT count(*) FROM {} WHERE person_id = %(person)s)"
        counts = [owner.execute(query.format(one).encode(), {"person": person}).fetchone() for one in TABLES]
        return [int(row[0]) for row in counts if row]

    sweep()
    assert [kept(one) for one in (bob, eve)] == [[0, 0], [1, 1]]
    assert end(hold, "staff")
    owner.execute("DELETE FROM restraint")
    owner.execute("UPDATE followed SET at = at - interval '3 years'")
    sweep()
    assert kept(eve) == [0, 0]
