"""Test taking many people in: all or nothing, and no refusal is undone."""

from collections.abc import Iterator
from uuid import RFC_4122, UUID

import psycopg
import pytest

from avow.errors import CollectionError
from avow.record.key import new_key, new_keys
from avow.record.known.address import parse
from avow.record.said.choices import choose, state
from avow.record.shown.notice import show
from avow.record.shown.stamp import UNKNOWN
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, Taken, take
from avow.store.server.embedded import Embedded
from avow.terms import Actor, ChannelKind, Scope
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of, refused
from tests.units.record.test_covered import disagreements

pytestmark = pytest.mark.usefixtures("published")


def _people(number: int, *, broken: int = -1) -> Iterator[Arrival]:
    """Invent people; one of them may have a field that nobody declared."""
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    for i in range(number):
        fields = {"shoe": "42"} if i == broken else {"name": f'N\\a m"é {i}'}
        address = f"p{i}@example.org"
        yield Arrival(
            shown, "list.csv", parse(address), {"contact": {"email": address}, "profile": fields}, proven=i % 2 == 0
        )


def test_what_is_taken_is_what_would_have_been_kept(owner: psycopg.Connection) -> None:
    """An arrival in bulk has the same items, masks and bars as one by the form."""
    assert take(_people(3)) == Taken(3, 6, 0)
    arrive("p3@example.org")
    rows = owner.execute(
        "SELECT DISTINCT i.category, i.stated::text, i.refused::text, i.reach_id IS NULL, i.until IS NULL"
        " FROM item i JOIN address a USING (person_id) WHERE a.verified IS NULL"
    ).fetchall()
    assert len(rows) == 2
    found = owner.execute(
        "SELECT fields FROM item WHERE category = 'profile' AND fields->>'name' LIKE 'N%%' LIMIT 1"
    ).fetchone()
    assert found is not None
    assert found[0]["name"].startswith('N\\a m"é ')


def test_the_ledger_covers_what_is_taken(store: Embedded) -> None:
    """Each item of a batch has its place in the batch's one entry."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of("p1@example.org"))
    take(_people(5))
    assert disagreements(store) == []


def test_all_or_nothing(owner: psycopg.Connection) -> None:
    """A bad row at the end leaves nothing of what came before it."""
    with pytest.raises(CollectionError, match="shoe"):
        take(_people(12, broken=11))
    for table in ("person", "reach", "item", "address", "stamp"):
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert owner.execute("SELECT DISTINCT kind FROM entry").fetchall() == [("published",)]


def test_no_refusal_is_undone(owner: psycopg.Connection) -> None:
    """Who refused is refused, known before or not, however the list spells the address."""
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of("P1+x@example.org"))
    known = arrive("p2@example.org", NO_MARKETING, proven=True)
    assert take(_people(4)).refused == 2
    for address in ("p1@example.org", "p2@example.org"):
        assert refused(owner, "reach", "id", reach_of(address)) == {Scope.MARKETING}
        assert state(reach=reach_of(address)).refused & Scope.MARKETING.mask
    free = owner.execute(
        "SELECT count(DISTINCT person_id) FROM item WHERE refused & %s::bit(256) = 0::bit(256)",
        [format(Scope.MARKETING.mask, "0256b")],
    ).fetchone()
    assert free == (2,)
    assert state(known).refused == Scope.MARKETING.mask


def test_newcomers_at_one_mailbox_take_its_refusal_over_one_after_another(
    owner: psycopg.Connection, store: Embedded
) -> None:
    """Two people at a mailbox that refused: each by a choice of its own, numbered, covered, and as strict as before."""
    number = choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of("p0@example.org"))
    (one,), (other,) = _people(1), _people(1)
    assert take([one, other]).refused == 2
    rows = owner.execute("SELECT no FROM choice WHERE actor = 'system' ORDER BY no").fetchall()
    assert [no for (no,) in rows] == [number + 1, number + 2]
    assert owner.execute("SELECT choice_no FROM reach").fetchall() == [(number + 2,)]
    assert owner.execute("SELECT choice_no FROM person ORDER BY 1").fetchall() == rows
    for person in (one.person, other.person):
        assert state(person).refused == Scope.MARKETING.mask
    assert disagreements(store) == []


def test_many_keys_are_like_one() -> None:
    """Keys that are made at once have version and variant of UUIDv7, their time, and differ."""
    before, many, after = new_key(), [UUID(bytes=key) for key in new_keys(1_000)], new_key()
    assert {(key.version, key.variant) for key in many} == {(7, RFC_4122)}
    assert len(set(many)) == 1_000
    assert all(before.int >> 80 <= key.int >> 80 <= after.int >> 80 for key in many)


def test_nothing_optional_was_stated_to_people_of_unknown_origin(owner: psycopg.Connection) -> None:
    """An import without the words that were shown permits duties and no more."""
    arrival = Arrival(UNKNOWN, "old.csv", parse("p@example.org"), {"contact": {"email": "p@example.org"}}, proven=True)
    take([arrival])
    policy = in_force()
    row = owner.execute("SELECT stated::text, version FROM item JOIN stamp ON stamp.id = stamp_id").fetchone()
    assert row is not None
    assert row[1] is None
    assert int(row[0], 2) != 0
    assert ChannelKind.IMPORT in policy.channels
    stated = owner.execute("SELECT purposes FROM stamp").fetchone()
    assert stated is not None
    assert all(policy.purposes[name].default is None for name in stated[0].split())


def test_choices_come_along(owner: psycopg.Connection) -> None:
    """A box ticked beside the row counts as by the form: a no at once, a yes where the address is proven."""
    first, second, third = (
        Arrival(a.shown, a.source, a.address, a.given, (chosen,), proven=a.proven)
        for a, chosen in zip(_people(3), (NEWSLETTER, NEWSLETTER, NO_MARKETING), strict=True)
    )
    take([first, second, third])
    assert state(first.person).joined == {"newsletter"}
    assert state(second.person).joined == set()
    assert refused(owner, "person", "id", third.person) == {Scope.MARKETING}
