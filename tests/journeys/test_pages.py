"""Walk the pages in a real browser: without script, on a narrow screen, by keyboard, as a screen reader does."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.journeys.place import ending
from tests.journeys.poured import GIGABYTE, at_one_instant, pour, resident, server_of

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
FORMS = (
    "/register/",
    "/inquiry/",
    "/order/",
    "/support/",
    "/apply/",
    "/choices/",
    "/signin/",
    "/confirm/",
    "/lists/newsletter/join/",
)
OPEN_PAGES = ("/", "/policy/", *FORMS, "/lists/", "/lists/newsletter/", "/cookies/", "/mail/", "/desk/", "/none/")
TYPED = {
    "/register/": {"profile.name": "Alice Example"},
    "/order/": {"order.product": "Lighthouse", "order.number": "7", "order.billing": "Quay Street 1"},
    "/inquiry/": {"inquiry.subject": "Prices", "inquiry.message": "How much?"},
}
NARROW = ViewportSize(width=320, height=640)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ready(address: str) -> bool:
    """Say whether the site can serve."""
    try:
        with urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310 -- our own site on loopback
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Run `avow serve` on an empty folder, as a newcomer does, and give its address."""
    bind = f"127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory(prefix="avow-site-") as folder:
        Path(folder).chmod(0o711)
        environment = {**os.environ, "AVOW_DATA": f"{folder}/data", "AVOW_BIND": bind}
        command = [str(Path(sys.executable).with_name("avow")), "serve"]
        with ending(subprocess.Popen(command, env=environment)) as served:
            until = time.monotonic() + 180
            while not ready(f"http://{bind}"):
                assert served.poll() is None, "avow serve ended"
                assert time.monotonic() < until, "the site does not answer"
                time.sleep(0.2)
            yield f"http://{bind}"
            served.send_signal(signal.SIGTERM)
            assert served.wait(120) == 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def plain(chromium: Browser, site: str) -> Iterator[Page]:
    """Give a page without script on a narrow screen."""
    context = chromium.new_context(java_script_enabled=False, viewport=NARROW, base_url=site)
    yield context.new_page()
    context.close()


@pytest.fixture
def rich(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """Give a browser as most people have it."""
    context = chromium.new_context(base_url=site, viewport={"width": 1100, "height": 800})
    yield context
    context.close()


def picture(page: Page, name: str) -> None:
    """Take a picture for the documentation, if a folder is named in PICTURES."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=name not in {"policy", "desk-requests"})


def mail(page: Page, recipient: str, subject: str) -> str:
    """Wait for a captured message, open it, and give its words."""
    for _ in range(100):
        page.goto("/mail/")
        row = page.locator("tr", has_text=recipient).filter(has_text=re.compile(subject))
        if row.count():
            row.first.get_by_role("link").click()
            return page.locator(".plain").inner_text()
        page.wait_for_timeout(200)
    raise AssertionError(f"no message {subject!r} came for {recipient}")


def register(page: Page, address: str) -> None:
    """Register and prove the address."""
    page.goto("/register/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Name").fill("Alice Example")
    page.get_by_role("button", name="Register").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check your mail"
    mail(page, address, "Is this your address")
    page.locator(".plain a").first.click()
    page.get_by_role("button", name="Yes, it is mine").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Confirmed"


def sign_in(page: Page, address: str) -> None:
    """Sign in by a mailed code."""
    page.goto("/signin/")
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Send the code").click()
    inbox = page.context.new_page()
    digits = re.search(r"\d{8}", mail(inbox, address, "is your code to sign in"))
    assert digits
    inbox.close()
    page.get_by_label("The code").fill(digits[0])
    page.get_by_role("button", name="Go on").click()


def test_from_registration_to_refusal_and_back(plain: Page) -> None:
    """Without script, on 320 pixels: register, prove the address, get the link, say no, sign in, say yes again."""
    register(plain, "alice@example.org")
    plain.goto("/choices/")
    plain.get_by_label("Your e-mail address").fill("alice@example.org")
    plain.get_by_role("button", name="Send me my link instead").click()
    mail(plain, "alice@example.org", "The link to your choices")
    plain.locator(".plain a").click()
    assert "a•••@e•••.org" in plain.content()
    assert not plain.context.cookies()
    plain.get_by_role("button", name="Stop it now").click()
    assert plain.get_by_role("heading", level=1).inner_text() == "Stopped"
    sign_in(plain, "alice@example.org")
    assert plain.get_by_role("heading", level=1).inner_text() == "Your choices, both ways"
    assert [cookie["name"] for cookie in plain.context.cookies()] == ["avow_session"]
    plain.get_by_role("button", name="Allow: All marketing mail").click()
    assert plain.get_by_role("button", name="Stop: All marketing mail").is_visible()
    plain.get_by_role("button", name="Sign out").click()
    assert not plain.context.cookies()


def test_a_no_in_chunks_is_taken(site: str) -> None:
    """A refusal that is sent without its length is read like any other; too much of it is told to be too much."""
    where = site.removeprefix("http://")

    def send(body: Iterable[bytes]) -> tuple[int, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        with closing(HTTPConnection(where, timeout=90)) as wire:
            wire.request("POST", "/choices/", body, kind, encode_chunked=True)
            answer = wire.getresponse()
            return answer.status, answer.read().decode()

    status, words = send(iter([b"address=chunked%40exam", b"ple.org&act=stop&sto", b"p=topic.offers"]))
    assert status == 200
    assert "Stop all about: Offers: done." in words
    assert send(iter([b"x" * 100_000] * 10 + [b"x"]))[0] == 413


def test_a_gigabyte_is_told_to_be_too_much_at_once(site: str) -> None:
    """With its length or in chunks: 413 after a few megabytes, the connection ends, and memory stays as it was."""
    served = server_of(os.getpid(), site.removeprefix("http://"))
    ways = [(path, chunked) for path in ("/register/", "/apply/", "/choices/") for chunked in (False, True)]
    for path, chunked in ways:  # what each of its threads needs once is had before
        pour(site, path, chunked=chunked)
    before = resident(served)
    for path, chunked in ways * 3:
        status, words, sent = pour(site, path, chunked=chunked)
        assert (status, "Too much at once" in words) == (413, True)
        assert sent < GIGABYTE / 50
    assert resident(served) - before < 50_000_000
    assert ready(site)


def test_one_form_that_comes_many_times_at_one_instant(plain: Page, site: str) -> None:
    """Everybody gets the same thanks, and its address the mail of one form, as who sent it once."""
    for many in (6, 1):  # when the last is mailed, all before it are
        for path, words in TYPED.items():
            plain.goto(path)
            shown = plain.locator("[name=shown]").input_value()
            asked = {"contact.email": f"{path.strip('/')}-{many}@example.org", "shown": shown, **words}
            answers = at_one_instant(site, path, asked, many)
            assert {status for status, _ in answers} == {200}
            assert len({told for _, told in answers}) == 1
    mail(plain, "inquiry-1@example.org", "Is this your address")
    plain.goto("/mail/")
    for path in TYPED:
        assert [plain.locator("tr", has_text=f"{path.strip('/')}-{many}@").count() for many in (6, 1)] == [1, 1]


def test_mistakes_are_told_and_nothing_is_lost(plain: Page) -> None:
    """A wrong address leads back to the form, filled in, with a list of what is wrong."""
    plain.goto("/register/")
    plain.get_by_label("Name").fill("Bob O'Example")
    plain.get_by_label("E-mail address").fill("bob@")
    plain.get_by_label("No marketing mail, please.").check()
    plain.get_by_role("button", name="Register").click()
    assert plain.get_by_role("alert").is_visible()
    assert plain.get_by_label("Name").input_value() == "Bob O'Example"
    assert plain.get_by_label("No marketing mail, please.").is_checked()
    assert plain.get_by_label("E-mail address").get_attribute("aria-invalid") == "true"


def test_by_keyboard_alone(rich: BrowserContext) -> None:
    """Skip link, fields, boxes and button are reached and used without a mouse, and focus can be seen."""
    page = rich.new_page()
    page.goto("/register/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "contact.email"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.type("carol@example.com")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "yes.newsletter":
            page.keyboard.press("Space")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Check your mail')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_passes_axe(chromium: Browser, site: str, scheme: str) -> None:
    """Every page, those behind links and sign-in too, passes axe-core, in light and dark."""
    context = chromium.new_context(base_url=site, color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    address = f"{scheme}@example.net"
    register(page, address)
    sign_in(page, address)
    picture(page, f"both-ways-{scheme}")
    check(page)
    page.goto("/me/others/")
    check(page)
    page.goto("/me/")
    page.get_by_role("button", name="Sign out").click()
    for path in OPEN_PAGES:
        page.goto(path)
        check(page)
        if scheme == "light" and path in {"/policy/", "/register/", "/choices/"}:
            picture(page, path.strip("/"))
    page.goto("/register/")
    page.get_by_role("button", name="Register").click()
    check(page)
    page.goto("/choices/")
    page.get_by_label("Your e-mail address").fill(address)
    page.get_by_role("button", name="Stop it now").click()
    picture(page, f"stopped-{scheme}")
    check(page)
    context.close()


def check(page: Page) -> None:
    """Let axe-core look at a page; name whatever it finds."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


def test_captured_mail_is_read_on_a_narrow_screen(plain: Page) -> None:
    """On 320 pixels the subject stands first, and it and the recipient are within sight."""
    register(plain, "narrow@example.org")
    plain.goto("/mail/")
    row = plain.locator("tr", has_text="narrow@example.org").first
    subject, recipient = row.get_by_role("link").bounding_box(), row.get_by_text("narrow@example.org").bounding_box()
    assert subject
    assert recipient
    assert subject["y"] < recipient["y"]
    assert max(box["x"] + box["width"] for box in (subject, recipient)) <= 320


def test_fits_a_narrow_screen(chromium: Browser, site: str) -> None:
    """No page needs to be scrolled sideways at 320 pixels, and none asks another site for anything."""
    context = chromium.new_context(base_url=site, viewport=NARROW)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in OPEN_PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert asked
    assert all(url.startswith(site) for url in asked)
    assert not context.cookies()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


def test_speaks_the_language_of_whoever_reads(chromium: Browser, site: str) -> None:
    """In German: the policy, registering by a mailed link, a no, signing in, one's own page; no English is left."""
    context = chromium.new_context(base_url=site, locale="de-DE", viewport=NARROW)
    page, address = context.new_page(), "greta@example.org"
    page.goto("/policy/")
    german(page, "Datenschutzerklärung")
    page.goto("/register/")
    german(page, "Registrierung")
    page.get_by_label("E-Mail-Adresse").fill(address)
    page.get_by_label("Bitte senden Sie mir den Rundbrief.").check()
    page.get_by_role("button", name="Registrieren").click()
    german(page, "Sehen Sie in Ihr Postfach")
    assert "Auch das wurde angekreuzt" in mail(page, address, "Ist das Ihre Adresse")
    page.locator(".plain a").first.click()
    german(page, "Ist das Ihre Adresse?")
    page.get_by_role("button", name="Ja, es ist meine, und ich stimme dem zu").click()
    german(page, "Bestätigt")
    page.goto("/choices/")
    german(page, "Ihre Entscheidungen")
    page.get_by_label("Ihre E-Mail-Adresse").fill(address)
    page.get_by_role("button", name="Jetzt beenden").click()
    german(page, "Beendet")
    page.goto("/signin/")
    page.get_by_label("Ihre E-Mail-Adresse").fill(address)
    page.get_by_role("button", name="Den Code senden").click()
    inbox = context.new_page()
    digits = re.search(r"\d{8}", mail(inbox, address, "ist Ihr Code zum Anmelden"))
    assert digits
    inbox.close()
    page.get_by_label("Der Code").fill(digits[0])
    page.get_by_role("button", name="Weiter").click()
    german(page, "Ihre Entscheidungen, in beide Richtungen")
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your choices, both ways"
    page.get_by_role("link", name="Your receipts").click()
    assert page.url.endswith("/en/me/receipts/")
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def german(page: Page, heading: str) -> None:
    """Look at a page in German, 320 pixels wide: it fits, and no English word is outside what is marked as English."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.get_by_role("heading", level=1).inner_text() == heading
    assert page.locator("html").get_attribute("lang") == "de"
    left = page.evaluate(
        """() => { const copy = document.body.cloneNode(true);
        copy.querySelectorAll('[lang=en], code, pre').forEach(one => one.remove()); return copy.textContent; }"""
    )
    assert not re.search(r"\b(the|you|your|and|with|this|that)\b", left, re.IGNORECASE), left
    check(page)
