"""Test what waits for a proof: whose ticks, at which mailbox, in the words of which version."""

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from avow.policy.folder import load
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.said.choices import Chosen, choose, state
from avow.record.said.confirm import ticked
from avow.record.shown.versions import publish
from avow.record.taken.store import Given, keep
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, YES_MARKETING, arrive, reach_of, stamped

ALICE, PIER, BOB = "alice@example.org", "pier@example.org", "bob@example.org"
OUTSIDE, NOTES = (Chosen(Answer.YES, purpose=name) for name in ("outside-marketing", "courtesy"))
FIRST, SECOND = "2025-01-01", "2027-03-01"


@pytest.fixture
def known(store: Embedded) -> History:
    """Publish three versions, of which each states more."""
    assert store.folder.exists()
    found = load("policies/changes")
    publish(found, [SECOND, "2027-09-01"])
    return found


def _ticked(person: UUID, address: str) -> frozenset[str]:
    return ticked(person, parse(address).exact_id).purposes


def _prove(person: UUID, address: str) -> None:
    verify(person, parse(address).exact_id, "test")


@pytest.mark.usefixtures("known")
def test_each_address_has_its_own_ticks() -> None:
    """What one ticked at an address waits for that one: not for another of theirs, nor for anybody else."""
    alice, bob = arrive(ALICE, NEWSLETTER), arrive(BOB, OUTSIDE)
    arrive(PIER, NOTES, person=alice)
    choose(Chosen(Answer.NO, purpose="offers"), Actor.PERSON_UNVERIFIED, "form", alice, reach_of(ALICE))
    assert _ticked(alice, ALICE) == {"newsletter"}
    assert _ticked(alice, PIER) == {"courtesy"}
    assert _ticked(bob, BOB) == {"outside-marketing"}
    assert _ticked(alice, BOB) == frozenset(), "it is not hers"
    _prove(alice, PIER)
    assert state(alice).accepted == {"courtesy"}
    assert state(alice).joined == frozenset()
    _prove(alice, ALICE)
    assert state(alice).accepted == {"courtesy", "newsletter"}
    assert state(alice).joined == {"newsletter"}
    assert state(bob).accepted == frozenset()
    assert _ticked(alice, ALICE) == frozenset(), "it waits no more"


@pytest.mark.usefixtures("known")
def test_at_an_address_that_was_given_up_nothing_waits(owner: psycopg.Connection) -> None:
    """Whoever left an address confirms nothing by it."""
    alice = arrive(ALICE, NEWSLETTER)
    owner.execute("UPDATE address SET ended = now()")
    assert _ticked(alice, ALICE) == frozenset()


@pytest.mark.usefixtures("known")
def test_a_list_is_told_by_its_purpose(owner: psycopg.Connection) -> None:
    """Whoever is asked to confirm reads what a list is for; a scope that is freed again is no purpose."""
    owner.execute(
        "INSERT INTO list (id, purpose, topic, title, joined_only) VALUES ('crew', 'newsletter', NULL, 'Crew', true)"
    )
    alice = arrive(ALICE, Chosen(Answer.YES, list="crew"), YES_MARKETING)
    assert _ticked(alice, ALICE) == {"newsletter"}
    _prove(alice, ALICE)
    assert state(alice).joined == {"crew"}


def test_a_scope_and_a_topic_that_wait_count_when_it_is_proven(known: History) -> None:
    """What was refused before, and is ticked anew without proof, stays refused until there is one."""
    alice = arrive(ALICE, proven=True)
    topic = 1 << known.topics["versions"]
    for chosen in (NO_MARKETING, Chosen(Answer.NO, topic="versions")):
        choose(chosen, Actor.PERSON_VERIFIED, "page", alice, reach_of(ALICE))
    arrive(PIER, YES_MARKETING, Chosen(Answer.YES, topic="versions"), person=alice)
    assert state(alice).refused == Scope.MARKETING.mask | topic
    assert state(alice).pending
    _prove(alice, PIER)
    assert state(alice).refused == 0


def test_the_words_are_those_under_which_data_was_given_last(known: History, owner: psycopg.Connection) -> None:
    """The newest item says which version was shown; what came without words says nothing of it."""
    alice = arrive(ALICE, NEWSLETTER)
    exact = parse(ALICE).exact_id
    assert ticked(alice, exact).policy == known.version(FIRST)
    owner.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY")
    first = owner.execute("SELECT DISTINCT stamp_id FROM item").fetchone()
    assert first
    keep(stamped(source="/again/"), [Given("contact", {"email": ALICE})], parse(ALICE), (), alice)
    later = owner.execute("SELECT DISTINCT stamp_id FROM item WHERE stamp_id <> %s", first).fetchone()
    assert later
    owner.execute("ALTER TABLE stamp DISABLE TRIGGER ALL")
    owner.execute("UPDATE stamp SET version = %s WHERE id = %s", [SECOND, later[0]])
    owner.execute("UPDATE item SET at = %s WHERE stamp_id = %s", [datetime(2026, 5, 1, tzinfo=UTC), later[0]])
    owner.execute("UPDATE item SET at = %s WHERE stamp_id = %s", [datetime(2026, 4, 1, tzinfo=UTC), first[0]])
    assert ticked(alice, exact).policy == known.version(SECOND)
    owner.execute("UPDATE item SET at = %s WHERE stamp_id = %s", [datetime(2026, 6, 1, tzinfo=UTC), first[0]])
    assert ticked(alice, exact).policy == known.version(FIRST)
    owner.execute("UPDATE stamp SET version = NULL WHERE id = %s", [first[0]])
    assert ticked(alice, exact).policy == known.version(SECOND)
    assert ticked(arrive(BOB), exact).policy == known.version(FIRST)
