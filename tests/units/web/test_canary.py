"""Put a mark into every field of everybody, open every page as everybody: no mark is seen outside its purpose."""

import logging
import os
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from avow.gate.seen.reader import purposes_of
from avow.mail import capture
from avow.policy.history import History
from avow.record.known.address import parse
from avow.record.shown.notice import show
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.terms import ChannelKind, RecipientClass, Role
from tests.units.gate.conftest import published
from tests.units.page.staff.cast import at_desk
from tests.units.web.marked import FORMS, MARK, Marked, address, fields
from tests.units.web.walked import Walk, routes, signed_in

__all__ = ["published"]

CROWD = 10_000 if os.environ.get("SOAK") else 20
"""People beside those of whom there is everything."""
FULL = 3
Seen = set[tuple[int, str]]
"""Marks: whose, of which category."""
TOKENS = ({"agreement": "agreement-0", "purpose": "orders", "sees": frozenset({"contact", "order"})},)
"""Programs that read by a token: under what, for what, which categories they may see."""


@pytest.fixture
def world(published: History, tmp_path: Path) -> Marked:
    """Give a store in which everything is marked."""
    _, officer = at_desk(Role.PRIVACY_OFFICER, email="officer@example.com")
    found = Marked(tmp_path, officer)
    found.fill(FULL)
    policy, kinds = published.policies[-1], FORMS
    shown = {kind: show(policy, kind, "en") for kind in kinds}

    def crowd() -> Iterator[Arrival]:
        for who in range(FULL, FULL + CROWD):
            kind, at = kinds[who % len(kinds)], parse(address(who))
            given = {name: fields(who, name).fields for name in policy.channels[kind].collects}
            yield Arrival(shown[kind], kind.value, at, given, proven=True)

    take(crowd())
    return found


def marks(answer: HttpResponse) -> Seen:
    """Give the marks in the head and the body of an answer."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return found(f"{answer.headers}\n{body.decode('utf-8', 'replace')}")


def found(text: str) -> Seen:
    """Give the marks in a text."""
    return {(int(who), category) for who, category in MARK.findall(text)}


def crawl(browser: Client, walk: Walk, also: Collection[str] = ()) -> Seen:
    """Open every address, and those besides; give every mark that was seen."""
    seen: Seen = set()
    for path in (*map(walk.path, routes()), *also):
        seen |= marks(browser.get(path))
    return seen


def test_a_visitor_sees_what_is_public_and_who_signed_in_their_own(world: Marked) -> None:
    """Names in the forum and posts are for anybody; all else is for whom it is about."""
    walk, public = Walk(world), of_anybody()
    seen = crawl(walk.visitor, walk)
    assert {category for _, category in seen} == public
    second = signed_in(world.people[1], address(1))
    seen = crawl(second, walk)
    assert {category for who, category in seen if who != 1} <= public
    assert {category for who, category in seen if who == 1} >= {"contact", "profile", "order", "support", "application"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROCESSOR])
def test_a_role_sees_the_categories_of_its_purposes(world: Marked, role: Role) -> None:
    """Whatever purpose is asked for in an address and whatever is looked up."""
    walk = Walk(world)
    browser, _ = at_desk(role, email="one@example.com")
    purposes = list(in_force().purposes)
    cards = [f"/desk/people/{person}/?for={name}" for person in world.people for name in purposes]
    seen = crawl(browser, walk, cards)
    for name in purposes:
        for text in ("mark", "mark-1-profile-name", address(1), str(world.people[1])):
            seen |= marks(browser.post("/desk/", {"for": name, "text": text})) - found(text)
    may = {category for one in purposes_of(in_force(), role) for category in one.categories} | of_anybody()
    may |= {"rights"} if role is Role.PRIVACY_OFFICER else set()
    assert {category for _, category in seen} <= may
    wanted = {Role.SUPPORT: "support", Role.ORDERS: "order", Role.HIRING: "application", Role.MODERATION: "report"}
    assert wanted.get(role, "forum") in {category for _, category in seen}, "the crawl comes to where marks are"


def test_a_firm_sees_what_its_agreement_names(world: Marked) -> None:
    """At the desk and by a token, over all pages of everybody."""
    walk = Walk(world)
    for one in TOKENS:
        seen = crawl(walk.firm, walk) - {mark for mark in crawl(walk.visitor, walk)}
        after = ""
        while True:
            answer = walk.visitor.get(f"/processor/{after}", headers={"authorization": f"Bearer {walk.program}"})
            assert answer.status_code == 200
            seen |= marks(answer)
            following = answer.json().get("after")
            if not following:
                break
            after = f"?after={following}"
        assert {category for _, category in seen} == one["sees"]


def test_mail_files_and_logs_hold_what_they_are_for(world: Marked, caplog: pytest.LogCaptureFixture) -> None:
    """A message holds its own reader's marks, a file given outside what was agreed to, a log and a list of ours none."""
    caplog.set_level(logging.DEBUG)
    walk = Walk(world)
    crawl(walk.staff, walk)
    assert not found(caplog.text)
    read = [(one.recipient, str(one)) for one in map(capture.message, (line.name for line in capture.messages()))]
    assert len(read) > FULL
    for recipient, text in read:
        ((reader, _),) = found(recipient)
        assert {who for who, _ in found(text)} == {reader}
    for path in world.folder.glob("firm-*.csv"):
        assert {category for _, category in found(path.read_text())} == {"contact", "profile", "order"}


def of_anybody() -> set[str]:
    """Give the categories that anybody may read."""
    stated = in_force().purposes.values()
    return {name for one in stated if RecipientClass.PUBLIC in one.recipients for name in one.categories}
