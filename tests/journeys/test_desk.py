"""Walk the desk in a real browser, as a privacy officer and as a support agent; then the person sees who read what."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page

from tests.journeys.invited import ALICE, HARRY, MARKS
from tests.journeys.place import Place, ground
from tests.journeys.test_faults import served
from tests.journeys.test_pages import NARROW, check, chromium, free_port, picture, sign_in

__all__ = ["chromium"]

PASSWORD = "a long walk along the harbour"  # noqa: S105 -- of an invented account
_KINDS = "from avow.store.connect import connect\nconnect()\nfrom tests.journeys.kinds import tell\ntell()"
_INVITE = "from avow.store.connect import connect\nconnect()\nfrom tests.journeys.invited import invite\ninvite()"


@contextmanager
def invited(folder: Path, *, alone: bool = False, **settings: str) -> Iterator[tuple[Place, str]]:
    """Serve a site at which the invited have been, alone or among as many as PEOPLE says (the tutorial: a million)."""
    place = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}", **settings})
    if not alone:
        place.avow("demo", "seed", "--people", os.environ.get("PEOPLE", "1000"), within=3600)
    with served(place) as (site, _):
        said, _ = place.python(_INVITE).communicate(timeout=120)
        assert "Traceback" not in said, said
        yield place, site


def code_of(secret: str) -> str:
    """Give the code that a device shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def add(place: Place, email: str, name: str, *roles: str) -> str:
    """Make an account of staff, and give its link."""
    said = place.avow("staff", "add", email, "--name", name, *(word for role in roles for word in ("--role", role)))
    found = re.search(r"http\S+/desk/welcome/\S+", said)
    assert found, said
    return found[0]


def open_account(page: Page, link: str) -> str:
    """Set password and second factor at the link, and give the factor's secret."""
    page.goto(link)
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("A new password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.get_by_label("The code that it shows now").fill(code_of(secret))
    page.get_by_role("button", name="Open my account").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your account is open"
    return secret


def enter(page: Page, email: str, secret: str) -> None:
    """Sign in with both factors."""
    page.goto("/desk/signin/")
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on to the second factor").click()
    page.get_by_label("The code that it shows now").fill(code_of(secret))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", level=1, name="People").wait_for()


def look(page: Page, text: str, purpose: str) -> Page:
    """Look for people for a purpose."""
    page.goto("/desk/")
    page.get_by_label("You read for this purpose").select_option(purpose)
    page.get_by_label("Address").fill(text)
    page.get_by_role("button", name="Look").click()
    return page


def marks(page: Page) -> set[str]:
    """Give the kinds whose marks stand anywhere in what the browser got."""
    return {kind for kind, mark in MARKS.items() if mark in page.content()}


def test_an_officer_and_an_agent_at_the_desk(chromium: Browser) -> None:
    """Each finds a person, reads the card, acts, and sees what the role's purposes permit; then the person sees who."""
    with ground() as folder, invited(folder) as (place, site):
        officer = chromium.new_page(base_url=site, viewport={"width": 1200, "height": 800})
        officer.goto("/desk/")
        picture(officer, "desk-first")
        link = add(place, "olga@example.com", "Olga Officer", "privacy-officer")
        officer.goto(link)
        picture(officer, "desk-welcome")
        check(officer)
        enter(officer, "olga@example.com", open_account(officer, link))
        _officer(officer)
        agent = chromium.new_page(base_url=site, java_script_enabled=False, viewport=NARROW)
        enter(agent, "sam@example.com", open_account(agent, add(place, "sam@example.com", "Sam Support", "support")))
        _agent(agent)
        place.avow("staff", "roles", "sam@example.com", "--role", "operator")
        agent.reload()
        assert agent.get_by_role("heading", level=1).inner_text() == "Nobody to show"
        assert not marks(agent)
        _the_person_sees(chromium.new_context(base_url=site).new_page())
        officer.goto("/desk/reads/")
        assert officer.get_by_role("row", name=re.compile("Olga Officer")).count()
        assert officer.get_by_role("row", name=re.compile("Sam Support")).count()
        picture(officer, "desk-reads")
        check(officer)
        _kinds(officer, place)
        place.avow("staff", "remove", "olga@example.com")
        officer.goto("/desk/")
        assert officer.get_by_role("heading", level=1).inner_text() == "The desk"
        assert "Everything agrees" in place.avow("ledger", "fsck", within=1800)


def _officer(page: Page) -> None:
    """See everything for the person's rights; send the link; look at the house."""
    check(page)
    assert not look(page, ALICE, "rights").get_by_role("link", name="Alice").count(), "no case, no card"
    for address in (ALICE, HARRY):
        page.goto("/desk/case/")
        check(page)
        page.get_by_label("Address or id of who asked").fill(address)
        page.get_by_label("What they asked for").fill("wrote on 3 May and wants to see all")
        picture(page, "desk-case")
        page.get_by_role("button", name="Open the case").click()
        assert "The case is open" in page.get_by_role("status").inner_text()
    look(page, ALICE, "rights")
    picture(page, "desk-found")
    check(page)
    page.get_by_role("link", name="Alice Everywhere").click()
    assert marks(page) == {*MARKS}
    assert page.get_by_role("heading", level=1).inner_text() == "Alice Everywhere"
    picture(page, "desk-card")
    check(page)
    page.get_by_role("button", name="Send them their link").click()
    assert "Their link is on its way" in page.get_by_role("status").inner_text()
    look(page, "hopeful HARRY", "rights")
    page.get_by_role("link", name="Harry Hopeful").click()
    page.get_by_label("Address or id of the other").fill(ALICE)
    page.get_by_role("button", name="Take them for one").click()
    assert "They are one now" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Part them").click()
    assert "They are two again" in page.get_by_role("status").inner_text()
    for name in ("Take a no", "Reads", "Policy", "Ledger", "Health"):
        page.get_by_role("navigation", name="Desk").get_by_role("link", name=name).click()
        check(page)
        if name in {"Ledger", "Health"}:
            picture(page, f"desk-{name.lower()}")


def _agent(page: Page) -> None:
    """See what was given to support, on a narrow screen without script; take a no; open no page of another role."""
    assert not look(page, HARRY, "support").get_by_role("link", name="Harry").count()
    assert "Nobody whom you may read" in page.locator(".told").inner_text()
    assert not look(page, "hopeful", "support").get_by_role("link", name="Harry").count()
    look(page, "alice everywhere", "support").get_by_role("link", name="Alice Everywhere").click()
    assert marks(page) == {"support"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    picture(page, "desk-agent")
    page.get_by_label("How you know").fill("said so on the telephone")
    page.get_by_role("button", name="Stop it now").click()
    assert "the no holds from now on" in page.get_by_role("status").inner_text()
    assert marks(page) == {"support"}
    assert "said so on the telephone" in page.content()
    card = page.url
    page.goto("/desk/reads/")
    assert page.get_by_role("heading", level=1).inner_text() == "Not in your role"
    page.goto(re.sub(r"\?.*", "?for=rights", card))
    assert page.get_by_role("heading", level=1).inner_text() == "Nobody to show"
    page.goto(card)


def _kinds(page: Page, place: Place) -> None:
    """See what is told of kinds of customers: figures and plots, and nothing that leads on to anybody."""
    said, _ = place.python(_KINDS).communicate(timeout=120)
    assert "Traceback" not in said, said
    page.get_by_role("navigation", name="Desk").get_by_role("link", name="Insight").click()
    assert page.get_by_role("heading", name="Country", exact=True).count()
    assert page.locator("main svg").count() > 5
    assert not page.locator("main a[href*='people']").count()
    picture(page, "desk-insight")
    check(page)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    picture(page, "desk-insight-narrow")
    check(page)
    assert "Country" in place.avow("insight", "show")


def _the_person_sees(page: Page) -> None:
    """Sign in as the person, and see the reads by role, for which purpose and how often."""
    sign_in(page, ALICE)
    page.get_by_role("link", name="Who read your data").click()
    assert page.get_by_role("row", name=re.compile("Privacy officer.*Your rights")).count() == 1
    assert page.get_by_role("row", name=re.compile("Support.*What you told support")).count() == 1
    assert "Olga" not in page.content()
    picture(page, "desk-who-read")
    check(page)


def test_by_keyboard_alone(chromium: Browser) -> None:
    """An agent signs in, looks and opens a card without a mouse, and focus can be seen; nothing leaves the site."""
    with ground() as folder, invited(folder) as (place, site):
        page = chromium.new_page(base_url=site)
        secret = open_account(page, add(place, "sam@example.com", "Sam Support", "support"))
        enter(page, "sam@example.com", secret)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
        page.keyboard.press("Enter")
        for _ in range(2):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "text"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.type(ALICE)
        page.keyboard.press("Enter")
        page.wait_for_selector("h2:has-text('1 found')")
        page.get_by_role("link", name="Alice Everywhere").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('Alice Everywhere')")
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert cookies.keys() == {"avow_desk"}
        assert cookies["avow_desk"]["path"] == "/desk/"
        assert cookies["avow_desk"]["httpOnly"]
        assert cookies["avow_desk"]["sameSite"] == "Strict"
        assert cookies["avow_desk"]["expires"] == -1
