"""Test that nothing is said in a matter about whoever is forgotten meanwhile, and that a legal hold keeps it."""

import threading
from uuid import UUID

import psycopg
import pytest
from django.db import connections, transaction

from avow.record.key import new_key
from avow.record.known.forget import forget
from avow.record.matters.matter import begin, matter_at, note, sweep
from avow.record.petitions.restraint import HOLD, Restraint, end, restrain
from avow.terms import ChannelKind
from tests.units.record.cast import arrive

pytestmark = pytest.mark.usefixtures("published")
WORDS = "In a hurry, it seems."


def _begun(owner: psycopg.Connection) -> tuple[UUID, UUID]:
    """Begin a matter of somebody; give who they are, and the matter."""
    bob = arrive("bob@example.org")
    mine = "UPDATE item SET thread = id WHERE person_id = %s AND category = 'profile' RETURNING id"
    (key,) = owner.execute(mine, [bob]).fetchone() or ()
    begin(bob, key, ChannelKind.SUPPORT, b"", ("profile", ""))
    return bob, key


def _left(owner: psycopg.Connection, within: float) -> int:
    """Keep a note about somebody who is forgotten before that is committed; count the notes that outlive them.

    The commit waits for the forgetting to end, at most `within` seconds.
    """
    bob, key = _begun(owner)
    found = matter_at(key)
    assert found

    def gone() -> None:
        forget(bob)
        connections.close_all()

    thread = threading.Thread(target=gone)
    with transaction.atomic():
        note(found, new_key(), WORDS)
        thread.start()
        thread.join(within)
    thread.join(60)
    assert matter_at(key) is None
    return owner.execute("SELECT FROM turn WHERE words = %s", [WORDS]).rowcount


def test_a_note_is_gone_with_whom_it_is_about_in_a_race(owner: psycopg.Connection) -> None:
    """Forgetting waits until what is being written about somebody is written, and takes it away."""
    assert _left(owner, 0.5) == 0


def test_the_race_is_one(owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where whoever writes does not hold the person, the note outlives them."""
    monkeypatch.setattr("avow.record.matters.matter.still_there", lambda *_: None)
    assert _left(owner, 60) == 1


def test_a_legal_hold_keeps_a_matter_of_which_no_word_is_left(owner: psycopg.Connection) -> None:
    """Who wrote to whom and when is evidence, too: it stays while the hold stands, and goes with the next sweep."""
    bob, key = _begun(owner)
    owner.execute("DELETE FROM item WHERE person_id = %s AND category = 'profile'", [bob])
    owner.execute("UPDATE matter SET at = at - interval '2 days'")
    hold = restrain(Restraint(bob, HOLD, "order of a court", "olga@example.com"))
    assert sweep() == 0
    assert matter_at(key)
    assert end(hold, "olga@example.com")
    assert sweep() == 1
    assert matter_at(key) is None
