"""What those who work for us see is their agreement, the policy and the person's state, all at once, and no more."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import psycopg
import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avow.decision.decide import decide
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.disclosure.processors.agree import end, offered
from avow.errors import Denied
from avow.gate.seen import run as seen
from avow.gate.seen.reader import Reader
from avow.gate.seen.run import run
from avow.policy.history import History
from avow.record.agreed import agreement
from avow.record.agreed.agreement import Terms, agree
from avow.record.key import NOBODY, new_key
from avow.record.mask import from_bits
from avow.store.server.embedded import Embedded
from avow.terms import RecipientClass, Relation, Role
from tests.laws.test_gate_laws import crowd
from tests.units.disclosure.cast import PRINT, agreed, as_processor, reader
from tests.units.gate.cast import arrive
from tests.units.gate.conftest import published

__all__ = ["published"]

DAYS = st.sampled_from([-2, -1, 1, 2])
ITEMS = """
SELECT i.person_id, i.id, i.category, i.stated::text, i.accepted::text,
    (p.refused | i.refused | coalesce(r.refused, 0::bit(256)))::text, p.relations
FROM item i JOIN person p ON p.id = i.person_id LEFT JOIN reach r ON r.id = i.reach_id
"""
_numbers = count()
Seen = Mapping[UUID, frozenset[UUID]]


@pytest.fixture
def people(published: History) -> list[UUID]:
    """Let people arrive, choose and be merged."""
    return crowd(published.policies[-1], 11, 40)


def wanted(published: History, owner: psycopg.Connection, purpose: str, terms: Terms) -> tuple[Seen, frozenset[UUID]]:
    """Give what must be seen, rule by rule: who with which items; and which items bare SQL may show."""
    policy = published.policies[-1]
    categories = policy.purposes[purpose].categories & {*terms.categories}
    now = datetime.now(UTC)
    stands = terms.begins <= now and (terms.ends is None or now < terms.ends)
    if not (stands and purpose in terms.purposes and categories):
        return {}, frozenset()
    heads = {"contact"} & categories or categories
    found, bare, led = defaultdict[UUID, set[UUID]](set), set[UUID](), set[UUID]()
    for person, item, category, stated, accepted, refused, relations in owner.execute(ITEMS).fetchall():
        facts = Facts(from_bits(stated), from_bits(accepted), from_bits(refused), relations | Relation.AGREEMENT.mask)
        asked = Request(purpose, categories, RecipientClass.PROCESSOR)
        every = Facts(facts.stated, facts.accepted, facts.refused, -1)
        if category not in categories:
            continue
        if decide(published, policy, asked, every).allowed:
            bare.add(item)
        if decide(published, policy, asked, facts).allowed:
            found[person].add(item)
            if category in heads:
                led.add(person)
    return {person: frozenset(items) for person, items in found.items() if person in led}, frozenset(bare)


def pages(by: Reader, purpose: str, size: int) -> Seen:
    """Give all that a run shows, page by page; nothing where it is denied."""
    found: dict[UUID, frozenset[UUID]] = {}
    after: UUID | None = NOBODY
    while after is not None:
        try:
            page = run(by, purpose, after, size)
        except Denied:
            return found
        found |= {person: frozenset(one.id for one in items) for person, items in page.people.items()}
        after = page.after
    return found


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_a_processor_sees_is_agreement_and_policy_and_person(
    published: History, people: list[UUID], store: Embedded, owner: psycopg.Connection, data: st.DataObject
) -> None:
    """Of drawn agreements, whenever they hold: exactly what each names, the policy permits and nobody refused."""
    assert people
    policy = published.policies[-1]
    services = [one.id for one in offered(policy)]
    now, number = datetime.now(UTC), next(_numbers)
    ends = data.draw(st.none() | DAYS)
    terms = Terms(
        f"a{number}",
        f"Organization {number}",
        tuple(data.draw(st.lists(st.sampled_from(services), unique=True, min_size=1))),
        tuple(data.draw(st.lists(st.sampled_from([*policy.categories]), unique=True, min_size=1))),
        "drawn",
        (),
        now + timedelta(days=data.draw(DAYS)),
        None if ends is None else now + timedelta(days=ends),
    )
    agree(terms)
    by = Reader(new_key(), Role.PROCESSOR, terms.id)
    for purpose in data.draw(st.lists(st.sampled_from([*services, "offers", "rights"]), unique=True, min_size=1)):
        wants, bare = wanted(published, owner, purpose, terms)
        assert pages(by, purpose, data.draw(st.integers(1, 60))) == wants, (purpose, terms)
        with as_processor(store, terms.id, purpose) as app:
            assert {item for (item,) in app.execute("SELECT id FROM item").fetchall()} == bare, (purpose, terms)


def test_the_law_is_about_somebody(published: History, people: list[UUID], owner: psycopg.Connection) -> None:
    """An agreement in force shows some of the people drawn, not all, and of those who refused or never ordered none."""
    terms = agreed(categories=("contact", "profile", "order"))
    wants, _ = wanted(published, owner, "orders", terms)
    assert 0 < len(wants) < len(people)
    assert pages(reader(terms), "orders", 3) == wants
    assert wanted(published, owner, "support", terms) == ({}, frozenset())


def _ended_while_read(monkeypatch: pytest.MonkeyPatch) -> bool:
    """End an agreement while a page is read under it; say whether the end was through before the page was."""
    arrive("alice@example.org")
    through, terms = threading.Event(), agreed(purposes=("account",), categories=("contact",))

    def finish() -> None:
        end(PRINT.id, "the work is done")
        through.set()
        connections.close_all()

    def noted(*_: object) -> int:
        assert transaction.get_connection().in_atomic_block
        thread.start()
        return int(through.wait(0.5))

    thread = threading.Thread(target=finish)
    monkeypatch.setattr(seen, "note", noted)
    page = run(reader(terms), "account", NOBODY)
    thread.join()
    assert len(page.people) == 1
    with pytest.raises(Denied):
        run(reader_of(terms), "account", NOBODY)
    return bool(page.entry)


def reader_of(terms: Terms) -> Reader:
    """Give who would read under an agreement that lets nobody in any more."""
    return Reader(new_key(), Role.PROCESSOR, terms.id)


@pytest.mark.usefixtures("published")
def test_an_end_waits_for_who_is_just_reading_in_a_race(monkeypatch: pytest.MonkeyPatch) -> None:
    """When an end is acknowledged, no page is being read under the agreement: it waits until that is done."""
    assert not _ended_while_read(monkeypatch)


@pytest.mark.usefixtures("published")
def test_the_race_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a reading does not hold the agreement, its end is acknowledged while a page is still read under it."""
    monkeypatch.setattr(agreement, "_HELD", agreement._HELD.removesuffix(" FOR SHARE"))  # noqa: SLF001 -- taken out
    assert _ended_while_read(monkeypatch)
