"""Prove which sites the policy speaks for, and how links leave them."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import psycopg
import pytest
from django.test import Client

from avow.config import config
from avow.mail.links import links
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.terms import Promise, Role
from tests.promises.conftest import Site
from tests.units.page.staff.cast import at_desk

PAGES = (
    "/",
    "/policy/",
    "/register/",
    "/inquiry/",
    "/order/",
    "/support/",
    "/apply/",
    "/choices/",
    "/signin/",
    "/confirm/",
    "/no-such-page/",
)


@pytest.fixture
def production(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in production, behind one proxy."""
    for name, value in {
        "PRODUCTION": "true",
        "SITE": "https://example.com",
        "SMTP": "smtp://mail.example.com:25",
        "PROXIES": "1",
    }.items():
        monkeypatch.setenv(f"AVOW_{name}", value)
    config.cache_clear()
    site.browser.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    yield
    monkeypatch.undo()
    config.cache_clear()


@proves(Promise.SITES, "S34")
@pytest.mark.usefixtures("production")
def test_this_policy_applies_only_to_the_sites_it_names(site: Site) -> None:
    """Each named site links the policy on every page; any other name is refused, and no form is taken there."""
    for host in policy().front.sites:
        for page in PAGES:
            assert b'href="/policy/"' in site.browser.get(page, headers={"host": host}).content, page
    assert site.browser.get("/register/", headers={"host": "shop.example.net"}).status_code == 421
    assert site.browser.post("/register/", {}, headers={"host": "example.com.example.net"}).status_code == 421


@proves(Promise.SITES, "S34")
def test_every_page_there_is_links_the_policy(site: Site) -> None:
    """The pages behind a form, a link and a sign-in link it too, and so do those that say what went wrong."""
    alice = site.register("alice@example.org")
    way = links(alice, parse("alice@example.org").reach_id, "offers", "p@example.com").choices
    path = "/" + way.split("/", 3)[3]
    site.sign_in("alice@example.org")
    desk, _ = at_desk(Role.SUPPORT)
    answers = [
        site.browser.get(path),
        site.browser.post(path),
        site.browser.get("/me/"),
        site.browser.get("/desk/signin/"),
        desk.get("/desk/"),
        site.browser.get("/mail/"),
        site.browser.post("/register/", {"shown": "forged"}),
        site.browser.post("/register/", site.form("/register/", contact__email="wrong")),
        site.browser.post("/policy/"),
        site.browser.get(f"/policy/{policy().front.version}/"),
        site.browser.get("/register/", headers={"host": "shop.example.net"}),
    ]
    assert {answer.status_code for answer in answers} == {200, 400, 405, 421, 422}
    for answer in answers:
        assert b'href="/policy/"' in answer.content


@proves(Promise.SITES, "S34")
@pytest.mark.usefixtures("production")
@pytest.mark.parametrize(
    "host", ["shop.example.com", "example.com.", "example.net", "192.0.2.1", "EXAMPLE.COM@evil.example"]
)
def test_a_host_that_the_policy_does_not_name_gets_no_page_and_gives_no_data(
    site: Site, owner: psycopg.Connection, host: str
) -> None:
    """Not a subdomain, not an address, not another name: no page is shown there and no form is taken."""
    typed = site.form("/register/", contact__email="alice@example.org")
    assert site.browser.get("/policy/", headers={"host": host}).status_code >= 400
    assert site.browser.post("/register/", typed, headers={"host": host}).status_code >= 400
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (0,)
    assert site.browser.post("/register/", typed, headers={"host": "example.com"}).status_code == 200
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (1,)


def _leaving(pages: dict[str, str]) -> set[str]:
    """Give the links of some pages that leave this site; one in a captured message may lead back to it."""
    links = {link for page in pages.values() for link in re.findall(r"<a\s[^>]*//[^>]*>", page)}
    return {link for link in links if not re.search(r'href="https?://(localhost|127\.0\.0\.1)[:/]', link)}


def _crawled(browser: Client, starts: tuple[str, ...]) -> dict[str, str]:
    """Follow every link within the site; give each page's words by its address."""
    pages: dict[str, str] = {}
    ahead = list(starts)
    while ahead:
        path = ahead.pop()
        if path in pages:
            continue
        answer = browser.get(path)
        assert urlsplit(answer.headers.get("Location", "")).netloc in {"", "localhost"}, (
            "no page sends people elsewhere"
        )
        pages[path] = answer.content.decode() if answer["Content-Type"].startswith("text/html") else ""
        ahead += [unescape(link) for link in re.findall(r'href="(/[^/"#][^"#]*)', pages[path])]
    return pages


@proves(Promise.LINKS_MARKED, "S35", "S36")
def test_links_that_leave_are_marked_and_take_nothing_along(site: Site) -> None:
    """On every page that who signed in can reach, links elsewhere are marked, quiet, and the same as for a stranger."""
    starts = (*PAGES, "/me/", "/me/copy/", "/me/receipts/")
    strangers = _crawled(Client(headers={"host": "localhost"}), starts)
    site.register("alice@example.org", profile__name="Alicemark")
    site.sign_in("alice@example.org")
    hers = _crawled(site.browser, starts)
    assert "Alicemark" in hers["/me/correct/"], "there is something that a link could take along"
    leaving = _leaving(hers)
    assert leaving
    assert not {link for link in leaving if 'rel="noopener noreferrer"' not in link or "outside" not in link}
    assert leaving <= _leaving(strangers)
    assert all(site.browser.get(path)["Referrer-Policy"] == "no-referrer" for path in starts)


@proves(Promise.LINKS_MARKED, "S36")
@pytest.mark.parametrize("to", ["https://example.net/", "//example.net/", "/\\example.net/"])
def test_no_address_of_ours_sends_people_elsewhere(site: Site, to: str) -> None:
    """Whatever an address asks for as its next page, the answer stays on the site."""
    site.register("alice@example.org")
    site.sign_in("alice@example.org")
    for path in ("/signin/", "/me/", "/desk/signin/", "/choices/", "/policy/"):
        for name in ("next", "url", "to", "return", "redirect"):
            answer = site.browser.get(path, {name: to})
            assert "example.net" not in answer.headers.get("Location", "")
