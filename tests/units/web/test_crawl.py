"""Open every page as everybody: none asks the store more often for more rows, no mark is seen outside its purpose."""

import json
import logging
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from avow.gate.seen.reader import purposes_of
from avow.mail import capture
from avow.policy.folder import load
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force, publish
from avow.record.taken.bulk import Arrival, take
from avow.store.server.embedded import Embedded
from avow.terms import RecipientClass, Role
from tests.conftest import emptied, point
from tests.units.page.staff.cast import at_desk
from tests.units.web.marked import FORMS, MARK, Marked, address, fields
from tests.units.web.walked import Walk, routes, signed_in

SOAK = bool(os.environ.get("SOAK"))
SIZES = (1, 3, 12) if SOAK else (1, 3)
CROWD = 10_000 if SOAK else 20
"""People beside those of whom there is everything."""
MOST = 75
"""Queries of any page."""
DEAR = {"me/correct/": 200}
"""Pages that ask the gate for each kind of data by itself."""
WITHOUT = frozenset(
    {
        "choices/receipt/<str:token>/",
        "choices/receipt/<str:token>/receipt.tlog-proof",
        "confirm/<str:token>/",
        "desk/change/<str:digest>/",
        *(f"desk/{one}/<uuid:key>/file/<uuid:file>/" for one in ("support", "questions", "orders", "applications")),
        "desk/people/<uuid:person>/correct/<uuid:item>/",
        "desk/requests/<uuid:key>/paper/",
        "desk/welcome/<str:token>/",
        "given/<str:token>/",
        "given/<str:token>/references.csv",
        "lists/pictures/<str:file>",
        "log/tile/<path:path>",
        "me/copy/stop/<str:token>/",
        "me/said/<uuid:key>/file/<uuid:file>/",
        "policy/<str:name>/changes/",
        "policy/question/<str:token>/",
        "policy/question/receipt/<str:token>/",
        "policy/question/receipt/<str:token>/receipt.tlog-proof",
    }
)
"""Pages that nothing is put in the place for: each is about one thing, which its link or file names."""
GROWS = frozenset(
    {
        "desk/outside/<slug:name>/",
        "log/tile/<path:path>",
        "me/receipts/choice/<uuid:choice>/",
        "me/receipts/choice/<uuid:choice>/receipt.tlog-proof",
        "me/receipts/item/<uuid:item>/",
        "me/receipts/item/<uuid:item>/receipt.tlog-proof",
    }
)
"""Pages that prove something: a proof is as long as the tree is high, which grows by one when the ledger doubles.

And the one that counts whom an organization is given: it reads its pages of people once more where anybody gave
something after the yes.
"""
Seen = set[tuple[int, str]]
"""Marks: whose, of which category."""


@dataclass
class Crawled:
    """A store in which everything is marked, its browsers, and what each page cost and answered at each size."""

    world: Marked
    walk: Walk
    counts: dict[str, list[int]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def crawled(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Fill a store of these tests alone, and open every page at each size."""
    name = f"t{os.urandom(6).hex()}"
    with (
        pytest.MonkeyPatch.context() as patch,
        emptied(),
        psycopg.connect(server.url("avow_owner", "postgres"), autocommit=True) as owner,
    ):
        patch.setattr("avow.store.connect._connected", set())
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template STRATEGY FILE_COPY").format(sql.Identifier(name)))
        point(server, name, "avow_app")
        yield _crawled(tmp_path_factory.mktemp("files"))
        connections.close_all()
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _crawled(folder: Path) -> Crawled:
    publish(load("policies/example"))
    _, officer = at_desk(Role.PRIVACY_OFFICER, email="officer@example.com")
    world = Marked(folder, officer)
    counts: dict[str, list[int]] = {route: [] for route in routes()}
    answers: dict[str, int] = {}
    world.fill(SIZES[0])
    walk = Walk(world)
    for route in counts:
        walk.get(route)
    for size in SIZES:
        world.fill(size)
        walk = Walk(world)
        for route, seen in counts.items():
            with CaptureQueriesContext(connection) as asked:
                answers[route] = walk.get(route).status_code
            seen.append(len(asked))
    _crowd(SIZES[-1])
    return Crawled(world, walk, counts, answers)


def _crowd(first: int) -> None:
    """Let many more come, each by one form."""
    policy = in_force()
    shown = {kind: show(policy, kind, "en") for kind in FORMS}

    def arrivals() -> Iterator[Arrival]:
        for who in range(first, first + CROWD):
            kind = FORMS[who % len(FORMS)]
            given = {name: fields(who, name).fields for name in policy.channels[kind].collects}
            yield Arrival(shown[kind], kind.value, parse(address(who)), given, proven=True)

    take(arrivals())


def test_no_page_costs_more_for_more(crawled: Crawled) -> None:
    """With one, three and more of everything behind it, each page asks as many queries, and not more than so many."""
    assert {route: seen for route, seen in crawled.counts.items() if len(set(seen)) > 1 and route not in GROWS} == {}
    assert {route: seen for route, seen in crawled.counts.items() if max(seen) > DEAR.get(route, MOST)} == {}
    assert {route for route, status in crawled.answers.items() if status == 404} <= WITHOUT
    assert {status for status in crawled.answers.values() if status >= 500} == set()


def test_a_visitor_sees_what_is_public_and_who_signed_in_their_own(crawled: Crawled) -> None:
    """Names in the forum and posts are for anybody; all else is for whom it is about."""
    ours = [route for route in routes() if not route.startswith(("desk/", "mail/"))]
    seen = crawl(crawled.walk.visitor, crawled.walk, ours)
    assert {category for _, category in seen} == of_anybody()
    seen = crawl(signed_in(crawled.world.people[1], address(1)), crawled.walk, ours)
    assert {category for who, category in seen if who != 1} <= of_anybody()
    assert {category for who, category in seen if who == 1} >= {"contact", "profile", "handle"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROCESSOR])
def test_a_role_sees_the_categories_of_its_purposes(crawled: Crawled, role: Role) -> None:
    """Whatever purpose is asked for in an address, and whatever is looked up."""
    browser, _ = at_desk(role, email=f"{role.value}@example.org")
    own = [one.id for one in purposes_of(in_force(), role)]
    purposes, person = [*own, *list(in_force().purposes)[:: 1 if SOAK else 6]], crawled.world.people[1]
    desk = [route for route in routes() if route.startswith("desk/")]
    cards = [f"/desk/people/{person}/?for={name}" for name in purposes]
    seen = crawl(browser, crawled.walk, desk, cards)
    for name in purposes:
        text = address(1) if name == purposes[0] else "mark-1-profile-name"
        seen |= marks(browser.post("/desk/", {"for": name, "text": text})) - found(text)
    may = {category for one in purposes_of(in_force(), role) for category in one.categories}
    may |= {"rights"} if role is Role.PRIVACY_OFFICER else set()
    assert {category for _, category in seen} <= may
    wanted = {
        Role.SUPPORT: {"support"},
        Role.ORDERS: {"order"},
        Role.HIRING: {"application"},
        Role.MODERATION: {"report", "forum"},
        Role.PRIVACY_OFFICER: may - {"letter"},
    }
    assert wanted.get(role, set()) <= {category for _, category in seen}, "the crawl comes to where marks are"


def test_a_firm_sees_what_its_agreement_names(crawled: Crawled) -> None:
    """At the desk over its pages, and by a token over all pages of everybody."""
    desk = [route for route in routes() if route.startswith("desk/")]
    assert {category for _, category in crawl(crawled.walk.firm, crawled.walk, desk)} == {"contact", "order"}
    for token, sees in crawled.walk.tokens.items():
        seen, after = set[str](), ""
        while True:
            answer = crawled.walk.visitor.get(f"/processor/{after}", headers={"authorization": f"Bearer {token}"})
            seen |= {category for _, category in marks(answer)}
            following = json.loads(answer.content)["after"]
            if following is None:
                break
            after = f"?after={following}"
        assert seen == sees


def test_mail_files_and_logs_hold_what_they_are_for(crawled: Crawled, caplog: pytest.LogCaptureFixture) -> None:
    """A message holds its own reader's marks, a file given outside what was agreed to, a log none."""
    caplog.set_level(logging.DEBUG)
    crawl(crawled.walk.staff, crawled.walk, [route for route in routes() if route.startswith("desk/")])
    crawl(crawled.walk.person, crawled.walk, [route for route in routes() if route.startswith(("me/", "forum/"))])
    assert not found(caplog.text)
    read = [(one.recipient, str(one)) for one in map(capture.message, (line.name for line in capture.messages()))]
    assert len(read) > SIZES[-1]
    for recipient, text in read:
        assert {who for who, _ in found(text)} <= {who for who, _ in found(recipient)}
    given = sorted(crawled.world.folder.glob("firm-*.csv"))
    assert given
    for path in given:
        assert {category for _, category in found(path.read_text())} == {"contact", "profile", "order"}


def crawl(browser: Client, walk: Walk, some: Collection[str], also: Collection[str] = ()) -> Seen:
    """Open some addresses of the site, and others as they are; give every mark that was seen."""
    return {mark for path in (*map(walk.path, some), *also) for mark in marks(browser.get(path))}


def marks(answer: HttpResponseBase) -> Seen:
    """Give the marks in the head and the body of an answer."""
    body = getattr(answer, "content", b"") or b"".join(getattr(answer, "streaming_content", ()))
    return found(f"{answer.headers}\n{body.decode('utf-8', 'replace')}")


def found(text: str) -> Seen:
    """Give the marks in a text."""
    return {(int(who), category) for who, category in MARK.findall(text)}


def of_anybody() -> set[str]:
    """Give the categories that anybody may read."""
    stated = in_force().purposes.values()
    return {name for one in stated if RecipientClass.PUBLIC in one.recipients for name in one.categories}
