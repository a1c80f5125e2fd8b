"""Test that what staff look people up by is hashed alike however it comes in, and holds nothing in clear."""

import psycopg
import pytest

from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.seen.find import find
from avow.record.shown.stamp import UNKNOWN
from avow.record.taken.bulk import Arrival, take
from avow.record.taken.lookup import MOST, lookup, sought
from tests.units.record.cast import arrive
from tests.units.record.conftest import example, published

__all__ = ["example", "published"]

_LOOKUP = "SELECT lookup FROM item WHERE person_id = %s AND category = 'profile'"


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ("Anna-Maria Öztürk", "ÖZTÜRK anna"),
        ("Anna-Maria Öztürk", "annamariaöztürk"),
        ("+49 (30) 1234-56", "4930123456"),
        ("O'Brien", "o\u2019brien"),
        ("\uff37\uff29\uff24\uff25", "wide"),
        ("Straße", "strasse"),
        ("Łódź Works", "works"),
    ],
)
def test_case_width_and_signs_do_not_matter(held: str, text: str) -> None:
    """A text finds a value that holds all its words, or that it is the whole of."""
    numbers = set(lookup(("name",), {"name": held}) or ())
    assert any(wanted and numbers.issuperset(wanted) for wanted in sought(text))


def test_parts_of_words_and_nothing_find_nothing() -> None:
    """A part of a word is another word; what has no word has no hash; a value of many words is cut."""
    numbers = set(lookup(("name",), {"name": "Alice Example"}) or ())
    assert not numbers.issuperset(sought("Ali")[0])
    assert lookup(("name",), {"name": "-- ' \" %"}) is None
    assert lookup(("name",), {"other": "Alice"}) is None
    assert sought(" .,; ") == ([], [])
    assert len(lookup(("name",), {"name": " ".join(f"w{n}" for n in range(500))}) or ()) <= MOST + 1


def test_kept_and_imported_are_found_alike(published: History, owner: psycopg.Connection) -> None:
    """One by one or in bulk, the same name has the same hashes, and its words stand nowhere beside them."""
    assert published.policies
    alice = arrive("alice@example.org")
    name = owner.execute("SELECT fields->>'name' FROM item WHERE category = 'profile'").fetchone()
    assert name
    other = Arrival(
        UNKNOWN, "t.csv", parse("b@example.org"), {"contact": {"email": "b@example.org"}, "profile": {"name": name[0]}}
    )
    take([other])
    kept, taken = (owner.execute(_LOOKUP, [person]).fetchone() for person in (alice, other.person))
    assert kept == taken
    assert kept
    assert kept[0]
    assert {person for person, _ in find(name[0], {"profile"})} == {alice, other.person}
    assert find(name[0], {"contact"}) == []
    contact = owner.execute("SELECT lookup FROM item WHERE category = 'contact'").fetchall()
    assert contact == [(None,), (None,)]
