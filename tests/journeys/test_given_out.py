"""Walk with a privacy officer who gives data outside: by a named yes, taken back since; and what the law orders."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.invited import ALICE
from tests.journeys.place import Place, ground
from tests.journeys.test_desk import enter, open_account
from tests.journeys.test_faults import served
from tests.journeys.test_pages import NARROW, check, chromium, free_port, picture, sign_in

__all__ = ["chromium"]

_INVITE = """
from avow.store.connect import connect
connect()
from avow.page.staff.accounts import add
from avow.terms import Role
from avow.record.declare import keeping
from avow.record.known.address import parse
from avow.record.known.identity import persons_at
from avow.record.own.awaited import begin
from tests.journeys.invited import ALICE, invite
invite()
alice = persons_at(parse(ALICE).exact_id)[0]
begin(alice)
with keeping() as cursor:
    cursor.execute("UPDATE awaited SET at = at - interval '4 days'")
for name in ("olga", "paul"):
    print(add(f"{name}@example.com", name.title(), [Role.PRIVACY_OFFICER]))
"""


def test_an_officer_gives_data_outside_and_the_person_takes_it_back(chromium: Browser) -> None:
    """Nobody is in the file before Alice says yes by name, then she alone; she sees it, takes it back, Acme is told."""
    with ground() as folder:
        place = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}"})
        with served(place) as (site, _):
            said, _ = place.python(_INVITE).communicate(timeout=120)
            assert "Traceback" not in said, said
            one, other = re.findall(r"http\S+/desk/welcome/\S+", said)
            officer, second = _seat(chromium, site, "olga", one), _seat(chromium, site, "paul", other, script=False)
            alice = chromium.new_context(base_url=site, viewport=NARROW).new_page()
            _register(officer)
            assert "0" in officer.get_by_role("row", name=re.compile("said yes to Acme Sails")).inner_text()
            _agree(alice)
            text = _give(officer, second, folder / "acme.csv")
            assert ALICE in text
            assert text.count("\r\n") == 2, "the head and Alice"
            _take_back(alice)
            _acknowledge(officer, place)
            _law(officer, second, folder / "court.csv")


def _seat(chromium: Browser, site: str, name: str, link: str, *, script: bool = True) -> Page:
    """Sit down at a desk of one's own."""
    size = ViewportSize(width=1200, height=800) if script else NARROW
    page = chromium.new_context(base_url=site, viewport=size, java_script_enabled=script).new_page()
    enter(page, f"{name}@example.com", open_account(page, link))
    return page


def _register(page: Page) -> None:
    page.get_by_role("navigation", name="Desk").get_by_role("link", name="Given out").click()
    page.get_by_text("Register an organization", exact=True).click()
    for label, value in (
        ("Short name", "acme"),
        ("Name, as people read it", "Acme Sails"),
        ("What it does", "Acme sells sails to people who row."),
        ("Where a notice goes", "privacy@acme.example"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Register it").click()
    assert "nobody has yet" in page.get_by_role("status").inner_text()
    check(page)
    page.get_by_role("link", name="Acme Sails").click()


def _agree(page: Page) -> None:
    """Say yes by name, on a narrow screen."""
    sign_in(page, ALICE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    picture(page, "given-asked")
    check(page)
    page.get_by_role("button", name="Allow: Acme Sails").click()
    assert "Done" in page.get_by_role("status").inner_text()


def _give(officer: Page, second: Page, path: Path) -> str:
    officer.get_by_label("What for").fill("their spring letter")
    officer.get_by_role("button", name="Prepare it").click()
    _attest(officer, second)
    officer.goto("/desk/outside/acme/")
    picture(officer, "given-prepared")
    check(officer)
    with officer.expect_download() as found:
        officer.get_by_role("button", name="Write the file").click()
    found.value.save_as(path)
    return path.read_bytes().decode()


def _attest(*pages: Page) -> None:
    for page in pages:
        page.goto("/desk/attest/")
        page.get_by_role("button", name="I attest this").click()


def _take_back(page: Page) -> None:
    page.goto("/me/given/")
    assert page.get_by_role("row", name=re.compile("Acme Sails")).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    check(page)
    page.goto("/me/")
    page.get_by_role("button", name="Stop: Acme Sails").click()
    assert "Done" in page.get_by_role("status").inner_text()


def _acknowledge(page: Page, place: Place) -> None:
    """See the alarm until the organization says, on the page of its link, that it let her go."""
    assert "Acme Sails" in place.avow("disclosure", "recalls")
    page.goto("/desk/outside/")
    assert page.get_by_role("heading", name="Not acknowledged yet").count() == 1
    picture(page, "given-out")
    check(page)
    page.get_by_role("link", name="Its page").click()
    assert ALICE not in page.content()
    check(page)
    page.get_by_role("button", name="We stopped, and let it go").click()
    assert "Acknowledged" in page.get_by_role("status").inner_text()
    page.goto("/desk/outside/")
    assert not page.get_by_role("heading", name="Not acknowledged yet").count()


def _law(officer: Page, second: Page, path: Path) -> None:
    """Take an order: everything is refused; then the call, two readers, and one file with what it names."""
    officer.goto("/desk/outside/law/")
    for label, value in (
        ("Who orders it", "Hampton District Court"),
        ("Under which docket", "PC-2031/7"),
        ("What it orders", "Hand over what Alice ordered."),
        ("Whom it reaches", ALICE),
        ("From which day on", "2020-01-01"),
        ("Up to and with which day", "2040-01-01"),
        ("By when it is to be followed", "2040-01-01"),
    ):
        officer.get_by_label(label).fill(value)
    officer.get_by_role("button", name="Take it").click()
    assert "An order for everything is not followed" in officer.get_by_role("alert").inner_text()
    check(officer)
    officer.get_by_label("Your orders").check()
    officer.get_by_role("button", name="Take it").click()
    officer.get_by_label("Whom you reached").fill("the clerk, at the number on the court's own site")
    officer.get_by_role("button", name="Note the call").click()
    order = officer.url
    _attest(officer, second)
    officer.goto(order)
    picture(officer, "given-law")
    check(officer)
    with officer.expect_download() as found:
        officer.get_by_role("button", name="Follow it").click()
    found.value.save_as(path)
    assert "CANARY-ORDER" in path.read_text()
    assert "CANARY-SUPPORT" not in path.read_text()
