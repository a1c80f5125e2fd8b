"""Ask for all that is held in a real browser: a second code, a page to print, files to keep."""

import json
import re

from playwright.sync_api import Browser, Page

from tests.journeys.place import Place
from tests.journeys.test_pages import check, mail, picture, register, sign_in
from tests.journeys.test_receipts import address, chromium, page, place

__all__ = ["chromium", "page", "place"]


def asked(page: Page, whom: str) -> None:
    """Ask for the copy and bring back the second code."""
    page.goto("/me/")
    page.get_by_role("link", name="All that we hold about you").click()
    page.get_by_role("button", name="Mail me a code").click()
    inbox = page.context.new_page()
    digits = re.search(r"\d{8}", mail(inbox, whom, "is your code to see what we hold"))
    assert digits
    inbox.close()
    page.get_by_label("The code").fill(digits[0])
    page.get_by_role("button", name="Go on").click()


def test_a_person_asks_proves_and_reads(page: Page) -> None:
    """Without script, on 320 pixels: the copy shows what was given, and is kept as a file."""
    register(page, "alice@example.org")
    sign_in(page, "alice@example.org")
    asked(page, "alice@example.org")
    assert "alice@example.org" in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    with page.expect_download() as download:
        page.get_by_role("button", name="Keep it as JSON").click()
    found = json.loads(download.value.path().read_text())
    assert "alice@example.org" in {value for one in found["given"] for _, value in one["fields"]}
    assert [line["what"] for line in found["messages"]]


def test_the_copy_passes_axe(chromium: Browser, place: Place) -> None:
    """The page that asks and the copy pass axe-core; the picture of the copy is taken here."""
    context = chromium.new_context(base_url=address(place), viewport={"width": 1100, "height": 800})
    page = context.new_page()
    register(page, "bob@example.net")
    sign_in(page, "bob@example.net")
    page.goto("/me/copy/")
    check(page)
    asked(page, "bob@example.net")
    check(page)
    picture(page, "copy")
    page.goto("/me/correct/")
    check(page)
    page.get_by_role("link", name="Put right: Who you are").click()
    check(page)
    page.get_by_label("Name").fill("Robert Example")
    page.get_by_role("button", name="Put it right").click()
    assert "Robert Example" in page.content()
    picture(page, "corrected")
    context.close()
