"""Test taking many refusals at once: as strict as one by one, known or not, once however often they are told."""

import threading
import time
from collections.abc import Callable
from functools import partial

import psycopg
import pytest
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from avow.errors import CollectionError
from avow.record.declare import keeping
from avow.record.known.link import link
from avow.record.said.choices import Chosen, choose, state
from avow.record.taken.bulk import take
from avow.record.taken.refuse import Refused, _lock, refuse
from avow.record.taken.sheets.refusals import Refusal
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Relation, Scope
from tests.units.record.cast import NEWSLETTER, YES_MARKETING, arrive, reach_of, refused
from tests.units.record.test_bulk import _people
from tests.units.record.test_covered import disagreements
from tests.units.record.test_race import _leaks

pytestmark = pytest.mark.usefixtures("published")


def no(address: str, scope: Scope | None = Scope.MARKETING, name: str | None = None) -> Refusal:
    """Give a refusal of a mailbox."""
    return Refusal(reach_of(address), scope, name, "mailchimp unsubscribed.csv: wants no marketing")


def test_strangers_and_holders_refuse(store: Embedded, owner: psycopg.Connection) -> None:
    """Nobody needs to be known; who holds the mailbox, whoever is linked, and all their mailboxes refuse."""
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    alice = arrive("alice@example.org", proven=True)
    link(bob, twin, Actor.STAFF)
    assert refuse([no("Bob+x@example.org"), no("stranger@example.com")]) == Refused(2, 3, 0)
    assert refused(owner, "person", "own", format(Scope.MARKETING.mask, "0256b")) == {Scope.MARKETING}
    for address in ("bob@example.org", "twin@example.net", "stranger@example.com"):
        assert refused(owner, "reach", "id", reach_of(address)) == {Scope.MARKETING}
    assert [state(one).refused for one in (bob, twin, alice)] == [Scope.MARKETING.mask, Scope.MARKETING.mask, 0]
    assert owner.execute("SELECT DISTINCT actor FROM choice").fetchall() == [("import",)]
    assert _leaks(owner) == 0
    assert disagreements(store) == []


def test_once_more_changes_nothing(owner: psycopg.Connection) -> None:
    """The same list again writes no choice and raises no number."""
    arrive("bob@example.org", proven=True)
    told = [no("bob@example.org"), no("bob@example.org"), no("s@example.com"), no("b@example.com", Scope.BOUNCED)]
    assert refuse(told) == Refused(3, 2, 1)
    before = owner.execute("SELECT id, refused, choice_no FROM reach ORDER BY 1").fetchall()
    assert refuse(told) == Refused(3, 0, 0)
    assert owner.execute("SELECT id, refused, choice_no FROM reach ORDER BY 1").fetchall() == before


def test_a_refusal_after_a_change_of_mind_is_news() -> None:
    """Whoever said yes since refuses again by a later list: deny is never passed over."""
    bob = arrive("bob@example.org", proven=True)
    refuse([no("bob@example.org")])
    choose(YES_MARKETING, Actor.PERSON_VERIFIED, "page", bob, reach_of("bob@example.org"))
    assert not state(bob).refused & Scope.MARKETING.mask
    assert refuse([no("bob@example.org")]).choices == 1
    assert state(bob).refused & Scope.MARKETING.mask


def test_a_bounce_is_a_condition_of_its_mailbox(store: Embedded, owner: psycopg.Connection) -> None:
    """It bars the mailbox and the items that carry it, spreads to nobody, and is no choice."""
    bob = arrive("bob@example.org", proven=True)
    link(bob, arrive("twin@example.net", proven=True), Actor.STAFF)
    assert refuse([no("bob@example.org", Scope.BOUNCED)]) == Refused(1, 0, 1)
    assert refused(owner, "item", "reach_id", reach_of("bob@example.org")) == {Scope.BOUNCED}
    assert refused(owner, "reach", "id", reach_of("twin@example.net")) == set()
    assert state(bob).refused == 0
    assert owner.execute("SELECT count(*) FROM choice").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM entry WHERE kind = 'bounced'").fetchone() == (1,)
    assert disagreements(store) == []


def test_one_list_is_left_by_person_and_mailbox(owner: psycopg.Connection) -> None:
    """A refusal of one list leaves it, joined or not, and nothing else; strangers too."""
    dave = arrive("dave@example.org", NEWSLETTER, proven=True)
    assert state(dave).joined == {"newsletter"}
    refuse([no("dave@example.org", None, "newsletter"), no("s@example.com", None, "newsletter")])
    assert state(dave).joined == set()
    assert state(dave).left == {"newsletter"}
    assert state(dave).refused == 0
    assert state(reach=reach_of("s@example.com")).left == {"newsletter"}
    joined = owner.execute("SELECT relations & %s FROM person WHERE id = %s", [Relation.JOINED.mask, dave]).fetchone()
    assert joined == (0,)


def test_a_list_that_nobody_knows_is_refused(owner: psycopg.Connection) -> None:
    """Nothing of it is kept then."""
    with pytest.raises(CollectionError, match="nobody can choose"):
        refuse([no("a@example.org"), no("b@example.org", None, "bulletin")])
    assert owner.execute("SELECT count(*) FROM reach").fetchone() == (0,)


def test_many_equal_one_by_one(owner: psycopg.Connection) -> None:
    """For every tangle of links, shared and several mailboxes: the same is refused as by choosing one after another."""
    tables = {
        "person": "SELECT encode(exact, 'hex'), own, refused FROM person p JOIN address a ON a.person_id = p.id",
        "reach": "SELECT encode(id, 'hex'), refused FROM reach",
        "item": "SELECT category, encode(exact, 'hex'), i.refused FROM item i JOIN address a USING (person_id)",
        "unlisted": "SELECT encode(reach_id, 'hex'), list_id FROM unlisted",
        "subscription": "SELECT encode(exact, 'hex'), joined FROM subscription s JOIN address a USING (person_id)",
        "choice": "SELECT encode(reach, 'hex'), encode(exact, 'hex'), scope, list, answer, actor FROM choice c"
        " LEFT JOIN address a ON a.person_id = c.person_id",
    }
    people = [arrive(f"p{number % 5}@example.org", NEWSLETTER, proven=True) for number in range(7)]
    for one, other in ((0, 1), (1, 5), (2, 6)):
        link(people[one], people[other], Actor.STAFF)
    told = [no("p1@example.org"), no("p2@example.org", Scope.OPTIONAL), no("p3@example.org", None, "newsletter")]
    told += [no("s@example.com"), no("p4@example.org"), no("p4@example.org", None, "newsletter")]
    found = list[dict[str, list[str]]]()
    for way in (refuse, _one_by_one):
        with transaction.atomic():
            way(told)
            with keeping() as cursor:
                found.append({name: _rows(cursor, query) for name, query in tables.items()})
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert owner.execute("SELECT count(*) FROM unlisted").fetchone() == (0,)


def _rows(cursor: CursorWrapper, query: str) -> list[str]:
    cursor.execute(query)
    return sorted(map(str, cursor.fetchall()))


def _one_by_one(told: list[Refusal]) -> None:
    for one in told:
        chosen = Chosen(Answer.NO, scope=one.scope, list=one.list)
        choose(chosen, Actor.IMPORT, one.evidence, reach=one.reach)


@pytest.mark.parametrize("act", ["arrive", "link"])
def test_who_comes_while_the_list_is_taken_waits_and_is_refused(
    owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Once those who are concerned are found, nobody joins them unseen: who registers or is merged waits, and refuses.

    Shown to fail where the persons and mailboxes are found, and not locked.
    """
    bob, twin = arrive("bob@example.org", proven=True), arrive("twin@example.net", proven=True)
    acts: dict[str, Callable[[], object]] = {
        "arrive": partial(arrive, "Bob+late@example.org"),
        "link": partial(link, bob, twin, Actor.STAFF),
    }
    beside = threading.Thread(target=_closing, args=(acts[act],))

    def locked(cursor: CursorWrapper) -> int:
        number = _lock(cursor)
        beside.start()
        while beside.is_alive() and owner.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is None:
            time.sleep(0.01)
        return number

    monkeypatch.setattr("avow.record.taken.refuse._lock", locked)
    refuse([no("bob@example.org")])
    beside.join()
    assert _leaks(owner) == 0
    refusing = owner.execute("SELECT count(*) FROM person WHERE refused <> 0::bit(256)").fetchone()
    assert refusing == (2,)


def _closing(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connections.close_all()


def test_an_import_after_it_undoes_nothing() -> None:
    """Who comes by a file of people afterwards is refused from the first instant."""
    refuse([no("p1@example.org"), no("p2@example.org", Scope.BOUNCED)])
    assert take(_people(4)).refused == 1
    assert state(reach=reach_of("p1@example.org")).refused == Scope.MARKETING.mask
