"""Ask for all that is held in a real browser: a second code, a page to print, files to keep."""

import json
import re
from typing import Final

from playwright.sync_api import Browser, Page

from tests.journeys.place import Place
from tests.journeys.test_pages import NARROW, check, mail, picture, register, sign_in
from tests.journeys.test_receipts import address, chromium, page, place

__all__ = ["chromium", "page", "place"]

PRIVATE: Final = "I like the sea."
"""What stands in an application, and is shown days after it was asked for."""


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
    """The page that asks, the copy, and what waits pass axe-core, until somebody stops it; pictures are taken here."""
    context = chromium.new_context(base_url=address(place), viewport={"width": 1100, "height": 800})
    page = context.new_page()
    register(page, "bob@example.net")
    apply(page, "bob@example.net")
    sign_in(page, "bob@example.net")
    page.goto("/me/copy/")
    check(page)
    asked(page, "bob@example.net")
    assert page.get_by_role("heading", name="What is not shown yet").count() == 1
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
    turns(page)
    waits(page)
    context.close()


def apply(page: Page, address: str) -> None:
    """Apply for a job, with a file, and prove once more the address that registered."""
    page.goto("/apply/")
    for label, words in {"E-mail address": address, "Name": "Bob Example", "Position": "Keeper"}.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("About you").fill(PRIVATE)
    page.get_by_label("Your CV").set_input_files({"name": "cv.txt", "mimeType": "text/plain", "buffer": b"my life"})
    page.locator("form button").last.click()
    asks = page.locator("tr", has_text=address).filter(has_text="Is this your address")
    page.goto("/mail/")
    while asks.count() < 2:
        page.wait_for_timeout(200)
        page.goto("/mail/")
    asks.first.get_by_role("link").click()
    page.locator(".plain a").first.click()
    page.get_by_role("button", name="Yes, it is mine").click()


def turns(page: Page) -> None:
    """See that two entries stand at the address, each apart: turn to the one that registered, and back."""
    for seen in ("Nothing is here", "An application for a job"):
        page.goto("/me/")
        page.get_by_role("link", name="the others").click()
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        picture(page, "apart")
        check(page)
        page.get_by_role("button", name="See this one").click()
        page.goto("/me/said/")
        assert seen in page.locator("main").inner_text()
    page.set_viewport_size({"width": 1100, "height": 800})


def waits(page: Page) -> None:
    """Find told how long an application waits, on its page too; stop it by the link that was mailed, and be out."""
    page.goto("/me/copy/")
    assert "wait until" in page.locator(".told").first.inner_text()
    page.goto("/me/said/")
    page.get_by_role("link", name="An application for a job").click()
    assert "can be had from" in page.locator(".told").first.inner_text()
    assert PRIVATE not in page.content()
    check(page)
    mail(page, "bob@example.net", "shown in three days")
    page.locator(".plain a").click()
    check(page)
    picture(page, "copy-stop")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Stop it").click()
    assert page.get_by_role("heading", level=1).inner_text() == "It is stopped"
    check(page)
    page.goto("/me/copy/")
    assert page.url.endswith("/signin/"), "every session is over"
