"""Walk the desk of mailings in a real browser as a marketer who has never seen it: write, look, send, watch, read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.journeys.place import Place, ground
from tests.journeys.test_desk import add, chromium, enter, open_account
from tests.journeys.test_faults import served
from tests.journeys.test_pages import NARROW, check, free_port, picture
from tests.units.mail.sink import Sink, sink

__all__ = ["chromium"]
MARA = "mara@example.com"
SUBJECT = "News from the harbour"
BODY = """Dear {{ name | friend }},

the new breakwater is **open**. Come and see it on Saturday:

- the lighthouse, from ten
- boats of the harbour, all day
- [the programme](https://www.example.com/breakwater)

See you at the quay.
"""
READER = "cleo.harbour@example.org"
FEW, SOME, QUICK = 10, 30, 0.1
_JOIN = "from avow.store.connect import connect\nconnect()\nfrom tests.journeys.joined import join\njoin()"
_WRONG = {"ben.harbour": "550 5.1.1 there is no such mailbox", "hugo.quay": "552 5.2.2 the mailbox is full"}
_PATIENCE = {"ida.mole": "451 4.7.1 try again later"}


@contextmanager
def harbour(folder: Path) -> Iterator[tuple[Place, str, Sink]]:
    """Serve a site that many have joined, before a mail server that refuses some, loses one, and is slow in the middle.

    It loses a message while it is quick: whose lease ends at RCPT is deferred, and not in doubt. From the thirtieth
    message on it is slower than a lease, until `pause` is set again: so long it is on its way.
    """

    def slowly(address: str) -> None:
        if not to.end and FEW <= len(to.whole) < SOME and address != READER:
            to.end = {address.partition("@")[0]: "close"}
        if len(to.whole) >= SOME and to.pause == QUICK:
            to.pause = 5.0

    with sink(rcpt={**_WRONG, **_PATIENCE}, pause=QUICK, hook=slowly) as to:
        settings = {"AVOW_BIND": f"127.0.0.1:{free_port()}", "AVOW_SMTP": to.url}
        place = Place(folder / "data", settings)
        with served(place) as (site, _):
            said, _ = place.python(_JOIN).communicate(timeout=120)
            assert "Traceback" not in said, said
            yield place, site, to


def test_a_marketer_writes_sends_and_reads_the_outcome(chromium: Browser) -> None:
    """From an empty desk to an account of everybody, in which a pause holds and a no by one click is counted."""
    with ground() as folder, harbour(folder) as (place, site, to):
        page = chromium.new_page(base_url=site, viewport={"width": 1200, "height": 850})
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        enter(page, MARA, open_account(page, add(place, MARA, "Mara Marketer", "marketing")))
        page.get_by_role("link", name="Mailings").click()
        page.get_by_role("link", name="As whom and by which way").click()
        check(page)
        picture(page, "mailing-sender")
        _write(page)
        _look(page)
        _to_some(page)
        _try_and_send(page, to)
        _pause_and_go_on(page, to)
        _read(page, to)
        _on_a_narrow_screen(chromium, page, site)
        assert wrong == [], "nothing is blocked, nothing fails"
        assert "Everything agrees" in place.avow("ledger", "fsck", within=600)


# Buttons are pressed by key: while a frame of its own process loads beside, a click may be led astray to it.


def _write(page: Page) -> None:
    """Begin a mailing, and see it while it is written."""
    page.get_by_role("link", name="Mailings", exact=True).first.click()
    check(page)
    page.get_by_label("Write to").select_option(label="Newsletter (who joined it)")
    page.get_by_role("button", name="Begin a mailing").press("Enter")
    frame = page.frame_locator("iframe.look").last
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_role("textbox", name="Text").fill("Dear {{ nmae }},")
    frame.get_by_text("may not see a field").wait_for()
    picture(page, "mailing-wrong")
    page.get_by_role("textbox", name="Text").fill(BODY)
    frame.get_by_text("Dear friend").wait_for()
    frame.get_by_text("You get this because").wait_for()
    assert page.locator("iframe.look:not(.coming)").count() == 1
    _put_a_picture_in(page)
    picture(page, "mailing-write")
    check(page)


def _look(page: Page) -> None:
    """Look at it narrow, in the dark and as plain text; then go on to its checks."""
    frame = page.frame_locator("iframe.look").last
    page.get_by_label("Narrow").check()
    frame.get_by_text("Dear friend").wait_for()
    assert page.locator("iframe.look:not(.coming)").bounding_box()["width"] <= 322  # type: ignore[index]  # it is there, or the test fails
    page.get_by_label("In the dark").check()
    page.wait_for_timeout(900)
    frame.get_by_text("Dear friend").wait_for()
    picture(page, "mailing-dark")
    page.get_by_label("Plain text").check()
    frame.get_by_text(f"Subject: {SUBJECT}").wait_for()
    page.get_by_role("button", name="go on to the checks").press("Enter")
    page.get_by_role("heading", name="Does it carry what it must?").wait_for()
    assert page.locator(".points .lacks").count() == 0
    assert page.locator(".sums dd").all_inner_texts() == ["65", "13"]
    picture(page, "mailing-ready")
    check(page)


def _to_some(page: Page) -> None:
    """Say whom of the list it is for, and see whom each condition leaves out; then take it away."""
    page.get_by_role("link", name="Write on").press("Enter")
    page.get_by_label("Only some of them").fill("country is Germany\ncompany is not Acme")
    page.get_by_text("Conditions that can stand there").click()
    page.frame_locator("iframe.look").last.get_by_text("Dear friend").wait_for()
    page.get_by_role("button", name="go on to the checks").press("Enter")
    page.get_by_text("Nobody who may get it is in this segment").wait_for()
    assert page.get_by_role("button", name="Send it now").count() == 0
    page.get_by_role("link", name="Write on").press("Enter")
    page.get_by_label("Only some of them").fill("country is Germany")
    page.get_by_role("button", name="go on to the checks").press("Enter")
    page.get_by_role("heading", name="Does it carry what it must?").wait_for()
    in_, out = page.locator(".sums dd").all_inner_texts()
    assert re.fullmatch(r"fewer than 10|[1-5][05]", in_), "rounded, for it would tell of few"
    assert re.fullmatch(r"[1-7][05]", out)
    picture(page, "mailing-segment")
    check(page)
    page.get_by_role("link", name="Write on").press("Enter")
    page.get_by_label("Only some of them").fill("")
    page.get_by_role("button", name="go on to the checks").press("Enter")
    page.get_by_role("heading", name="Does it carry what it must?").wait_for()
    assert page.locator(".sums dd").all_inner_texts() == ["65", "13"]


def _pier() -> FilePayload:
    """Give a picture as a camera would."""
    made = Image.new("RGB", (480, 160), "#9fb8c8")
    made.paste("#46606f", (0, 110, 480, 160))
    made.paste("#f4f1e6", (330, 40, 350, 112))
    made.paste("#b5483a", (326, 28, 354, 42))
    out = BytesIO()
    made.save(out, "PNG")
    return {"name": "pier.png", "mimeType": "image/png", "buffer": out.getvalue()}


def _put_a_picture_in(page: Page) -> None:
    """Put a picture in, with words for who cannot see it; it shows where the message is looked at."""
    page.get_by_text("Put a picture in").click()
    page.get_by_label("The picture").set_input_files(_pier())
    page.get_by_label("What it shows").fill("The lighthouse on the new breakwater")
    page.get_by_role("button", name="Put it in").press("Enter")
    assert "The picture is in" in page.get_by_role("status").inner_text()
    shown = page.frame_locator("iframe.look").last.get_by_role("img", name="The lighthouse on the new breakwater")
    expect(shown).to_have_js_property("naturalWidth", 480)


def _try_and_send(page: Page, to: Sink) -> None:
    """Get a test, then let it go, and see it on its way."""
    page.get_by_role("button", name="Send a test").press("Enter")
    page.locator(".trouble, .told").first.wait_for()
    assert f"A test is on its way to {MARA}" in page.locator("main").inner_text(), page.locator("main").inner_text()
    assert to.whole == [MARA]
    page.get_by_role("button", name="Send it now to 65 people").press("Enter")
    page.locator("#progress .tag", has_text="on its way").wait_for(timeout=90_000)
    page.locator("#progress .key.sent").wait_for()
    page.locator("#domains .sent").first.wait_for()
    picture(page, "mailing-watch")
    check(page)


def _pause_and_go_on(page: Page, to: Sink) -> None:
    """When the page says that it is paused, nothing more leaves; then it goes on to its end."""
    page.get_by_role("button", name="Pause it").press("Enter")
    assert "It is paused" in page.get_by_role("status").inner_text()
    taken = len(to.whole)
    picture(page, "mailing-paused")
    check(page)
    page.wait_for_timeout(1500)
    assert len(to.whole) == taken < 65
    to.pause = 0.0
    page.get_by_role("button", name="Go on with it").press("Enter")
    for state in ("waiting", "sending"):
        page.locator(f"#progress .key.{state}").wait_for(state="detached", timeout=90_000)


def _read(page: Page, to: Sink) -> None:
    """Read what became of whom: by domain, by reason, by person; who said no by one click is counted."""
    link = next(
        found[1].decode()
        for address, data in to.taken
        if address == READER
        and (found := re.search(rb"List-Unsubscribe: <https?://[^/]+(\S+?)>", data.replace(b"\r\n ", b" ")))
    )
    host = page.url.split("/")[2]
    line = HTTPConnection(host, timeout=90)
    line.request("POST", link, "List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"})
    assert line.getresponse().status == 200
    line.close()
    page.reload()
    words = page.locator("main").inner_text()
    assert "1 by one click in the mail program" in words
    assert "550 5.1.1" in words
    assert "(other domains)" in words
    assert "pier.example.org" not in words, "two mailboxes are not named"
    for name in ("sent", "refused", "deferred", "doubt"):
        assert page.locator(f"#progress .key.{name}").count() == 1, words
    picture(page, "mailing-outcome")
    check(page)
    page.get_by_role("link", name="Person by person").click()
    page.get_by_role("link", name="refused").click()
    assert page.get_by_role("row", name=re.compile("Ben Harbour.*refused")).count() == 1
    picture(page, "mailing-people")
    check(page)
    page.get_by_role("link", name="Mailings", exact=True).first.click()
    picture(page, "mailing-shelf")
    check(page)


def _on_a_narrow_screen(chromium: Browser, page: Page, site: str) -> None:
    """No page needs to be scrolled sideways at 320 pixels; without script a draft is written, looked at and sent."""
    context = chromium.new_context(
        base_url=site, viewport=NARROW, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto("/desk/mailings/")
    key = plain.get_by_role("link", name=SUBJECT).get_attribute("href")
    for path in ("/desk/mailings/", f"{key}", f"{key}people/", "/desk/mailings/sender/"):
        plain.goto(path)
        assert plain.evaluate("document.documentElement.scrollWidth") <= 320, path
    plain.goto("/desk/mailings/")
    plain.get_by_role("button", name="Begin a mailing").press("Enter")
    plain.get_by_label("Subject").fill("Without script")
    plain.get_by_role("textbox", name="Text").fill("Hello from a telephone.")
    plain.get_by_role("button", name="Look").press("Enter")
    plain.frame_locator("iframe.look").get_by_text("Hello from a telephone.").wait_for()
    assert plain.evaluate("document.documentElement.scrollWidth") <= 320
    plain.get_by_role("button", name="go on to the checks").press("Enter")
    assert plain.evaluate("document.documentElement.scrollWidth") <= 320
    picture(plain, "mailing-narrow")
    plain.get_by_label("Day").fill("2099-01-01")
    plain.get_by_label("Time", exact=True).fill("09:30")
    plain.get_by_role("button", name="Schedule it").press("Enter")
    assert "more than a year away" in plain.get_by_role("alert").inner_text()
    plain.get_by_text("Cancel it for good").click()
    plain.get_by_label("Nobody is to get it").check()
    plain.get_by_role("button", name="Cancel it").press("Enter")
    assert plain.locator("h1 .tag").inner_text() == "cancelled"
    context.close()
