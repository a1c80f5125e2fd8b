"""Test keeping: what is kept, under which words, and what is not."""

import psycopg
import pytest

from avow.errors import AddressError, CollectionError
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.mask import to_bits
from avow.record.taken.store import Given, keep
from avow.terms import ChannelKind, Scope
from tests.units.record.cast import NO_MARKETING, arrive, reach_of, refused, stamped

pytestmark = pytest.mark.usefixtures("published")


def test_items_carry_what_was_stated(published: History, owner: psycopg.Connection) -> None:
    """An item's mask is what the channel stated for its category in the version shown, and no more."""
    person = arrive("alice@example.org")
    policy = published.policies[-1]
    rows = owner.execute(
        "SELECT category, stated::text, accepted::text FROM item WHERE person_id = %s", [person]
    ).fetchall()
    assert len(rows) == 2
    for category, stated, accepted in rows:
        assert stated == to_bits(published.stated(policy, ChannelKind.REGISTRATION, category))
        assert int(accepted, 2) == 0
        assert int(stated, 2) & published.asked(policy, "newsletter", category) == 0


def test_an_unproven_address_bars_the_items_that_carry_it(owner: psycopg.Connection) -> None:
    """What carries the address waits for its proof; what does not, does not."""
    person = arrive("alice@example.org")
    bars: dict[str, str] = dict(
        owner.execute("SELECT category, refused::text FROM item WHERE person_id = %s", [person]).fetchall()
    )
    assert int(bars["contact"], 2) == Scope.UNVERIFIED.mask
    assert int(bars["profile"], 2) == 0


def test_one_entry_covers_what_was_collected_together(owner: psycopg.Connection) -> None:
    """An act of collection is one entry, whose commitments are those of its items."""
    person = arrive("alice@example.org")
    rows = owner.execute("SELECT entry, pos FROM item WHERE person_id = %s ORDER BY pos", [person]).fetchall()
    assert [pos for _, pos in rows] == [0, 1]
    assert len({entry for entry, _ in rows}) == 1
    found = owner.execute("SELECT kind, length(covers) FROM entry WHERE id = %s", [rows[0][0]]).fetchone()
    assert found == ("collected", 64)


@pytest.mark.parametrize(
    "given",
    [
        [Given("inquiry", {"subject": "x"})],
        [Given("nothing", {})],
        [Given("contact", {"email": "alice@example.org", "shoe": "42"})],
        [Given("contact", {})],
        [Given("contact", {"email": "eve@example.net"})],
        [Given("contact", {"email": "alice@example.org"}), Given("profile", {"name": "A\x00"})],
        [Given("contact", {"email": "alice@example.org"}), Given("profile", {"name": "A\ud800"})],
        [Given("contact", {"email": "alice@example.org"}), Given("profile", {"name": "A\nBcc: x"})],
        [Given("contact", {"email": "alice@example.org"}), Given("profile", {"name": "A" * 1001})],
    ],
)
def test_what_is_not_declared_is_not_kept(owner: psycopg.Connection, given: list[Given]) -> None:
    """An undeclared category or field, a missing or an unreadable one: nothing is kept of any of it."""
    with pytest.raises((CollectionError, AddressError)):
        keep(stamped(), given, parse("alice@example.org"))
    assert owner.execute("SELECT count(*) FROM item").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM reach").fetchone() == (0,)


def test_a_refusal_made_with_the_form_holds_at_once(owner: psycopg.Connection) -> None:
    """A box ticked beside the fields holds from the first instant, for person, mailbox and items."""
    person = arrive("bob@example.org", NO_MARKETING)
    assert refused(owner, "person", "id", person) == {Scope.MARKETING}
    assert refused(owner, "reach", "id", reach_of("bob@example.org")) == {Scope.MARKETING}
    contact = owner.execute("SELECT refused::text FROM item WHERE category = 'contact'").fetchone()
    assert contact is not None
    assert int(contact[0], 2) == Scope.MARKETING.mask | Scope.UNVERIFIED.mask


def test_registering_again_never_loosens(owner: psycopg.Connection) -> None:
    """Who arrives at a refused mailbox, under any spelling, is refused like it."""
    arrive("bob@example.org", NO_MARKETING)
    again = arrive("Bob+shop@EXAMPLE.org")
    assert refused(owner, "person", "id", again) == {Scope.MARKETING}
    said = owner.execute("SELECT answer, actor FROM choice WHERE person_id = %s", [again]).fetchall()
    assert said == [("no", "system")]


def test_more_of_a_known_person_is_refused_alike(owner: psycopg.Connection) -> None:
    """What somebody gives later is under what they refused before, at any address."""
    person = arrive("bob@example.org", NO_MARKETING)
    arrive("bob@example.net", person=person)
    assert refused(owner, "reach", "id", reach_of("bob@example.net")) == {Scope.MARKETING}
    masks = owner.execute("SELECT refused::text FROM item WHERE person_id = %s", [person]).fetchall()
    assert len(masks) == 4
    assert all(int(mask, 2) & Scope.MARKETING.mask for (mask,) in masks)
