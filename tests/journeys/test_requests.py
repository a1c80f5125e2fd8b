"""Walk a request in a real browser: a person asks, reads and corrects; a privacy officer works a queue of fifty."""

import re
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page

from tests.journeys.invited import ALICE
from tests.journeys.place import ROOT, ground
from tests.journeys.test_desk import add, enter, invited, open_account
from tests.journeys.test_pages import NARROW, check, chromium, picture, sign_in

__all__ = ["chromium"]

_MANY = "from avow.store.connect import connect\nconnect()\nfrom tests.journeys.asked import asked\nasked()"


def test_a_person_asks_and_an_officer_works_the_queue(chromium: Browser) -> None:
    """What is wrong is said on a narrow screen; it is found among fifty, decided, and read."""
    with ground() as folder, invited(folder, AVOW_POLICIES=_granting(folder)) as (place, site):
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
        _restricts(person, officer)
        _erases(person, officer)


def _granting(folder: Path) -> str:
    """Write the policy of a company whose law grants more: to be forgotten, to restrict, to object; give its folder."""
    words = (ROOT / "policies/example/2025-01-01.md").read_text()
    begin = words.index("[right.correction]")
    end = words.index("~~~", begin)
    more = "".join(
        words[begin:end].replace("correction", right).replace("Have what is wrong corrected", title)
        for right, title in (("erasure", "Be forgotten"), ("restriction", "Restrict it"), ("objection", "Object"))
    )
    (folder / "policies").mkdir(mode=0o755)
    (folder / "policies/2025-01-01.md").write_text(f"{words[:end]}\n{more}{words[end:]}")
    return str(folder / "policies")


def _restricts(person: Page, officer: Page) -> None:
    """Somebody asks it in Alice's name: the paper is noted, Alice says that they may, and it waits for two readers."""
    officer.goto("/desk/case/")
    officer.get_by_label("Address or id of who asked").fill(ALICE)
    officer.get_by_label("What they asked for").fill("wrote for Alice")
    officer.get_by_label("What it is").select_option("wants the use of it to stop")
    officer.get_by_role("button", name="Open the case").click()
    _find(officer, "wants the use of it to stop")
    officer.get_by_text("Somebody else asks this in their name").click()
    officer.get_by_label("As what they ask").select_option(index=1)
    officer.get_by_label("Their name").fill("Anna Agent")
    paper = FilePayload(name="mandate.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4")
    officer.get_by_label("The paper that shows it").set_input_files(paper)
    check(officer)
    officer.get_by_role("button", name="Note who asks").click()
    assert officer.get_by_role("heading", name=re.compile("Anna Agent")).count() == 1
    picture(officer, "desk-mandate")
    check(officer)
    person.goto("/me/requests/")
    assert "Anna Agent asks this in your name" in person.locator("main").inner_text()
    check(person)
    person.get_by_role("button", name="They may: answer them, too").click()
    assert "We know it now" in person.get_by_role("status").inner_text()
    assert person.evaluate("document.documentElement.scrollWidth") <= 320
    picture(person, "mandate")


def _erases(person: Page, officer: Page) -> None:
    """Grant it, which is not done at once: the person reads when, and takes it back."""
    person.get_by_label("Forget what you hold about me").check()
    person.get_by_label("What you want to say").fill("I want that.")
    person.get_by_role("button", name="Send it").click()
    assert "It has arrived" in person.get_by_role("status").inner_text()
    _find(officer, "wants to be forgotten")
    picture(officer, "desk-erasure")
    officer.get_by_label("What the person is told").fill("We erase it all.")
    officer.get_by_role("button", name="Erase it, and tell them").click()
    assert "It is answered" in officer.get_by_role("status").inner_text()
    person.goto("/me/requests/")
    assert "is erased, for good" in person.locator("main").inner_text()
    picture(person, "erasing")
    check(person)
    person.get_by_role("button", name="Take it back: erase nothing").click()
    assert "It is taken back" in person.get_by_role("status").inner_text()


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
    assert page.locator("main svg").count() == 1, "the load is drawn"
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
