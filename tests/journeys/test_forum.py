"""Post, read, report, moderate, join and leave in a real browser, without script and on a narrow screen."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.journeys.place import Place, ground
from tests.journeys.test_desk import add, enter, open_account
from tests.journeys.test_faults import served
from tests.journeys.test_pages import NARROW, check, chromium, free_port, mail, picture, register, sign_in

__all__ = ["chromium"]

ALICE = "alice@example.org"
CHARTER = "Knots, bends and hitches: how they are tied, and what for.\n"
WORDS = "# We meet on Friday\n\nAt the pier, at noon. Bring a rope.\n"


def person(chromium: Browser, site: str, address: str) -> Page:
    """Let somebody register and sign in, without script, on 320 pixels."""
    page = chromium.new_context(java_script_enabled=False, viewport=NARROW, base_url=site).new_page()
    register(page, address)
    sign_in(page, address)
    return page


def looked_at(visitor: Page, path: str, name: str) -> str:
    """Open a page as a visitor, see that it fits and passes axe-core, and give all of it."""
    visitor.goto(path)
    check(visitor)
    wide = visitor.evaluate("document.documentElement.scrollWidth")
    assert wide <= NARROW["width"], f"{path} is {wide} pixels wide"
    picture(visitor, name)
    return visitor.content()


def test_a_day_in_the_forum(chromium: Browser) -> None:
    """Alice posts, a visitor reads and reports, a moderator hides it and Alice is told; she joins, and leaves again."""
    with ground() as folder:
        place = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}"})
        with served(place) as (site, _):
            (folder / "charter.txt").write_text(CHARTER)
            (folder / "words.md").write_text(WORDS)
            place.avow("forum", "add", "knots", "Knots", str(folder / "charter.txt"), "--community")
            visitor = chromium.new_context(base_url=site, viewport=NARROW).new_page()
            alice = person(chromium, site, ALICE)
            _post(alice)
            _read(visitor)
            _report(visitor)
            _moderate(chromium, place, site)
            visitor.goto("/forum/knots/")
            visitor.get_by_role("link", name="Which knot for a hammock?").click()
            assert visitor.get_by_text("Hidden by the moderators. It is advertising.").is_visible()
            assert "It is advertising." in mail(alice, ALICE, "About your post in the forum")
            _join(alice, place, folder)


def _post(alice: Page) -> None:
    alice.goto("/forum/knots/")
    alice.get_by_role("link", name="Begin a thread").click()
    assert alice.get_by_role("heading", level=1).inner_text() == "Your name in the forum"
    assert alice.get_by_text("Anybody can read: Your name in the forum; What you post.").is_visible()
    alice.get_by_label("Name to show").fill("Ada")
    alice.get_by_role("button", name="Post under this name").click()
    alice.goto("/forum/knots/new/")
    alice.get_by_label("Subject").fill("Which knot for a hammock?")
    words = "I use a bowline, and it slips. Pictures: https://elsewhere.example/knots\n\nOr write to ada@example.net!"
    alice.get_by_label("Post", exact=True).fill(words)
    alice.get_by_role("button", name="Post it for anybody to read").click()
    alice.get_by_label("Post", exact=True).fill("Found it: cheap ropes at my shop.")
    alice.get_by_role("button", name="Post the reply").click()
    assert alice.get_by_role("article").count() == 2
    assert alice.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def _read(visitor: Page) -> None:
    looked_at(visitor, "/forum/", "forum-narrow")
    visitor.get_by_role("link", name="Knots").click()
    visitor.get_by_role("link", name="Which knot for a hammock?").click()
    seen = looked_at(visitor, visitor.url, "forum-thread-narrow")
    assert "[address hidden]!" in seen
    assert ALICE not in seen
    assert "ada@example.net" not in seen
    assert "outside" in str(visitor.get_by_role("link", name="https://elsewhere.example/knots").get_attribute("class"))
    assert not visitor.context.cookies()
    visitor.goto("/forum/search/")
    visitor.get_by_label("Words that all stand in a post").fill("rope shop")
    visitor.get_by_role("button", name="Search").click()
    assert visitor.get_by_role("heading", name="1 post").is_visible()


def _report(visitor: Page) -> None:
    visitor.goto("/forum/knots/")
    visitor.get_by_role("link", name="Which knot for a hammock?").click()
    visitor.get_by_role("link", name="Report post number 2").click()
    visitor.get_by_role("button", name="Report it").click()
    assert visitor.get_by_text("Please pick what is wrong.").is_visible()
    check(visitor)
    visitor.get_by_label("It is advertising.").check()
    visitor.get_by_role("button", name="Report it").click()
    assert visitor.get_by_role("heading", level=1).inner_text() == "Reported"


def _moderate(chromium: Browser, place: Place, site: str) -> None:
    desk = chromium.new_context(base_url=site, viewport={"width": 1200, "height": 800}).new_page()
    enter(desk, "mo@example.com", open_account(desk, add(place, "mo@example.com", "Mo Moderator", "moderation")))
    desk.get_by_role("link", name="Forum", exact=True).click()
    assert desk.get_by_text("Found it: cheap ropes at my shop.").is_visible()
    picture(desk, "forum-desk")
    check(desk)
    desk.get_by_role("button", name="Hide it, and tell them").click()
    assert desk.get_by_text("It is hidden, and they are told.").is_visible()
    assert desk.get_by_role("button", name="Show again the post of Ada").is_visible()


def _join(alice: Page, place: Place, folder: Path) -> None:
    alice.goto("/forum/knots/")
    alice.get_by_role("link", name="Join this community").click()
    assert alice.get_by_text("even if you refuse marketing; leaving it ends them").is_visible()
    picture(alice, "forum-join-narrow")
    alice.get_by_role("button", name="Join, and get its messages").click()
    place.avow("mailing", "send", "community.knots", str(folder / "words.md"), "--yes")
    assert "Bring a rope." in mail(alice, ALICE, "We meet on Friday")
    alice.goto("/forum/knots/")
    alice.get_by_role("button", name="Leave this community").click()
    assert alice.get_by_text("You left").is_visible()
    said = place.avow("mailing", "send", "community.knots", str(folder / "words.md"), "--yes")
    assert "We meet on Friday" in said
    assert alice.get_by_role("link", name="Join this community").is_visible()
