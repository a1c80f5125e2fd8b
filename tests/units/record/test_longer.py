"""Test that what a yes keeps for longer is kept as long as that yes was told, of however many people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from avow.policy.history import History, number
from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.matters import longer as module
from avow.record.matters.longer import longer
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.shown.versions import history, in_force, publish
from avow.record.taken.store import Given, keep
from avow.terms import Actor, Answer, ChannelKind, RecipientClass
from tests.units.record.cast import stamped

YES = Chosen(Answer.YES, purpose="talent")


def _apply(address: str, *, ticked: bool = True) -> UUID:
    """Let somebody apply, prove the address, and perhaps tick that they may be thought of for other openings."""
    words = {"position": "Keeper", "letter": "I like the sea."}
    given = [Given("contact", {"email": address}), Given("application", words)]
    person = keep(stamped(ChannelKind.APPLICATION, "/apply/"), given, parse(address))
    verify(person, parse(address).exact_id, "test")
    if ticked:
        choose(YES, Actor.PERSON_VERIFIED, "test", person)
    return person


@pytest.fixture
def kept(published: History, owner: psycopg.Connection) -> Callable[[UUID], int]:
    """Give for how many days the application of somebody is kept."""
    assert published.policies

    def days(person: UUID) -> int:
        row = owner.execute("SELECT until - at FROM item WHERE person_id = %s AND category = 'application'", [person])
        found: tuple[timedelta] | None = row.fetchone()
        assert found
        return found[0].days

    return days


def _due(owner: psycopg.Connection) -> None:
    """Let every application be at its end."""
    owner.execute("UPDATE item SET at = at - interval '365 days', until = until - interval '365 days'")


def test_a_later_version_keeps_for_longer_only_what_it_is_told_of(
    published: History, owner: psycopg.Connection, kept: Callable[[UUID], int]
) -> None:
    """A longer time is a meaning of its own: who said yes to two years is kept two years, whatever is published."""
    alice = _apply("alice@example.org")
    first = published.policies[-1]
    talent = replace(first.purposes["talent"], retention=1460)
    front = replace(first.front, version="second", effective=first.front.effective + timedelta(days=30))
    second = replace(first, front=front, source="second", purposes={**first.purposes, "talent": talent})
    assert publish(number([*published.policies, second]), ["second"]) == ["second"]
    bob = _apply("bob@example.org")
    _due(owner)
    assert longer() == 2
    assert [kept(one) for one in (alice, bob)] == [730, 1460]
    asked = history().use_word(in_force(), "talent", RecipientClass.COMPANY, frozenset({"application"}))
    assert [bool(_accepted(owner, one) & asked) for one in (alice, bob)] == [False, True], "asked anew"


def _accepted(owner: psycopg.Connection, person: UUID) -> int:
    row = owner.execute(
        "SELECT accepted::text FROM item WHERE person_id = %s AND category = 'application'", [person]
    ).fetchone()
    assert row
    return int(row[0], 2)


def test_all_who_said_yes_are_kept_however_many_are_due(
    owner: psycopg.Connection, kept: Callable[[UUID], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one transaction looks at are due on one day: none is left to what ends them next."""
    monkeypatch.setattr(module, "_BATCH", 1)
    people = [_apply(f"p{number_}@example.org", ticked=number_ < 3) for number_ in range(4)]
    _due(owner)
    assert longer() == 3
    assert [kept(one) for one in people] == [730, 730, 730, 365]


def test_a_yes_that_is_taken_back_leaves_the_time_of_the_one_that_stands(
    published: History, owner: psycopg.Connection, kept: Callable[[UUID], int]
) -> None:
    """Of a yes to two years and one to five hundred days: whichever is taken back, the other one's time stays."""
    first = published.policies[-1]
    pool = replace(first.purposes["talent"], id="pool", retention=500)
    front = replace(first.front, version="second", effective=first.front.effective + timedelta(days=30))
    second = replace(first, front=front, source="second", purposes={**first.purposes, "pool": pool})
    assert publish(number([*published.policies, second]), ["second"]) == ["second"]
    alice, bob = _apply("alice@example.org"), _apply("bob@example.org")
    for person in (alice, bob):
        choose(replace(YES, purpose="pool"), Actor.PERSON_VERIFIED, "test", person)
    _due(owner)
    longer()
    assert [kept(one) for one in (alice, bob)] == [730, 730]
    for person, purpose in ((alice, "talent"), (bob, "pool")):
        choose(Chosen(Answer.NO, purpose=purpose), Actor.PERSON_VERIFIED, "test", person)
    assert longer() == 1
    assert [kept(one) for one in (alice, bob)] == [500, 730]
    choose(Chosen(Answer.NO, purpose="pool"), Actor.PERSON_VERIFIED, "test", alice)
    assert longer() == 1
    assert [kept(one) for one in (alice, bob)] == [365, 730]
