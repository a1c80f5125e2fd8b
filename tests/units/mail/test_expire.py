"""Test what becomes of messages whose sender stopped: in doubt with an entry, or sent again."""

import psycopg
import pytest

from avow.accuracy.forgotten.forget import forget
from avow.ledger.commitment import commit
from avow.mail.outbox import work
from avow.mail.queue.mark import act
from avow.mail.queue.settle import expire
from avow.record.key import NOBODY
from tests.units.mail.cast import arrived, by_name, offer
from tests.units.mail.conftest import Serve

pytestmark = pytest.mark.usefixtures("published")


def stopped(owner: psycopg.Connection) -> None:
    """Let every copy be on the wire, of a sender that stopped long ago."""
    owner.execute(
        "UPDATE delivery SET state = 'sending', entry = NULL, pos = NULL, salt = NULL, ended = NULL, outcome = '',"
        " lease = now() - interval '1 hour'"
    )


def test_what_is_in_doubt_has_its_entry(serve: Serve, owner: psycopg.Connection) -> None:
    """It may have been handed over, so the ledger covers it as if it had been."""
    serve()
    people = arrived("alice", "bob")
    offer()
    work()
    stopped(owner)
    assert expire() == 2
    assert by_name(people, owner) == {"alice": "doubt", "bob": "doubt"}
    rows = owner.execute(
        "SELECT mailing_id, reach, person_id, decision, message_id, salt, pos, covers, ended IS NOT NULL, attempts"
        " FROM delivery JOIN entry ON entry.id = delivery.entry AND entry.kind = 'sent'"
    ).fetchall()
    assert len(rows) == 2
    for key, reach, person, decision, message_id, salt, pos, covers, ended, attempts in rows:
        record = act(key, bytes(reach), person, decision, message_id)
        assert commit(bytes(salt), record) == bytes(covers)[32 * pos : 32 * pos + 32]
        assert (ended, attempts) == (True, 2)
    assert expire() == 0


def test_of_who_is_forgotten_nothing_opens(serve: Serve, owner: psycopg.Connection) -> None:
    """Whose person was forgotten while it was on the wire has an entry, and no salt that opens it."""
    serve()
    people = arrived("alice")
    offer()
    work()
    stopped(owner)
    forget(people["alice"])
    assert expire() == 1
    found = owner.execute("SELECT person_id, state, entry IS NOT NULL, salt FROM delivery").fetchall()
    assert found == [(NOBODY, "doubt", True, None)]
