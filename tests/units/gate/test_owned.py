"""Test that what is reserved for owners reaches who owns it now, was told before, and within its time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from avow.gate.clear import clear
from avow.gate.facts import Lists, classes
from avow.policy.history import History
from avow.record.products.possess import give_up, possess
from avow.record.products.register import add_advisory, add_product, add_series
from avow.record.said.chosen import Chosen
from avow.terms import Answer, MessageKind
from tests.units.gate.cast import arrive, prove, refuse, request

SECURITY, DOWNLOAD = MessageKind.EXEMPT_SECURITY, MessageKind.EXEMPT_DOWNLOAD
NAMES = ("alice", "bob", "carol", "dave", "erin", "frank")


@pytest.fixture
def people(published: History, owner: psycopg.Connection) -> dict[str, UUID]:
    """Give people who proved their addresses, and two products; each owns one more thing, which is for nobody."""
    assert published.policies
    owner.execute("ALTER TABLE possession NO FORCE ROW LEVEL SECURITY")
    for name in ("pier", "quay", "boat"):
        add_product(name, name.title())
    found = {name: arrive(f"{name}@example.org") for name in NAMES}
    for name, person in found.items():
        prove(person, f"{name}@example.org")
        assert possess(person, "boat", "7.0")
    return found


def _reached(kind: MessageKind, to: str, people: dict[str, UUID]) -> set[str]:
    """Give who is reached one by one, having seen that among everybody it is the same people."""
    asked = request(kind)
    cleared = {one.person for one in clear(asked, list(people.values()), to).allowed}
    groups = classes(Lists(to, (to,), joined_only=False), ["contact"])
    assert cleared == {person for _, left, alike in groups if not left for person in alike}
    return {name for name, person in people.items() if person in cleared}


def test_a_warning_is_for_who_owns_that_very_version(people: dict[str, UUID], owner: psycopg.Connection) -> None:
    """Not for who owns another version or product, has it no more, or was not told; each is enough to be left out."""
    to = add_advisory("hole", "pier", ["1.0", "1.1"])
    for name, product, version in (
        ("alice", "pier", "1.0"),
        ("bob", "pier", "2.0"),
        ("carol", "quay", "1.0"),
        ("dave", "pier", "1.0"),
        ("erin", "pier", "1.1"),
    ):
        assert possess(people[name], product, version)
    give_up(people["dave"], "pier", "1.0")
    give_up(people["frank"], "boat", "7.0")
    give_up(people["frank"], "boat", "7.0")
    ended = owner.execute("SELECT length(covers) / 32 FROM entry WHERE kind = 'ended' ORDER BY id").fetchall()
    assert ended == [(1,), (2,)], "what each had, and that the second owns nothing more; it is told once"
    owner.execute("UPDATE possession SET notice = NULL WHERE person_id = %s AND product = 'pier'", [people["erin"]])
    assert _reached(SECURITY, to, people) == {"alice"}
    assert possess(people["bob"], "pier", "1.1")
    assert _reached(SECURITY, to, people) == {"alice", "bob"}
    assert _reached(SECURITY, add_advisory("other", "quay", ["1.0"]), people) == {"carol"}


def test_a_no_to_one_message_about_a_product_is_a_no_to_all_about_it(people: dict[str, UUID]) -> None:
    """Who left one warning gets no other about that product, and those about another product all the same."""
    first, second = (add_advisory(name, "pier", ["1.0"]) for name in ("hole", "crack"))
    other = add_advisory("rust", "quay", ["1.0"])
    for name in ("alice", "bob"):
        assert possess(people[name], "pier", "1.0")
        assert possess(people[name], "quay", "1.0")
    refuse(Chosen(Answer.NO, list=first), people["alice"], "alice@example.org")
    for to, reached in ((first, {"bob"}), (second, {"bob"}), (other, {"alice", "bob"})):
        cleared = clear(request(SECURITY), list(people.values()), to).allowed
        assert {one.person for one in cleared} == {people[name] for name in reached}


def test_a_series_is_for_who_downloaded_in_it_and_ends(people: dict[str, UUID], owner: psycopg.Connection) -> None:
    """It is for nobody of another series, nor for who owns the product, nor after its end."""
    until = datetime.now(UTC) + timedelta(days=30)
    guide, tour = (add_series(name, "pier", "Two letters on how to begin.", until, 2) for name in ("guide", "tour"))
    assert possess(people["alice"], "pier", series="guide")
    assert possess(people["bob"], "pier", series="tour")
    assert possess(people["carol"], "pier", "1.0")
    assert (_reached(DOWNLOAD, guide, people), _reached(DOWNLOAD, tour, people)) == ({"alice"}, {"bob"})
    owner.execute("UPDATE reserved SET until = now() - interval '1 second' WHERE list_id = %s", [guide])
    assert (_reached(DOWNLOAD, guide, people), _reached(DOWNLOAD, tour, people)) == (set(), {"bob"})
