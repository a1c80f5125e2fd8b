"""Test races with real threads: whoever refuses while others arrive, merge or choose, is refused."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction

from avow.errors import Contended
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.known.link import link, unlink
from avow.record.said import circle
from avow.record.said.choices import Chosen, choose, state
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.terms import Actor, Answer, ChannelKind, Scope
from tests.units.record.cast import NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")
ROUNDS = 25


def _together(*acts: Callable[[], object]) -> None:
    """Run acts at the same moment, each in a thread and on a connection of its own; raise what any raises."""
    start, raised = threading.Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except BaseException as error:  # noqa: BLE001 -- raised again below
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def _leaks(owner: psycopg.Connection) -> int:
    """Count items of mailboxes or persons that are refused, which are not refused themselves."""
    found = owner.execute(
        """SELECT count(*) FROM item i JOIN person p ON p.id = i.person_id
        WHERE (p.refused & ~ i.refused) <> 0::bit(256) OR EXISTS (
            SELECT 1 FROM address a JOIN reach r ON r.id = a.reach_id
            WHERE a.person_id = p.id AND (r.refused & ~ i.refused) <> 0::bit(256))"""
    ).fetchone()
    assert found is not None
    return int(found[0])


def test_a_refusal_beside_an_arrival_holds(owner: psycopg.Connection) -> None:
    """Somebody registers and refuses by link at the same moment: whichever is first, the items are refused."""
    for i in range(ROUNDS):
        address = f"p{i}@example.org"
        _together(partial(arrive, address), partial(_refuse, address))
    assert _leaks(owner) == 0
    assert owner.execute("SELECT count(*) FROM item").fetchone() == (2 * ROUNDS,)


def test_a_refusal_beside_a_merge_holds(owner: psycopg.Connection) -> None:
    """Two are merged while one of them refuses: both are refused."""
    pairs = [(arrive(f"a{i}@example.org"), arrive(f"b{i}@example.org")) for i in range(ROUNDS)]
    for i, (one, other) in enumerate(pairs):
        _together(partial(link, one, other, Actor.STAFF), partial(_refuse, f"a{i}@example.org"))
        assert state(other).refused & Scope.MARKETING.mask
    assert _leaks(owner) == 0


def test_many_acts_about_the_same_people_end(owner: psycopg.Connection) -> None:
    """Refusals at several mailboxes of linked people, at once and crosswise, all commit, each scope's first alone."""
    people = [arrive(f"p{i}@example.org", proven=True) for i in range(4)]
    for one, other in pairwise(people):
        link(one, other, Actor.STAFF)
    scopes = [scope for scope in Scope if scope.choice]
    told: list[tuple[int, Scope]] = []

    def refuse(i: int) -> None:
        scope = scopes[i % 6]
        said = choose(
            Chosen(Answer.NO, scope=scope), Actor.PERSON_UNVERIFIED, "link", reach=reach_of(f"p{i % 4}@example.org")
        )
        told.append((said, scope))

    _together(*(partial(refuse, i) for i in range(12)))
    rows = owner.execute("SELECT no, scope, count(*) FROM choice GROUP BY 1, 2").fetchall()
    assert {(no, Scope(scope), count) for no, scope, count in rows} == {(no, scope, 4) for no, scope in told}
    assert len(rows) == len({no for no, *_ in rows}) == 6
    assert _leaks(owner) == 0


@pytest.mark.parametrize("looks_again", [True, False])
def test_the_race_is_real(owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, *, looks_again: bool) -> None:
    """Somebody arrives between the first look and the lock: the second look finds them, and without it they leak."""
    arrive("shared@example.org")
    look, first = circle.look, list[dict[UUID, UUID | None]]()

    def interrupted(*args: Any, **kwargs: Any) -> dict[UUID, UUID | None]:
        if first:
            return look(*args, **kwargs) if looks_again else first[0]
        first.append(look(*args, **kwargs))
        _together(partial(arrive, "shared@example.org"))
        return first[0]

    monkeypatch.setattr(circle, "look", interrupted)
    _refuse("shared@example.org")
    assert (_leaks(owner) == 0) is looks_again


def test_whoever_keeps_arriving_holds_no_refusal_up(owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody registers a mailbox anew whenever its refusal looks who holds it: all are refused at the first try."""
    look = circle.look

    def crowded(*args: Any, **kwargs: Any) -> dict[UUID, UUID | None]:
        found = look(*args, **kwargs)
        _together(_arrive_or_leave)
        return found

    monkeypatch.setattr(circle, "look", crowded)
    _refuse("shared@example.org")
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (1,), "nobody arrives once the mailbox is locked"
    assert _leaks(owner) == 0


def test_a_mailbox_under_fire_is_refused_all_the_same(owner: psycopg.Connection) -> None:
    """Three who register one address as fast as they can do not starve the refusal of whose it is."""
    ended = threading.Event()

    def register() -> None:
        while not ended.is_set():
            arrive("victim@example.org")

    def refuse() -> None:
        try:
            for _ in range(5):
                _refuse("victim@example.org")
        finally:
            ended.set()

    _together(register, register, register, refuse)
    assert _leaks(owner) == 0
    assert state(reach=reach_of("victim@example.org")).refused == Scope.MARKETING.mask


def test_whoever_is_held_for_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle that never comes to rest is an error of its own, which can be tried again: nobody is missing."""
    monkeypatch.setattr(circle, "look", lambda *_, **__: {new_key(): None})
    with pytest.raises(Contended, match="try again"):
        _refuse("victim@example.org")


def test_an_unmerge_keeps_a_refusal_that_is_just_committing(owner: psycopg.Connection) -> None:
    """One refuses for a shared mailbox while another who holds it is parted: what is settled takes none of it back.

    The two acts lock nobody in common: only the item at the mailbox is touched by both.
    """
    mine, theirs, twin = _share("mine@example.org"), _share("theirs@example.org"), arrive("twin@example.org")
    choose(Chosen(Answer.NO, scope=Scope.INSIGHT), Actor.STAFF, "telephone", twin)
    link(theirs, twin, Actor.STAFF)
    thread = threading.Thread(target=_unlink, args=(theirs, twin))
    with transaction.atomic():
        choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", mine, reach_of("mine@example.org"))
        thread.start()
        assert _somebody_waits(owner)
    thread.join()
    rows = owner.execute("SELECT refused::text FROM item WHERE reach_id = %s", [reach_of("shared@example.org")])
    assert {int(mask, 2) for (mask,) in rows.fetchall()} == {Scope.MARKETING.mask}


def test_two_imports_of_one_refused_mailbox_both_end(owner: psycopg.Connection) -> None:
    """Both take over what the mailbox refuses, one after the other: neither gives up, and a refusal meanwhile holds."""
    _refuse("shared@example.org")
    staged = threading.Barrier(2)
    _together(
        partial(_import, "one.csv", staged),
        partial(_import, "two.csv", staged),
        partial(_refuse, "shared@example.org"),
    )
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (2,)
    assert _leaks(owner) == 0


def _import(source: str, staged: threading.Barrier) -> None:
    """Import who has the shared mailbox, beside another who does."""
    given = {"contact": {"email": "shared@example.org"}}
    shown = show(in_force(), ChannelKind.REGISTRATION, "en")
    arrival = Arrival(shown, source, parse("shared@example.org"), given, proven=True)
    take([arrival], lambda _: staged.wait())


def _share(address: str) -> UUID:
    """Let somebody come with an address of their own and one that others hold as well."""
    person = arrive(address, proven=True)
    return arrive("shared@example.org", person=person, proven=True)


def _somebody_waits(owner: psycopg.Connection) -> bool:
    """Wait until somebody waits for a lock."""
    for _ in range(200):
        if owner.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is not None:
            return True
        time.sleep(0.02)
    return False


def _unlink(person: UUID, other: UUID) -> None:
    try:
        unlink(person, other)
    finally:
        connections.close_all()


def _arrive_or_leave() -> None:
    """Register, unless the mailbox is locked for longer than a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with suppress(OperationalError):
        arrive("shared@example.org")


def _refuse(address: str) -> None:
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of(address))
