"""Meet others in a browser: a company that counts for us, after a yes alone, and what a source said of somebody."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.place import AVOW, ROOT, Place, ground
from tests.journeys.test_pages import ARGUMENTS, NARROW, check, free_port, picture, ready, register, sign_in
from tests.promises.test_use_of_cookies_others import PICTURE, SCRIPT, SENDS, declared

PUBLIC = ("/", "/policy/", "/lists/", "/lists/newsletter/", "/cookies/")
PERSONAL = ("/register/", "/inquiry/", "/choices/", "/signin/", "/me/", "/desk/", "/log/")
STORED = """async () => [
    localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
    (await navigator.serviceWorker.getRegistrations()).length]"""
_SCRIPT = """
document.cookie = "lh_seen=1; path=/; max-age=86400";
fetch("/beacon?own", {{mode: "no-cors"}}).catch(() => 0);
fetch("{sends}", {{mode: "no-cors"}}).catch(() => 0);
for (const path of ["undeclared", "count.js.map"]) {{
    new Image().src = "{base}/" + path;
    fetch("{base}/" + path, {{mode: "no-cors"}}).catch(() => 0);
}}
document.documentElement.dataset.counted = "yes";
"""


@dataclass
class Other:
    """Another company's server, which notes what it is asked for and tries more than it may."""

    port: int
    asked: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Give its address: another site than ours."""
        return f"http://localhost:{self.port}"


@contextmanager
def other() -> Iterator[Other]:
    """Run another company's server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer with a script that wants more than it may, or with nothing, each with a cookie."""
            found.asked.append(self.path)
            script = self.path == "/count.js"
            body = _SCRIPT.format(sends=f"{found.base}/beacon", base=found.base).encode() if script else b"GIF89a"
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if script else "image/gif")
            self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Other(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def served(there: Other) -> Iterator[Place]:
    """Run the site under a policy that declares the other company."""
    with ground() as folder:
        policies, words = folder / "policies", declared()
        policies.mkdir(mode=0o755)
        for name in (SCRIPT, PICTURE, SENDS):
            words = words.replace(name, f"{there.base}/{name.rpartition('/')[2]}")
        (policies / "2025-01-01.md").write_text(words)
        place = Place(folder / "data", {"AVOW_BIND": f"127.0.0.1:{free_port()}", "AVOW_POLICIES": str(policies)})
        with (folder / "log").open("ab") as out:
            process = subprocess.Popen([str(AVOW), "serve"], env=place.environment, cwd=ROOT, stdout=out, stderr=out)
        until = monotonic() + 180
        while not ready(f"http://{place.settings['AVOW_BIND']}"):
            assert process.poll() is None, (folder / "log").read_text()
            assert monotonic() < until
            sleep(0.2)
        yield place
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(120) == 0


@pytest.fixture(scope="module")
def there() -> Iterator[Other]:
    """Give another company's server."""
    with other() as found:
        yield found


@pytest.fixture(scope="module")
def place(there: Other) -> Iterator[Place]:
    """Give a site that runs."""
    with served(there) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def browsing(chromium: Browser, place: Place, **how: Any) -> Iterator[BrowserContext]:
    """Give a browser of somebody's own."""
    context = chromium.new_context(base_url=f"http://{place.settings['AVOW_BIND']}", **how)
    yield context
    context.close()


def _seen(page: Page, paths: tuple[str, ...]) -> set[str]:
    """Visit pages; give the names of every cookie, and check that nothing else is stored."""
    for path in paths:
        page.goto(path)
        assert page.evaluate(STORED) == [0, 0, 0, 0], path
    page.wait_for_timeout(300)
    return {cookie["name"] for cookie in page.context.cookies()}


def test_a_browser_finds_only_what_is_declared_and_chosen(chromium: Browser, place: Place, there: Other) -> None:
    """Nothing before a yes; after it the declared script, picture and beacon alone, and on pages about nobody."""
    with browsing(chromium, place) as context:
        page = context.new_page()
        assert _seen(page, (*PUBLIC, *PERSONAL)) == set()
        assert not there.asked
        page.goto("/cookies/")
        check(page)
        picture(page, "cookies")
        page.get_by_role("button", name="Yes, set them").click()
        assert page.get_by_role("status").inner_text() == "Done: it holds from now on."
        assert _seen(page, PUBLIC) == {"avow_cookies", "lh_seen"}
        assert page.evaluate("document.documentElement.dataset.counted") == "yes"
        assert {path.partition("?")[0] for path in there.asked} == {"/count.js", "/seen.gif", "/beacon"}
        before = len(there.asked)
        _seen(page, PERSONAL)
        assert there.asked[before:] == []
        page.goto("/cookies/")
        page.get_by_role("button", name="No, do not set them").click()
        before = len(there.asked)
        _seen(page, PUBLIC)
        assert there.asked[before:] == []


def test_a_signal_says_no_without_a_click(chromium: Browser, place: Place, there: Other) -> None:
    """A browser that sends Global Privacy Control is told so; even after a yes nothing is loaded."""
    with browsing(chromium, place, extra_http_headers={"Sec-GPC": "1"}, viewport=NARROW) as context:
        page = context.new_page()
        before = len(there.asked)
        page.goto("/cookies/")
        assert "It sends Global Privacy Control: we take that as a no" in page.inner_text("main")
        page.get_by_role("button", name="Yes, set them").click()
        assert _seen(page, PUBLIC) == {"avow_cookies"}
        assert there.asked[before:] == []
        page.goto("/cookies/")
        check(page)
        picture(page, "cookies-signal")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_person_sees_what_a_source_said_and_has_it_taken_away(
    chromium: Browser, place: Place, tmp_path: Path
) -> None:
    """The command merges a file into the running site; without script, on 320 pixels, its person reads and ends it."""
    told = tmp_path / "facts.csv"
    told.write_text("E-mail,Size\nalice@example.org,a firm of fifty\nnobody@example.org,a firm of one\n")
    words = ("--source", "Acme Data", "--licence", "a licence of one year", "--obtained", "2026-11-01")
    with browsing(chromium, place, java_script_enabled=False, viewport=NARROW) as context:
        page = context.new_page()
        register(page, "alice@example.org")
        said = place.avow("people", "enrich", str(told), *words, "--map", "Size=fact")
        assert "1 facts from Acme Data are kept, for marketing alone." in said
        assert "of nobody whom we know for sure" in said
        sign_in(page, "alice@example.org")
        page.get_by_role("link", name="What others told us").click()
        shown = page.inner_text("main")
        for part in ("From Acme Data", "a firm of fifty", "1 November 2026", "a licence of one year"):
            assert part in shown
        picture(page, "others")
        page.get_by_role("button", name="Take all of it away, and add nothing more").click()
        assert page.get_by_role("status").inner_text() == "Done: it is gone, and nothing more is added."
        assert "a firm of fifty" not in page.inner_text("main")
        picture(page, "others-gone")
    assert "Everything agrees." in place.avow("ledger", "fsck")
