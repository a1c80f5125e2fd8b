"""Walk a request in a real browser: a person asks, reads and corrects; a privacy officer works a queue of fifty."""

import re

from playwright.sync_api import Browser, Page

from tests.journeys.invited import ALICE
from tests.journeys.place import ground
from tests.journeys.test_desk import add, enter, invited, open_account
from tests.journeys.test_pages import NARROW, check, chromium, picture, sign_in

__all__ = ["chromium"]

_MANY = "from avow.store.connect import connect\nconnect()\nfrom tests.journeys.asked import asked\nasked()"


def test_a_person_asks_and_an_officer_works_the_queue(chromium: Browser) -> None:
    """What is wrong is said on a narrow screen; it is found among fifty, decided, and read."""
    with ground() as folder, invited(folder) as (place, site):
        link = add(place, "olga@example.com", "Olga Officer", "privacy-officer")
        said, _ = place.python(_MANY).communicate(timeout=120)
        assert "Traceback" not in said, said
        person = chromium.new_context(base_url=site, viewport=NARROW).new_page()
        _ask(person)
        officer = chromium.new_page(base_url=site, viewport={"width": 1200, "height": 800})
        enter(officer, "olga@example.com", open_account(officer, link))
        _work(officer)
        person.goto("/me/requests/")
        assert "The invoice says two, and so do we." in person.content()
        assert person.evaluate("document.documentElement.scrollWidth") <= 320
        check(person)
        person.get_by_label("Why this is wrong").fill("Look at page two of it.")
        person.get_by_role("button", name="Ask somebody else to look again").click()
        assert "Somebody else of us looks at it again" in person.get_by_role("status").inner_text()
        picture(person, "my-requests")
        officer.goto("/desk/requests/")
        assert officer.get_by_text("second look").count() == 1


def _ask(page: Page) -> None:
    """Put one's own name right at once; say that the order is wrong."""
    sign_in(page, ALICE)
    page.get_by_role("link", name="Put right what is wrong").click()
    check(page)
    page.get_by_role("link", name=re.compile("Put right: ")).first.click()
    page.get_by_label("Name").fill("Alice Everywhere-Else")
    page.get_by_role("button", name="Put it right").click()
    assert "stay gone" in page.get_by_role("status").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name=re.compile("Say what is wrong: .*rder")).first.click()
    check(page)
    page.get_by_role("button", name="Send it").click()
    assert "Please look at this again" in page.get_by_role("alert").inner_text()
    page.get_by_label("Number of licences").fill("20")
    page.get_by_label("How you know").fill("It stands so on the invoice of 3 May.")
    picture(page, "propose")
    page.get_by_role("button", name="Send it").click()
    assert "It has arrived" in page.get_by_role("status").inner_text()
    check(page)


def _work(page: Page) -> None:
    """Look at the queue, extend one, answer one, refuse the one of the walk."""
    check(page)
    page.get_by_role("link", name=re.compile("late|due within a week")).click()
    assert page.locator("table tbody tr").count() == 50
    picture(page, "desk-requests")
    check(page)
    page.get_by_role("link", name="Those due later").click()
    assert page.locator("table tbody tr").count() >= 1
    page.goto("/desk/requests/?of=free")
    page.get_by_role("link", name=re.compile("complains")).last.click()
    page.get_by_role("button", name="Take it").click()
    assert "It is yours" in page.get_by_role("status").inner_text()
    page.goto("/desk/requests/?of=mine")
    assert page.locator("table tbody tr").count() == 11
    page.goto("/desk/requests/")
    _find(page, "wants to see what we hold")
    page.get_by_label("Why it takes longer").fill("Our archive is on paper.")
    page.get_by_role("button", name="Take as many days again").click()
    assert "told by mail" in page.get_by_role("status").inner_text()
    check(page)
    page.get_by_label("What the person is told").fill("Your copy stands under your choices.")
    page.get_by_role("button", name=re.compile("Close the letter|It is done")).click()
    assert "It is answered" in page.get_by_role("status").inner_text()
    _find(page, "says that something is wrong", "It stands so on the invoice of 3 May.")
    picture(page, "desk-request")
    check(page)
    page.get_by_label("What the person is told").fill("The invoice says two, and so do we.")
    page.get_by_role("button", name="Refuse, and tell them why").click()
    assert "It is answered" in page.get_by_role("status").inner_text()


def _find(page: Page, asks: str, words: str = "") -> None:
    """Open requests of a sort, the latest due first, until one holds these words."""
    found = []
    for path in ("/desk/requests/", "/desk/requests/?of=free"):
        page.goto(path)
        more = page.get_by_role("link", name="Those due later")
        pages = [page.url, *([more.get_attribute("href")] if more.count() else [])]
        for one in pages:
            page.goto(str(one))
            found += [each.get_attribute("href") for each in page.get_by_role("link", name=re.compile(asks)).all()]
    for one in dict.fromkeys(reversed(found)):
        page.goto(str(one))
        if words in page.content():
            return
    raise AssertionError(asks)
