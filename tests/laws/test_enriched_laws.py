"""The laws of facts from others: hidden by a no, shown again by a verified yes alone, never stored after a no."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from avow.decision.request import Request
from avow.gate.clear import clear
from avow.policy.folder import load
from avow.record.enriched.enrich import enrich as record
from avow.record.known.address import parse
from avow.record.known.link import link, unlink
from avow.record.said.choices import Chosen, choose
from avow.record.shown.versions import publish
from avow.record.taken.sheets.report import Report
from avow.store.server.embedded import Embedded
from avow.terms import Actor, Answer, Scope
from avow.uses.enrich import Order, enrich
from tests.units.record.cast import arrive

EXAMPLE = Path(__file__).parents[2] / "policies/example"
SCOPES = (Scope.OPTIONAL, Scope.MARKETING, Scope.ENRICHMENT, Scope.INSIGHT)
BARS = frozenset({Scope.OPTIONAL, Scope.MARKETING, Scope.ENRICHMENT})
OFFERS = Request("offers", frozenset({"contact", "enrichment"}))


@pytest.fixture
def people(store: Embedded) -> dict[UUID, bytes]:
    """Give six people with proven addresses."""
    assert store.url("avow_app")
    publish(load(EXAMPLE))
    names = [f"p{number}@example.org" for number in range(6)]
    return {arrive(name, proven=True): parse(name).reach_id for name in names}


def merge(folder: Path, names: Sequence[str]) -> int:
    """Merge one fact for each address."""
    path = folder / "facts.csv"
    path.write_text("email,fact\n" + "".join(f"{name},a fact\n" for name in names))
    return enrich(Order(path, "Acme Data", "a licence", date(2026, 11, 1)), Report()).taken


def seen(people: Sequence[UUID]) -> set[UUID]:
    """Give of whom marketing is shown the fact."""
    return {one.person for one in clear(OFFERS, people).allowed if "enrichment" in one.fields}


def test_a_fact_is_seen_if_and_only_if_nothing_that_it_lies_in_is_refused(
    people: Mapping[UUID, bytes], tmp_path: Path
) -> None:
    """Through histories of yes and no, links and their ends, the fact follows the union of what is refused."""
    random, names = Random(21), [f"p{number}@example.org" for number in range(6)]  # noqa: S311 -- a story, no secret
    assert merge(tmp_path, names) == 6
    refused: dict[UUID, set[Scope]] = {one: set() for one in people}
    persons = list(people)
    for step in range(90):
        who, scope = random.choice(persons), random.choice(SCOPES)
        if random.random() < 0.5:
            choose(Chosen(Answer.NO, scope=scope), Actor.PERSON_UNVERIFIED, "told", who, people[who])
            refused[who].add(scope)
        else:
            choose(Chosen(Answer.YES, scope=scope), Actor.PERSON_VERIFIED, "told", who, people[who])
            refused[who].discard(scope)
        if step % 6 == 5:
            assert seen(persons) == {one for one in persons if not refused[one] & BARS}, step
    for one in persons:
        choose(Chosen(Answer.YES, scope=Scope.OPTIONAL), Actor.PERSON_VERIFIED, "told", one, people[one])
        for scope in BARS:
            choose(Chosen(Answer.YES, scope=scope), Actor.PERSON_VERIFIED, "told", one, people[one])
    assert seen(persons) == set(persons)
    link(persons[0], persons[1], Actor.STAFF)
    choose(Chosen(Answer.NO, scope=Scope.ENRICHMENT), Actor.PERSON_UNVERIFIED, "told", persons[0], people[persons[0]])
    assert seen(persons) == set(persons[2:])
    unlink(persons[0], persons[1])
    assert not seen(persons[:1])


def test_without_the_tie_a_no_to_facts_would_not_hide_them_from_offers(
    people: Mapping[UUID, bytes], tmp_path: Path, owner: psycopg.Connection
) -> None:
    """The law above rests on the trigger: with it taken out, marketing sees what the person refused."""
    owner.execute("DROP TRIGGER refuse_both ON item")
    who = next(iter(people))
    assert merge(tmp_path, ["p0@example.org"]) == 1
    choose(Chosen(Answer.NO, scope=Scope.ENRICHMENT), Actor.PERSON_UNVERIFIED, "told", who, people[who])
    assert seen([who]) == {who}


@pytest.mark.parametrize("locked", [True, False])
def test_no_fact_is_stored_after_a_no_was_acknowledged(
    people: Mapping[UUID, bytes],
    tmp_path: Path,
    owner: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    *,
    locked: bool,
) -> None:
    """A no between decision and storing waits for the end, and hides it; without the lock it comes too late."""
    who, told = next(iter(people)), threading.Event()

    def refuse() -> None:
        choose(Chosen(Answer.NO, scope=Scope.ENRICHMENT), Actor.PERSON_UNVERIFIED, "told", who, people[who])
        told.set()
        connections.close_all()

    other, stored = threading.Thread(target=refuse), []

    def keep(*words: Any) -> int:
        other.start()
        stored.append(told.wait(1.0 if locked else 60.0))
        return record(*words)

    monkeypatch.setattr("avow.uses.enrich.keep", keep)
    if not locked:
        monkeypatch.setattr("avow.record.enriched.waiting.hold", lambda _: None)
    assert merge(tmp_path, ["p0@example.org"]) == 1
    other.join(20)
    assert told.is_set()
    assert stored == [not locked], "acknowledged before the fact was stored"
    assert owner.execute("SELECT count(*) FROM item WHERE lot_id IS NOT NULL").fetchone() == (1,)
    assert not seen([who])
