"""Open every page and door as everybody: no more queries for more rows, no mark outside its purpose, no leak unseen."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from avow.config import config
from avow.gate.seen.reader import Reader, purposes_of
from avow.mail import capture
from avow.mail.course.tend import tend
from avow.mail.links import site
from avow.mail.outbox import work
from avow.mail.outgoing import post
from avow.page.kept.sheet import digest
from avow.policy.folder import load
from avow.record.declare import keeping
from avow.record.inventory import inventory
from avow.record.known.address import parse
from avow.record.own.awaited import begin, begin_anew
from avow.record.programs.token import role_of
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force, publish
from avow.record.taken.bulk import Arrival, take
from avow.record.token import seal
from avow.store.keys import derived
from avow.store.server.embedded import Embedded
from avow.terms import ChannelKind, MessageKind, RecipientClass, Role
from avow.web.desk.matters.place import PLACES
from tests.conftest import emptied, point
from tests.test_house import MODULES
from tests.units.page.staff.cast import at_desk
from tests.units.web import doors
from tests.units.web.crawled import body, crawl, html
from tests.units.web.found import MARKUP, Seen, beyond, categories, found, legible, marks
from tests.units.web.marked import FORMS, Marked, address, fields
from tests.units.web.planted import PLANTED, WHO, Where, planted
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
        "desk/people/<uuid:person>/correct/<uuid:item>/",
        "desk/requests/<uuid:key>/paper/",
        "desk/welcome/<str:token>/",
        "given/<str:token>/",
        "given/<str:token>/references.csv",
        "lists/pictures/<str:file>",
        "log/tile/<path:path>",
        "me/copy/stop/<str:token>/",
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
"""Pages that prove something, since a proof grows by one when the ledger doubles; and the one that counts whom somebody
outside is given, which reads its pages of people once more where anybody gave something after the yes."""
AWAY = ("desk/", "mail/")
"""Addresses of the staff, and of mail that is caught in development."""
ASKED = re.compile(r"""GET[.]get(?:list)?\("(\w+)\"""")
"""How a page reads what its address asks for."""
_WORDS = ("\0", "-1", "9" * 400, MARKUP, b"\xed\xb3\xbf", "٣", f"{UUID(int=0)}", "é" * 3_000, "1e999", "..")
ODD = tuple(quote(word) for word in _WORDS)
"""What may stand in an address, in place of a name or asked for."""
LINKED = 2_000 if SOAK else 12
"""Addresses that are opened for each who looks because a page links to them."""


@dataclass
class Crawled:
    """A store in which everything is marked, its browsers, and what each page cost and answered at each size."""

    world: Marked
    walk: Walk
    owner: psycopg.Connection
    server: Embedded
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
        patch.setattr(settings, "SECRET_KEY", derived("token", "pages"))  # a command sets it, which ends what is open
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template STRATEGY FILE_COPY").format(sql.Identifier(name)))
        point(server, name, "avow_app")
        with psycopg.connect(server.url("avow_owner", name), autocommit=True) as inside:
            yield _crawled(tmp_path_factory.mktemp("files"), inside, server)
        connections.close_all()
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _crawled(folder: Path, owner: psycopg.Connection, server: Embedded) -> Crawled:
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
    return Crawled(world, walk, owner, server, counts, answers)


def _crowd(first: int) -> None:
    """Let many more come, each by every form."""
    policy = in_force()
    shown = {kind: show(policy, kind, "en") for kind in FORMS}

    def arrival(who: int, kind: ChannelKind) -> Arrival:
        given = {name: fields(who, name).fields for name in policy.channels[kind].collects}
        return Arrival(shown[kind], kind.value, parse(address(who)), given, proven=True)

    def arrivals() -> Iterator[Arrival]:
        for who in range(first, first + CROWD):
            yield replace(arrival(who, FORMS[0]), later=tuple(arrival(who, kind) for kind in FORMS[1:]))

    take(arrivals())


def test_no_page_costs_more_for_more(crawled: Crawled) -> None:
    """With one, three and more of everything behind it, each page asks as many queries, and not more than so many."""
    assert {route: seen for route, seen in crawled.counts.items() if len(set(seen)) > 1 and route not in GROWS} == {}
    assert {route: seen for route, seen in crawled.counts.items() if max(seen) > DEAR.get(route, MOST)} == {}
    assert {route for route, status in crawled.answers.items() if status == 404} <= WITHOUT
    assert {status for status in crawled.answers.values() if status >= 500} == set()


def test_a_visitor_sees_what_is_public_and_who_signed_in_their_own(crawled: Crawled) -> None:
    """Names in the forum and posts are for anybody; all else is for whom it is about."""
    told = [route for route in routes() if not route.startswith(AWAY)]
    away = tuple(f"/{one}" for one in AWAY)
    seen = crawl(crawled.walk.visitor, crawled.walk, told, most=LINKED, without=away)
    assert beyond(seen, of_anybody()) == {}
    assert categories(seen) == of_anybody()
    seen = crawl(signed_in(crawled.world.people[1], address(1)), crawled.walk, told, most=LINKED, without=away)
    assert beyond(seen, of_anybody(), own=1) == {}
    assert {category for who, category in seen if who == 1} >= {"contact", "profile", "handle"}
    seen = crawl(crawled.walk.person, crawled.walk, told, most=LINKED, without=away)
    assert beyond(seen, of_anybody(), own=0) == {}
    assert {category for who, category in seen if who == 0} >= {"profile", "support", "rights"}
    assert (0, "maker") not in seen, "a document tells nothing of its maker"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROCESSOR])
def test_a_role_sees_the_categories_of_its_purposes(crawled: Crawled, role: Role) -> None:
    """Whatever purpose is asked for in an address, and whatever is looked up."""
    browser, _ = at_desk(role, email=f"{role.value}@example.org")
    seen, may = seen_at_desk(crawled, browser, role)
    assert beyond(seen, may) == {}
    wanted = {
        Role.SUPPORT: {"support"},
        Role.ORDERS: {"order"},
        Role.HIRING: {"application"},
        Role.MODERATION: {"report", "forum"},
        Role.PRIVACY_OFFICER: may - {"letter"},
    }
    assert wanted.get(role, set()) <= categories(seen), "the crawl comes to where marks are"


def seen_at_desk(crawled: Crawled, browser: Client, role: Role) -> tuple[Seen, set[str]]:
    """Give what somebody at the desk sees, whichever purpose they ask for, and what their role may see."""
    own = [one.id for one in purposes_of(in_force(), role)]
    purposes, person = [*own, *list(in_force().purposes)[:: 1 if SOAK else 6]], crawled.world.people[1]
    desk = [route for route in routes() if route.startswith("desk/")]
    cards = [f"/desk/people/{person}/?for={name}" for name in purposes]
    files = [crawled.world.matter(one.channel) for one in PLACES]
    cards += [f"/desk/{one.name}/{each['key']}/file/{each['file']}/" for one in PLACES for each in files]
    seen = crawl(browser, crawled.walk, desk, cards, most=LINKED, within="/desk/")
    for name in purposes:
        text = address(1) if name == purposes[0] else fields(1, "profile").fields["name"]
        told = marks(browser.post("/desk/", {"for": name, "text": text}), f"/desk/ for {name}")
        seen |= {mark: where for mark, where in told.items() if mark not in found(text)}
    may = {category for one in purposes_of(in_force(), role) for category in one.categories}
    may |= {"rights"} if role is Role.PRIVACY_OFFICER else set()
    return seen, may


def test_a_firm_sees_what_its_agreement_names(crawled: Crawled) -> None:
    """At the desk over its pages, and by a token over all pages of everybody."""
    desk = [route for route in routes() if route.startswith("desk/")]
    seen = crawl(crawled.walk.firm, crawled.walk, desk, most=LINKED, within="/desk/")
    assert categories(seen) == {"contact", "order"}
    for token, sees in crawled.walk.tokens.items():
        told, after = Seen(), ""
        while True:
            answer = crawled.walk.visitor.get(f"/processor/{after}", headers={"authorization": f"Bearer {token}"})
            told |= marks(answer)
            following = json.loads(answer.content)["after"]
            if following is None:
                break
            after = f"?after={following}"
        assert categories(told) == sees


def test_a_program_sees_the_categories_of_its_purpose(crawled: Crawled) -> None:
    """By a token of each purpose, at every address of the API; without one, and by one that is ended, nothing."""
    people, who = crawled.world.people[: 9 if SOAK else 2], (1, SIZES[-1] + 1)
    for purpose in doors.ours():
        seen = doors.Program(doors.key(purpose)).ask(people, who)
        assert beyond(seen, {*purpose.categories}) == {}, purpose.id
        if role_of(in_force(), purpose.id) and purpose.default is None and not purpose.needs:
            assert categories(seen), f"there is something to see for {purpose.id}"
    assert doors.Program("none").ask(people[:1], who) == {}


def test_a_file_holds_what_it_is_for(crawled: Crawled, tmp_path: Path) -> None:
    """An export what its purpose may see, what is given outside what was agreed or ordered, a copy one's own."""
    for purpose, suffix in product(doors.ours(), (".csv", ".jsonl") if SOAK else (".csv",)):
        seen = doors.exported(tmp_path, purpose, suffix)
        assert beyond(seen, {*purpose.categories}) == {}, purpose.id
        plain = purpose.default is None and purpose.kind is not None and not purpose.needs
        assert seen or not plain, f"somebody is in the export for {purpose.id}"
    given = [found(path.read_text(), path.name) for path in crawled.world.folder.glob("firm-*.csv")]
    assert [categories(seen) for seen in given] == [{"contact", "profile", "order"}] * SIZES[-1]
    order = crawled.world.keys["order"]
    assert isinstance(order, UUID)
    assert categories(doors.followed(tmp_path, order)) == {"order"}
    proven = seal("copy file", crawled.world.people[0].hex)
    for kind, opened in product(("json", "csv"), (False, True)):
        if opened:
            begin(crawled.world.people[0])
            with keeping() as cursor:
                cursor.execute("UPDATE awaited SET at = at - interval '4 days'")
        seen = marks(crawled.walk.person.post("/me/copy/", {"proven": proven, "as": kind}), kind)
        begin_anew()
        assert {who for who, _ in seen} == {0}
        assert "maker" not in categories(seen)
        assert categories(seen) >= {"contact", "profile", "order", "support", "inquiry", "enrichment"}
        assert ("application" in categories(seen)) is opened


def test_evidence_and_the_log_hold_nobodys_mark(crawled: Crawled, tmp_path: Path) -> None:
    """Whoever checks us, and whoever reads what the server writes of itself, learns of nobody what they gave."""
    assert doors.evidence(crawled.server, crawled.owner, tmp_path / "evidence") == {}
    assert len([*(tmp_path / "evidence").iterdir()]) > 9
    desk = [route for route in routes() if route.startswith("desk/")]
    with doors.logged() as written:
        crawl(crawled.walk.staff, crawled.walk, desk, [f"/desk/people/?text={address(1)}"])
        crawl(crawled.walk.person, crawled.walk, [route for route in routes() if not route.startswith("desk/")])
        assert doors.Program(doors.key(doors.ours()[0])).ask(crawled.world.people[:1], (1,)) is not None
        crawled.walk.visitor.get(f"/forum/t/{address(1)}/", headers={"referer": f"http://localhost/{address(1)}"})
        tend()
        while work(1000):
            pass
    assert crawled.walk.staff.get("/desk/").status_code == 200, "it was crawled as staff all the while"
    assert written.getvalue(), "something is logged"
    assert found(written.getvalue()) == {}
    assert doors.written(crawled.server) == {}
    assert (crawled.server.data / "server.log").stat().st_size > 0, "the log of the database was among them"


def test_marks_stand_where_the_inventory_says(crawled: Crawled) -> None:
    """What people gave stands in their items, the files with them, and what they ask by right; in no other column."""
    classes = {line.name: line.kind for line in inventory()}
    assert {where: classes[where] for where in doors.stored(crawled.owner)} == {
        "item.fields": "content",
        "enclosed.name": "upkeep",
        "enclosed.data": "upkeep",
        "petition.words": "upkeep",
        "petition.proposed": "upkeep",
        "rights_case.words": "upkeep",
    }


def test_a_message_holds_its_own_readers_marks(crawled: Crawled) -> None:
    """Nobody is written to about somebody else, and what a link of it opens shows nobody's marks but the reader's."""
    read = [(one.recipient, str(one)) for one in capture.messages(10_000) if found(one.recipient)]
    assert len(read) > SIZES[-1]
    assert doors.of_others(read) == {}
    for recipient, text in read[:: 1 if SOAK else 9]:
        ((who, _),) = found(recipient)
        named = set(re.findall(rf"{re.escape(site())}(/[^\s<>\\\"']*)", text))
        seen = crawl(crawled.walk.visitor, crawled.walk, (), named)
        assert beyond(seen, of_anybody(), own=who) == {}


def test_whatever_an_address_is_asked_it_answers(crawled: Crawled) -> None:
    """No page fails because of what stands in its address or is asked for there, and none shows it as markup."""
    named = {name for path in MODULES for name in ASKED.findall(path.read_text())}
    assert len(named) > 12
    for number, route in enumerate(routes()):
        some = {ODD[number % len(ODD)], *(ODD[:1] if "<str:" in route else ())}
        for odd in ODD if SOAK else some:
            answer = crawled.walk.get(route, odd, sorted(named))
            assert answer.status_code < 500, (route, odd)
            assert not (html(answer) and MARKUP in legible(body(answer))), (route, odd)


@pytest.mark.parametrize(
    ("path", "where"), [("/robots.txt", "body"), ("/", "head"), ("/policy/feed.atom", "body"), ("/me/", "head")]
)
def test_a_leak_in_an_answer_is_found(crawled: Crawled, path: str, where: Where) -> None:
    """A mark that stands in a page, a feed or a head is found there by whoever crawls."""
    with planted(path, where):
        seen = crawl(signed_in(crawled.world.people[1], address(1)), crawled.walk, (), [path])
    assert beyond(seen, set(), own=1) == {(WHO, "application"): path}


def test_a_leak_to_a_program_or_a_log_is_found(crawled: Crawled) -> None:
    """A mark in what the API answers, or in a line that is logged, is found."""
    people, (purpose, *_) = crawled.world.people[:1], doors.ours()
    path = f"/api/people/{people[0]}/choices"
    with planted(path, "body"):
        seen = doors.Program(doors.key(purpose)).ask(people, (1,))
    assert beyond(seen, {*purpose.categories}) == {(WHO, "application"): f"GET {path}"}
    with planted("/", "log"), doors.logged() as written:
        Client(headers={"host": "localhost"}).get("/")
    assert [*found(written.getvalue())] == [(WHO, "application")]


def test_a_leak_at_a_desk_is_found(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the desk of hiring gives a file to whoever sits at any desk, it is found as support."""
    browser, who = at_desk(Role.SUPPORT, email="planted@example.org")
    hiring = Reader(who.id, Role.HIRING), in_force().purposes["hiring"]
    monkeypatch.setattr("avow.web.desk.matters.one.seated", lambda *_: hiring)
    seen, may = seen_at_desk(crawled, browser, Role.SUPPORT)
    assert {category for _, category in beyond(seen, may)} == {"application"}


def test_a_leak_in_what_is_written_is_found(crawled: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark in a message, an export, evidence, a file of the server's or a column about nobody is found."""
    before, first = {one.name for one in capture.messages(10_000)}, parse(address(0)).exact_id
    post(MessageKind.IDENTITY, crawled.world.people[0], first, "code", {"code": PLANTED, "minutes": "1"})
    while work(1000):
        pass
    (message,) = (one for one in capture.messages(10_000) if one.name not in before)
    (capture.folder() / f"{message.name}.eml").unlink()
    assert [*doors.of_others([(message.recipient, str(message))])] == [(WHO, "application")]
    monkeypatch.setattr("avow.uses.export.digest", lambda part: part.write_text(PLANTED) and digest(part))
    assert [*doors.exported(tmp_path, in_force().purposes["newsletter"], ".csv")] == [(WHO, "application")]
    monkeypatch.setattr("avow.cli.evidence.export.canonical", lambda _: PLANTED)
    seen = doors.evidence(crawled.server, crawled.owner, tmp_path / "evidence")
    assert categories(seen) == {"application"}
    (config().data / PLANTED).touch()
    assert [*doors.written(crawled.server)] == [(WHO, "application")]
    (config().data / PLANTED).unlink()
    title, *_ = crawled.owner.execute("SELECT title FROM board WHERE id = 'board-0'").fetchone() or ()
    crawled.owner.execute("UPDATE board SET title = %s WHERE id = 'board-0'", [PLANTED])
    assert "board.title" in doors.stored(crawled.owner)
    crawled.owner.execute("UPDATE board SET title = %s WHERE id = 'board-0'", [title])


def of_anybody() -> set[str]:
    """Give the categories that anybody may read."""
    stated = in_force().purposes.values()
    return {name for one in stated if RecipientClass.PUBLIC in one.recipients for name in one.categories}
