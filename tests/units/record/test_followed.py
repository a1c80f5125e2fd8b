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
from avow.record.known.forget import forget
from avow.record.petitions.clock import extend
from avow.record.petitions.mandate import mandate
from avow.record.petitions.petition import Said, petition
from avow.store.journal.folder import folder
from tests.units.record.cast import arrive

pytestmark = pytest.mark.usefixtures("published")
DUE = datetime(2030, 1, 1, tzinfo=UTC)
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
