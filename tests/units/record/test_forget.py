"""Test forgetting: nothing personal is left, and nothing that was refused is lost."""

from datetime import timedelta

import psycopg
import pytest

from avow.errors import RecordError
from avow.record.key import NOBODY
from avow.record.known.address import parse
from avow.record.known.forget import Forgotten, forget
from avow.record.known.identity import new_code
from avow.record.known.link import link
from avow.record.said.choices import choose, state
from avow.terms import Actor, Scope
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of, refused

pytestmark = pytest.mark.usefixtures("published")
ABOUT = ("item", "address", "code", "subscription", "link", "choice")


def test_what_was_given_is_gone_and_what_was_refused_stays(owner: psycopg.Connection) -> None:
    """No row names the person any more; the mailbox is refused for whoever comes next; others keep theirs."""
    bob, other = arrive("bob@example.org", NEWSLETTER, proven=True), arrive("eve@example.net", proven=True)
    new_code(bob, parse("bob@example.org").exact_id, "signin", timedelta(minutes=10))
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link from bob@example.org", bob)
    link(bob, other, Actor.STAFF)
    before = owner.execute("SELECT count(*) FROM choice").fetchone()
    done = forget(bob)
    assert (done.items, done.mailboxes, done.linked) == (2, 1, (other,))
    for table in ABOUT:
        found = owner.execute(f"SELECT count(*) FROM {table} WHERE person_id = %s", [bob]).fetchone()
        assert found == (0,), table
    kept = owner.execute("SELECT count(*) FROM choice WHERE evidence NOT LIKE 'refused by who was linked%'").fetchone()
    assert kept == before
    left = owner.execute("SELECT DISTINCT evidence, salt FROM choice WHERE person_id = %s", [NOBODY]).fetchall()
    assert left == [("", b"")]
    assert refused(owner, "reach", "id", reach_of("bob@example.org")) == {Scope.MARKETING}
    assert state(arrive("BOB@example.org")).refused & Scope.MARKETING.mask
    rows = owner.execute("SELECT count(*) FROM item WHERE person_id = %s", [other]).fetchone()
    assert rows == (2,)


def test_nobody_is_forgotten_twice() -> None:
    """A second time there is nobody to forget."""
    bob = arrive("bob@example.org")
    forget(bob)
    with pytest.raises(RecordError, match="no such person"):
        forget(bob)


def test_what_remains_is_told_in_words() -> None:
    """One is told as one, several as several, and what there is none of is not told."""
    none, one, several = (Forgotten(number, number, number, ()) for number in (0, 1, 2))
    assert [told.gone for told in (none, one, several)] == ["0 items are gone.", "1 item is gone.", "2 items are gone."]
    assert [line.partition(" ")[0] for line in none.remains] == ["when", "entries", "what", "backups"]
    assert [line.partition(":")[0] for line in one.remains[:2]] == [
        "1 mailbox, as a keyed hash",
        "1 choice, without whose it was",
    ]
    assert [line.partition(":")[0] for line in several.remains[:2]] == [
        "2 mailboxes, as keyed hashes",
        "2 choices, without whose they were",
    ]
