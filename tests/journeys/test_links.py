"""Open every link of every kind of message in a browser that runs whatever a page would run: nothing changes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from avow.policy.proof.keeps import proves
from avow.terms import Promise
from tests.journeys.test_pages import ARGUMENTS
from tests.promises.conftest import Site, site
from tests.promises.test_opt_out_option_links import every_kind, links_in, standing

__all__ = ["site"]
PERSONAL = 40
"""Letters of an address that holds a token: those are followed; what is the same for everybody acts for nobody."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, *asked: Any) -> None:
        """Answer, and leave no connection to the store open."""
        super().process_request_thread(*asked)
        connections.close_all()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that it has there
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the site of this very process to a browser; give its address."""
    with make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@proves(Promise.OPTOUT_BY_LINK, "S24")
def test_a_browser_that_opens_every_link_changes_nothing(site: Site, owner: psycopg.Connection) -> None:
    """As a scanner does that renders each page, runs what it finds, and follows each link on it; a POST then acts."""
    links = sorted({urlsplit(link).path for message in every_kind(site).values() for link in links_in(message)})
    assert len(links) > 20
    before = standing(owner)
    with served() as base, ThreadPoolExecutor(1) as apart:
        apart.submit(_opened, base, links).result()
        assert standing(owner) == before
    Client(headers={"host": "localhost"}).post(next(link for link in links if link.endswith("/one-click/")))
    assert standing(owner) != before, "what is compared does change when somebody says no"


def _opened(base: str, links: Sequence[str]) -> None:
    """Open each link, run its page, and follow each link on it, once; no cookie is set by any."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        context = browser.new_context(base_url=base)
        page, seen = context.new_page(), set[str]()
        for link in links:
            found = page.goto(link)
            assert found is not None
            assert found.status in {200, 405} or link.startswith("/policy/"), link  # a first version asks nothing
            hrefs: list[str] = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
            for href in sorted(href for href in {*hrefs} - seen if len(href) > PERSONAL):
                assert context.request.get(href).status in {200, 404}, (link, href)
            seen |= {*hrefs}
        assert any(len(href) > PERSONAL for href in seen)
        assert context.cookies() == []
        browser.close()
