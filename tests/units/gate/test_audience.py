"""Test the audience: who is in it, how it pages, and by which plan it is read."""

import json
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avow.decision.request import Request
from avow.gate import audience as module
from avow.gate.audience import audience, members
from avow.gate.paged.groups import groups
from avow.gate.paged.page import Page, merged_query, spanned_query
from avow.gate.ruling import ruling
from avow.policy.history import History
from avow.record.declare import keeping, using
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.terms import Actor, Answer, ChannelKind, MessageKind
from tests.units.gate.cast import NO_MARKETING, arrive, prove, refuse, request

OFFER, NEWS = MessageKind.MARKETING_OFFER, MessageKind.NEWSLETTER
CROWD = """
INSERT INTO stamp (id, channel, source, version, purposes) VALUES (%(stamp)s, 'registration', 'x', %(version)s, '');
CREATE TEMP TABLE crowd AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, 8000) AS n;
INSERT INTO person (id, at, own, refused, relations, choice_no)
    SELECT id, now(), 0::bit(256), 0::bit(256), 0, 0 FROM crowd;
INSERT INTO item (person_id, id, category, stamp_id, at, event, fields, stated, accepted, refused, salt, entry, pos)
    SELECT c.id, gen_random_uuid(), k, %(stamp)s, now(), gen_random_uuid(), jsonb_build_object('n', n),
        (CASE WHEN n %% 3 = 0 THEN 1 ELSE 2 END)::bit(256), 0::bit(256), (n %% 2 * 2)::bit(256), '', 1, 0
    FROM crowd c, unnest(ARRAY['contact', 'profile', 'inquiry']) AS k;
"""


def everybody(asked: Request, list_id: str | None = None, page: int = 3) -> dict[UUID, bytes | None]:
    """Read a whole audience, page by page."""
    found = [row for batch in audience(asked, list_id, page) for row in batch]
    assert [person for person, _ in found] == sorted({person for person, _ in found})
    return dict(found)


def people(count: int, *chosen: Chosen, by: ChannelKind = ChannelKind.REGISTRATION) -> list[UUID]:
    """Let some people arrive and confirm their addresses."""
    found = []
    for n in range(count):
        address = f"{new_key().hex}.{n}@example.org"
        found.append(arrive(address, *chosen, by=by))
        prove(found[-1], address)
    return found


@pytest.mark.parametrize("few", [module.FEW, 0])
@pytest.mark.parametrize("page", [1, 2, 3, 7, 100])
def test_pages_lose_nobody(published: History, monkeypatch: pytest.MonkeyPatch, page: int, few: int) -> None:
    """Whatever the page, and however the groups are read, everybody permitted comes once, and nobody else."""
    assert published.policies
    monkeypatch.setattr(module, "FEW", few)
    permitted = people(7)
    refused = people(2, NO_MARKETING) + people(2, by=ChannelKind.INQUIRY)
    found = everybody(request(OFFER), page=page)
    assert set(found) == set(permitted)
    assert not set(found) & set(refused)


def test_each_person_once_by_the_newest_address(published: History) -> None:
    """Somebody with two permitted items comes once, with the mailbox of the newer."""
    assert published.policies
    alice = arrive("alice@example.org")
    arrive("alice@example.net", person=alice)
    for address in ("alice@example.org", "alice@example.net"):
        prove(alice, address)
    assert everybody(request(OFFER)) == {alice: parse("alice@example.net").reach_id}


def test_each_mailbox_once_a_batch(published: History) -> None:
    """Two people who share a mailbox make one row of a batch, the first of them."""
    assert published.policies
    both = [arrive("home@example.org"), arrive("Home@example.org")]
    for person, address in zip(both, ("home@example.org", "Home@example.org"), strict=True):
        prove(person, address)
    assert everybody(request(OFFER), page=10) == {min(both): parse("home@example.org").reach_id}


@pytest.mark.parametrize("few", [module.FEW, 0])
@pytest.mark.parametrize("page", [1, 2, 5, 50])
def test_several_categories_are_merged(
    published: History, monkeypatch: pytest.MonkeyPatch, page: int, few: int
) -> None:
    """Without an address the audience is everybody of whom any category is permitted, whatever the page."""
    monkeypatch.setattr(module, "FEW", few)
    policy = published.policies[-1]
    insight = next(p for p in policy.purposes.values() if p.scope == "insight")
    asked = Request(insight.id, insight.categories)
    found = people(3) + people(3, by=ChannelKind.INQUIRY) + people(2, by=ChannelKind.ORDER)
    nameless = [
        arrive("nobody@example.org", named=False),
        arrive("asker@example.org", by=ChannelKind.INQUIRY, named=False),
    ]
    assert set(everybody(asked, page=page)) == {*found, nameless[1]}


def test_lists_are_intersected_outside_the_guard(published: History) -> None:
    """Who left a list is not in its audience, and of a joined-only list only who joined is."""
    assert published.policies
    offers, news = request(OFFER), request(NEWS)
    alice, bob = people(1)[0], arrive("bob@example.org", Chosen(Answer.YES, purpose=news.purpose))
    prove(bob, "bob@example.org")
    assert set(everybody(offers, offers.purpose)) == {alice, bob}
    refuse(Chosen(Answer.NO, list=offers.purpose), bob, "bob@example.org")
    assert set(everybody(offers, offers.purpose)) == {alice}
    assert set(everybody(news, news.purpose)) == {bob}


def test_the_number_of_queries_goes_by_pages(published: History) -> None:
    """A page costs the same whether one person is on it or thirty."""
    assert published.policies
    counts = set()
    for more in (1, 2, 27):
        people(more)
        with CaptureQueriesContext(connection) as captured:
            list(audience(request(OFFER)))
        counts.add(len(captured))
    assert counts == {11}


def nodes(plan: dict[str, object]) -> list[dict[str, object]]:
    """Give every node of a plan."""
    below = plan.get("Plans", [])
    assert isinstance(below, list)
    return [plan, *(node for child in below for node in nodes(child))]


def test_a_page_holds_rows_in_their_order() -> None:
    """A page is a sequence of rows: some, one from either end, and those that are marked."""
    rows = [(UUID(int=n), bytes([n] * 32) if n % 2 else None) for n in range(5)]
    page = Page(b"".join(person.bytes + (reach or bytes(32)) for person, reach in rows))
    assert list(page) == rows
    assert [page[0], page[-1], page[1:3]] == [rows[0], rows[-1], rows[1:3]]
    assert list(page.only([True, False, False, False, True])) == [rows[0], rows[4]]
    with pytest.raises(IndexError):
        page[5]


@pytest.mark.parametrize("category", ["contact", "profile"])
def test_a_page_is_read_from_one_index(published: History, owner: psycopg.Connection, category: str) -> None:
    """A page is read from the index alone: no join, no table from end to end, and of few groups no sort."""
    version = published.policies[-1].front.version
    owner.execute(CROWD % {"stamp": f"'{new_key()}'", "version": f"'{version}'"})
    owner.execute("VACUUM (ANALYZE) item")
    plan = replace(ruling(request(OFFER)).plan, use=1, forbid=2)
    with keeping() as cursor:
        found = groups(cursor, category, plan)
    assert [(int(one.stated, 2), int(one.refused, 2)) for one in found] == [(1, 0)]
    for query, words in (
        merged_query([*found, replace(found[0], refused="1" * 256)], UUID(int=0), 10_000),
        spanned_query(found, UUID(int=0), UUID(int=(1 << 128) - 1)),
    ):
        with using(1, 2, version) as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query}", words)
            (answer,) = cursor.fetchone()
            seen = nodes((json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"])
            cursor.execute(query, words)
            assert len(cursor.fetchone()[0]) == 48 * sum(n % 3 == 0 and n % 2 == 0 for n in range(1, 8001))
        scans = {(node["Node Type"], node.get("Index Name")) for node in seen if node.get("Relation Name") == "item"}
        assert scans == {("Index Only Scan", "item_audience")}
        assert not [node for node in seen if "Join" in str(node["Node Type"])]
        assert not [node for node in seen if node.get("Relation Name") not in {None, "item", "version"}]
        if "UNION" in query:
            assert not [node for node in seen if node["Node Type"] == "Sort"]


def test_what_is_permitted_after_the_groups_were_found_is_guarded(
    published: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The groups only say where to look: whoever refuses while pages are read is not on a later one."""
    assert published.policies
    monkeypatch.setattr(module, "PAGE", 1)
    some = people(3)
    pages = members(request(OFFER), page=1)
    first = next(pages)[0][0]
    later = [person for person in some if person != first]
    with keeping() as cursor:
        cursor.execute("SELECT reach_id FROM address WHERE person_id = %s", [later[-1]])
        reach = bytes(cursor.fetchone()[0])
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", later[-1], reach)
    assert [person for page in pages for person, _ in page] == later[:-1]
