"""Live a company's day in a real browser: people come by every way, five of the staff see and do their own."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.place import Place, ground
from tests.journeys.seats import SEATS
from tests.journeys.test_desk import look
from tests.journeys.test_faults import served
from tests.journeys.test_letters import PRIVACY, door, hand
from tests.journeys.test_pages import check, chromium, free_port, mail, picture, register, sign_in
from tests.units.mail.inbound.corpus import letter

__all__ = ["chromium"]

ALICE = "alice@example.org"
WIDE = ViewportSize(width=1200, height=800)
MARKS = {
    "order": "14 Quay Street",
    "support": "The licence key is not taken.",
    "application": "nine years of mail servers",
    "forum": "cheap ropes at my shop",
    "letter": "how long you keep letters",
}
"""What Alice gave by each way."""
SEES = {"Sam": {"support"}, "Olga": {"order"}, "Hugo": {"application"}, "Maya": {"forum"}, "Erin": {*MARKS}}
"""What each of the staff sees of it."""
_SEATS = "from avow.store.connect import connect\nconnect()\nfrom tests.journeys.seats import seats\nseats()"


@pytest.fixture
def day() -> Iterator[tuple[Place, str, Path, dict[str, str]]]:
    """Serve a site with its staff seated, and take letters beside it."""
    with ground() as folder:
        place = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}"})
        with served(place) as (site, _), door(place, folder / "letters.sock"):
            said, _ = place.python(_SEATS).communicate(timeout=120)
            yield place, site, folder / "letters.sock", json.loads(said.strip().rpartition("\n")[2])


def test_a_companys_day(chromium: Browser, day: tuple[Place, str, Path, dict[str, str]]) -> None:
    """A visitor becomes Alice; she orders, asks, posts, applies, writes, joins and leaves; the ledger tells the day."""
    place, site, letters, sessions = day
    alice = chromium.new_context(base_url=site, viewport=WIDE).new_page()
    _visits(alice)
    register(alice, ALICE)
    _hands_in(alice)
    assert hand(letters, letter("Could you say how long you keep letters?", f"From: {ALICE}"), PRIVACY)[0][0] == 250
    sign_in(alice, ALICE)
    _talks(alice)
    _reports(chromium.new_context(base_url=site, viewport=WIDE).new_page())
    for name, session in sessions.items():
        context = chromium.new_context(base_url=site, viewport=WIDE)
        context.add_cookies([{"name": "avow_desk", "value": session, "domain": "127.0.0.1", "path": "/desk/"}])
        page = context.new_page()
        _works(page, name)
        context.close()
    _is_told(alice)
    alice.goto("/log/")
    for kind in ("collected", "confirmed", "chosen", "read", "sent"):
        assert alice.get_by_text(kind, exact=True).first.is_visible(), kind
    picture(alice, "day-ledger")
    assert "Everything agrees" in place.avow("ledger", "fsck")


def _visits(page: Page) -> None:
    """Read the policy as a visitor, who gets no cookie."""
    page.goto("/")
    picture(page, "day-home")
    check(page)
    page.get_by_role("link", name="Read the policy").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Privacy Policy"
    assert not page.context.cookies()


def _fill(page: Page, path: str, **typed: str) -> None:
    page.goto(path)
    page.get_by_label("E-mail address").fill(ALICE)
    for label, words in typed.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(words)


def _hands_in(page: Page) -> None:
    """Order, ask support, apply for a job: each page says what it is for."""
    _fill(page, "/order/", Product="Harbour Mail", Number_of_licences="3", Billing_address=MARKS["order"])
    picture(page, "day-order")
    check(page)
    page.get_by_role("button", name=re.compile(".")).last.click()
    _fill(page, "/support/", Product="Harbour Mail", What_is_wrong=MARKS["support"])
    picture(page, "day-support")
    page.get_by_role("button", name=re.compile(".")).last.click()
    _fill(page, "/apply/", Position="Writer of manuals", About_you=f"I bring {MARKS['application']}.")
    page.get_by_role("button", name=re.compile(".")).last.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check your mail"


def _talks(page: Page) -> None:
    """Post under a name, join the community and leave it."""
    page.goto("/forum/name/")
    page.get_by_label("Name to show").fill("Ada")
    page.get_by_role("button", name="Post under this name").click()
    page.goto("/forum/knots/new/")
    page.get_by_label("Subject").fill("Which knot for a hammock?")
    page.get_by_label("Post", exact=True).fill(f"I use a bowline. Also: {MARKS['forum']}.")
    picture(page, "day-post")
    page.get_by_role("button", name="Post it for anybody to read").click()
    page.goto("/forum/knots/")
    page.get_by_role("link", name="Join this community").click()
    page.get_by_role("button", name="Join, and get its messages").click()
    page.get_by_role("button", name="Leave this community").click()
    assert page.get_by_text("You left").is_visible()


def _reports(visitor: Page) -> None:
    """Read the post as somebody else, and report it."""
    visitor.goto("/forum/knots/")
    visitor.get_by_role("link", name="Which knot for a hammock?").click()
    picture(visitor, "day-thread")
    visitor.get_by_role("link", name="Report post number 1").click()
    visitor.get_by_label("It is advertising.").check()
    visitor.get_by_role("button", name="Report it").click()
    assert ALICE not in visitor.content()


def _works(page: Page, name: str) -> None:
    """Do one's part, and see one's own of Alice and nothing else of her."""
    purpose = {"Sam": "support", "Olga": "orders", "Hugo": "hiring", "Erin": "rights"}.get(name)
    if purpose is None:
        page.goto("/desk/forum/")
        assert _seen(page) == SEES[name]
        picture(page, "day-moderator")
        check(page)
        page.get_by_role("button", name="Hide it, and tell them").click()
        return
    if name == "Erin":
        page.goto("/desk/letters/")
        picture(page, "day-letters")
    seen: set[str] = set()
    found = look(page, ALICE, purpose).locator("ul.hits a")
    for number in range(found.count()):
        look(page, ALICE, purpose).locator("ul.hits a").nth(number).click()
        seen |= _seen(page)
        if _seen(page):
            picture(page, f"day-{SEATS[name].value}")
            check(page)
    assert seen == SEES[name], name


def _seen(page: Page) -> set[str]:
    text = page.content()
    return {kind for kind, words in MARKS.items() if words in text}


def _is_told(alice: Page) -> None:
    """Learn by mail that the post was hidden, and on one's own page who read what."""
    assert "It is advertising." in mail(alice, ALICE, "About your post in the forum")
    alice.goto("/me/reads/")
    assert alice.get_by_role("row", name=re.compile("Moderation")).count()
    picture(alice, "day-who-read")
    check(alice)
