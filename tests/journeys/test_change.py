"""Change the policy in a real browser: two of the staff approve what they see, people are told and answer."""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.journeys.place import ROOT, Place, ground
from tests.journeys.test_desk import add, chromium, enter, open_account
from tests.journeys.test_faults import served
from tests.journeys.test_pages import check, free_port, mail, picture
from tests.units.cli.change.cast import come

__all__ = ["chromium"]

FIRST, SECOND = "2025-01-01", "2027-03-01"
ALICE = "alice@example.org"
_COME = """
from avow.store.connect import connect
connect()
from tests.units.gate.cast import arrive, prove
from avow.terms import ChannelKind
prove(arrive("alice@example.org"), "alice@example.org")
for n in range({people}):
    address = f"person{{n}}@example.net"
    person = arrive(address, by=ChannelKind.INQUIRY if n % 4 == 0 else ChannelKind.REGISTRATION)
    if n % 9:
        prove(person, address)
"""


def test_a_change_from_its_plan_to_the_answers(chromium: Browser) -> None:
    """The plan is approved by two at the desk, the notice stands on every page, and the question is answered."""
    with ground() as folder:
        policies = folder / "policies"
        policies.mkdir()
        shutil.copy(ROOT / f"policies/changes/{FIRST}.md", policies)
        settings = {"AVOW_BIND": f"127.0.0.1:{free_port()}", "AVOW_POLICIES": str(policies)}
        place = Place(folder / "data", settings)
        with served(place) as (site, _):
            said, _ = place.python(_COME.format(people=int(os.environ.get("PEOPLE", "40")))).communicate(timeout=300)
            assert "Traceback" not in said, said
            _plan(place, folder, policies)
            _approve(chromium, place, site)
            page = chromium.new_page(base_url=site, viewport={"width": 1100, "height": 800})
            _noticed(page)
            _answered(page)
            page.close()


def _plan(place: Place, folder: Path, policies: Path) -> None:
    """Let the next version come, plan it, and bring the plan."""
    come(policies, SECOND)
    place.avow("policy", "plan", SECOND, "--out", str(folder / "plan.json"))
    assert "2 members of staff" in place.avow("policy", "apply", str(folder / "plan.json"), status=1)


def _approve(chromium: Browser, place: Place, site: str) -> None:
    """Let an officer and an operator approve, and the second publish; the first looks at the answers later."""
    for number, (email, name, role) in enumerate(
        (("olga@example.com", "Olga Officer", "privacy-officer"), ("paul@example.com", "Paul Operator", "operator"))
    ):
        context = chromium.new_context(base_url=site, viewport={"width": 1200, "height": 900})
        page = context.new_page()
        enter(page, email, open_account(page, add(place, email, name, role)))
        page.goto("/desk/change/")
        check(page)
        page.get_by_role("link", name=f"Version {SECOND}").click()
        if number == 0:
            check(page)
            picture(page, "change-plan")
        page.get_by_role("button", name="I approve this plan").click()
        if number:
            page.get_by_role("button", name=f"Publish version {SECOND}").click()
            page.get_by_role("heading", name="Answers").wait_for()
            check(page)
        context.close()


def _noticed(page: Page) -> None:
    """See the notice on a page, and what changes beside the old text."""
    for _ in range(100):
        page.goto("/")
        if page.locator(".news").count():
            break
        page.wait_for_timeout(200)
    check(page)
    picture(page, "change-notice")
    page.locator(".news").get_by_role("link").click()
    page.get_by_role("heading", name=f"What changed in version {SECOND}").wait_for()
    check(page)
    picture(page, "change-beside")


def _answered(page: Page) -> None:
    """Open the question, look at it as scanners do, and answer by keyboard; both buttons are alike in all."""
    words = mail(page, ALICE, "May we use your data in another way")
    found = re.search(r"http\S+(/policy/question/\S+/)", words)
    assert found
    assert page.request.get(found[1]).ok
    assert page.request.head(found[1]).ok
    page.goto(found[1])
    check(page)
    picture(page, "question")
    assert page.get_by_text("none so far, which is a no").count() == 2
    yes, no = (page.get_by_role("button", name=name).first for name in ("Yes, you may", "No, you may not"))
    boxes = [one.bounding_box() for one in (yes, no)]
    assert boxes[0]
    assert boxes[1]
    assert {name: boxes[0][name] for name in ("width", "height", "y")} == {
        name: boxes[1][name] for name in ("width", "height", "y")
    }
    looks = "one => { const s = getComputedStyle(one); return [s.color, s.backgroundColor, s.border, s.font] }"
    assert yes.evaluate(looks) == no.evaluate(looks)
    yes.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "No, you may not"
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert "You said no to" in page.get_by_role("status").inner_text()
    check(page)
    picture(page, "answered")
    page.get_by_role("button", name="Yes, you may").first.click()
    assert "You said yes to" in page.get_by_role("status").inner_text()
