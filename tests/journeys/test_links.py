"""Open every link of every kind of message in a browser that runs whatever a page would run: nothing changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser

from avow.policy.proof.keeps import proves
from avow.terms import Promise
from tests.journeys.test_pages import chromium
from tests.promises.conftest import Site, site
from tests.promises.test_opt_out_option_links import every_kind, links_in, standing

__all__ = ["chromium", "site"]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


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
def test_a_browser_that_opens_every_link_changes_nothing(
    site: Site, owner: psycopg.Connection, chromium: Browser
) -> None:
    """As a scanner does that renders each page, runs what it finds, and follows each link on it; a POST then acts."""
    links = sorted({link for message in every_kind(site).values() for link in links_in(message)})
    assert len(links) > 20
    before = standing(owner)
    with served() as base:
        context = chromium.new_context(base_url=base)
        page, seen = context.new_page(), set[str]()
        for link in links:
            found = page.goto(urlsplit(link).path)
            assert found is not None
            assert found.status in {200, 405}, link
            for href in page.eval_on_selector_all("a[href^='/']", "all => all.map(one => one.getAttribute('href'))"):
                if href not in seen:
                    seen.add(href)
                    assert context.request.get(href).status in {200, 404}, (link, href)
        assert len(seen) > 5
        assert standing(owner) == before
        assert context.cookies() == []
        click = next(urlsplit(link).path for link in links if link.endswith("/one-click/"))
        context.request.post(click, form={"List-Unsubscribe": "One-Click"})
        assert standing(owner) != before, "what is compared does change when somebody says no"
        context.close()
