"""Walk with an organization that works for us: let in, reading when its agreement ends, and shut out."""

import json
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page

from tests.journeys.invited import ALICE, MARKS
from tests.journeys.place import Place, ground
from tests.journeys.test_desk import add, enter, invited, open_account
from tests.journeys.test_pages import NARROW, check, chromium, picture, sign_in

__all__ = ["chromium"]

_ORDER = """
from avow.store.connect import connect
connect()
from avow.terms import ChannelKind
from tests.journeys.invited import gave
for n in range(120):
    gave(f"buyer{n}@example.net", ChannelKind.ORDER, f"Buyer {n}")
"""
_PRINT = (
    *("processor", "add", "print-2026", "--organization", "Tidewater Print, Inc.", "--confidentiality"),
    *("contract of 3 May, clause 7", "--below", "Pier Couriers", "--category", "contact", "--category", "order"),
)


def ask(site: str, token: str, after: str = "") -> tuple[int, str]:
    """Ask for a page as a program does; give status and text."""
    asked = Request(f"{site}/processor/?after={after}", headers={"Authorization": f"Bearer {token}"})  # noqa: S310 -- ours
    try:
        with urlopen(asked, timeout=30) as answer:  # noqa: S310 -- same
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def people(text: str) -> int:
    """Count whose address stands in what was got."""
    return len(set(re.findall(r"[\w.]+@example\.(?:org|net)", text)))


def test_an_agreement_that_ends_in_the_middle_of_a_run(chromium: Browser) -> None:
    """A program and a person read page by page; a privacy officer ends it; not one field is seen from then on."""
    with ground() as folder, invited(folder, alone=True) as (place, site):
        said, _ = place.python(_ORDER).communicate(timeout=120)
        assert "Traceback" not in said, said
        _put_on_file(place)
        token = place.avow("processor", "token", "print-2026", "orders", "--name", "the press").strip()
        link = place.avow("processor", "account", "print-2026", "petra@example.net", "--name", "Petra Printer")
        petra = chromium.new_page(base_url=site, viewport=NARROW)
        enter(petra, "petra@example.net", open_account(petra, link.split()[-1]))
        check(petra)
        petra.get_by_role("link", name="Everybody").click()
        check(petra)
        petra.locator("article h2 a").first.click()
        check(petra)
        picture(petra, "contractor-desk")
        petra.get_by_role("link", name="Everybody").click()
        assert people(petra.content()) == 25
        assert petra.evaluate("document.documentElement.scrollWidth") <= 320
        petra.get_by_role("link", name="Next page").click()
        assert people(petra.content()) == 25
        status, text = ask(site, token)
        assert (status, people(text)) == (200, 100)
        assert {kind for kind, mark in MARKS.items() if mark in text} <= {"order"}
        officer = chromium.new_page(base_url=site, viewport={"width": 1200, "height": 800})
        enter(
            officer,
            "olga@example.com",
            open_account(officer, add(place, "olga@example.com", "Olga", "privacy-officer")),
        )
        _end(officer)
        petra.get_by_role("link", name="Next page").click()
        assert people(petra.content()) == 0
        assert "not in force" in petra.locator(".lead").inner_text()
        check(petra)
        status, text = ask(site, token, json.loads(text)["after"])
        assert (status, people(text)) == (403, 0)
        _again(officer)
        _the_person_sees(chromium.new_context(base_url=site).new_page())
        assert "Everything agrees" in place.avow("ledger", "fsck", within=1800)


def _put_on_file(place: Place) -> None:
    """Be refused what the policy does not state, and agree on the rest."""
    assert "towards those who work for you it states" in place.avow(*_PRINT, "--purpose", "offers", status=1)
    assert "On file" in place.avow(*_PRINT, "--purpose", "orders")


def _end(page: Page) -> None:
    """Look at the agreements, and end one."""
    page.get_by_role("link", name="Contractors").click()
    check(page)
    picture(page, "contractors")
    page.get_by_label("Why the agreement print-2026 ends").fill("the work is done")
    page.get_by_role("button", name="End it now").click()
    assert "nothing is seen" in page.get_by_role("status").inner_text()


def _again(page: Page) -> None:
    """Keep that what was held was given back; put the next agreement on file, after a form that lacks everything."""
    page.get_by_label("How you know that what was held under print-2026").fill("deleted, certificate of 5 May")
    page.get_by_role("button", name="It was returned or deleted").click()
    page.get_by_role("link", name="Put an agreement on file").click()
    page.get_by_role("button", name="Put it on file").click()
    assert page.get_by_role("alert").count()
    check(page)
    page.get_by_label("The organization").fill("Harbour Help Desk, Ltd.")
    page.get_by_label("A short name").fill("help-2026")
    page.get_by_label("How it is bound").fill("contract of 1 June, annex 2")
    page.get_by_label("When it ends").fill("2001-01-31")
    page.get_by_label("Support: to solve").check()
    page.get_by_role("group", name="Which kinds of data").get_by_label("Your e-mail address").check()
    page.get_by_role("button", name="Put it on file").click()
    assert "ends after it begins" in page.get_by_role("alert").inner_text()
    page.get_by_label("When it ends").fill("")
    page.get_by_role("button", name="Put it on file").click()
    assert "on file" in page.get_by_role("status").inner_text()
    check(page)


def _the_person_sees(page: Page) -> None:
    """See who read what, by the organization's name."""
    sign_in(page, ALICE)
    page.get_by_role("link", name="Who read your data").click()
    assert page.get_by_role("row", name=re.compile("Tidewater Print, Inc., which works for us.*Orders")).count()
    picture(page, "contractor-who-read")
    check(page)
