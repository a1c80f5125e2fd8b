"""Be the staff of the company's day: each at the own desk, doing the own part, seeing the own of Alice and no more."""

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Page

from tests.journeys.guest import ALICE, seen
from tests.journeys.test_pages import check, picture

SEES = {
    "Sam": {"support", "support by mail"},
    "Olga": {"order"},
    "Hugo": {"application", "CV"},
    "Maya": {"report"},
    "Erin": {"letter", "support by mail"},
}
"""What each of the staff sees of her.

Erin sees for the rights of whoever wrote her letter, until it is answered: what came from that mailbox by mail. Nobody
knows yet that it is Alice, who registered, for anybody can write her address on a letter.
"""
AFTER = {**SEES, "Erin": set[str]()}
"""What each sees when all is answered."""
_SHELVES = (
    *(f"/desk/{one}/" for one in ("support", "questions", "orders", "applications")),
    *(f"/desk/{one}/?of=answered" for one in ("support", "questions", "orders", "applications")),
    *(f"/desk/{one}/" for one in ("letters", "forum", "requests", "reads", "mailings", "outside", "insight", "visits")),
    "/desk/ledger/",
    "/desk/health/",
)
_LINK = re.compile(
    r'href="(/desk/(?:people|support|questions|orders|applications)/[0-9a-f-]{36}/(?:file/[0-9a-f-]{36}/|\?for=[a-z-]+)?)"'
)


def works(page: Page, name: str, paths: set[str]) -> set[str]:
    """Do one's part; give what one saw of Alice, and add the addresses where that was to `paths`."""
    return _PARTS[name](page, paths)


def looks(page: Page, paths: set[str]) -> set[str]:
    """Look for her for every purpose that one has, and open all addresses that anybody met; give what came of it."""
    page.goto("/desk/")
    options, from_here = page.get_by_label("You read for this purpose").locator("option"), {"Origin": _site(page)}
    for purpose in options.evaluate_all("all => all.map(o => o.value)"):
        text = page.request.post("/desk/", form={"for": purpose, "text": ALICE}, headers=from_here).text()
        assert f'value="{ALICE}"' in text, "the answer is about her"
        paths |= set(_LINK.findall(text))
    found = set[str]()
    for path in (*_SHELVES, *sorted(paths)):
        got = page.request.get(path)
        assert got.status < 500, path
        found |= seen(f"{got.headers}\n{got.text()}")
        paths |= set(_LINK.findall(got.text()))
    return found


def _site(page: Page) -> str:
    return page.url.partition("/desk/")[0]


def _opens(page: Page, paths: set[str], desk: str, subject: str) -> set[str]:
    """Open a matter from the shelf, and take it."""
    page.goto(f"/desk/{desk}/")
    check(page)
    found = seen(page.content())
    page.locator("main td a", has_text=subject).first.click()
    picture(page, f"day-desk-{desk}")
    check(page)
    paths |= {page.url.removeprefix(_site(page)), *_LINK.findall(page.content())}
    return found | seen(page.content())


def _answers(page: Page, words: str, step: str = "") -> None:
    page.get_by_label("Your answer").fill(words)
    if step:
        page.get_by_label("How far it is").select_option(step)
    page.get_by_role("button", name="Send it", exact=True).click()
    assert "on its way" in page.get_by_role("status").inner_text()


def _sam(page: Page, paths: set[str]) -> set[str]:
    found = _opens(page, paths, "support", "The printed manual")
    found |= _opens(page, paths, "support", "Harbour Mail")
    _answers(page, "Please leave out the dashes of the key.")
    return found


def _olga(page: Page, paths: set[str]) -> set[str]:
    found = _opens(page, paths, "orders", "Harbour Mail")
    _answers(page, "Your three licences are ready.", "confirmed")
    return found


def _hugo(page: Page, paths: set[str]) -> set[str]:
    found = _opens(page, paths, "applications", "Writer of manuals")
    link = page.get_by_role("link", name="cv.txt").get_attribute("href")
    found |= seen(page.request.get(str(link)).text())
    _answers(page, "Come and see us on Monday.", "invited")
    return found


def _maya(page: Page, _paths: set[str]) -> set[str]:
    page.goto("/desk/forum/")
    picture(page, "day-desk-forum")
    check(page)
    found = seen(page.content())
    page.get_by_role("button", name="Hide it, and tell them").click()
    assert page.get_by_text("It is hidden, and they are told.").is_visible()
    return found


def _erin(page: Page, paths: set[str]) -> set[str]:
    page.goto("/desk/letters/")
    check(page)
    page.get_by_role("link", name="Somebody").click()
    paths.add(page.url.removeprefix(_site(page)))
    picture(page, "day-letter")
    check(page)
    found = seen(page.content())
    page.goto("/desk/letters/")
    page.get_by_label("What was answered").fill("Three years, as the policy says.")
    page.get_by_role("button", name="Close").click()
    assert page.get_by_text("The letter is closed.").is_visible()
    return found


_PARTS: Mapping[str, Callable[[Page, set[str]], set[str]]] = {
    "Sam": _sam,
    "Olga": _olga,
    "Hugo": _hugo,
    "Maya": _maya,
    "Erin": _erin,
}
