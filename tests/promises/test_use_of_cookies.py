"""Prove what the policy says about cookies and about counting, as far as our own pages go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from psycopg.sql import SQL, Identifier

from avow.cookies import counted as counting
from avow.cookies.counter import Tallies
from avow.cookies.report import sweep
from avow.mail.links import links
from avow.page import site as sites
from avow.page.jar import CookieUndeclared, check
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.record.known.address import parse
from avow.terms import Promise, Role
from tests.promises.conftest import Site
from tests.units.page.staff.cast import at_desk

PAGES = ("/", "/policy/", "/register/", "/inquiry/", "/choices/", "/signin/", "/confirm/", "/no-such-page/")


@proves(Promise.COOKIES_DECLARED, Promise.COOKIES_CHOICE, "S12", "S13", "S15")
def test_cookies_are_those_that_the_policy_lists(site: Site) -> None:
    """No page sets a cookie; signing in sets the one that is listed, for the session; any other raises."""
    for page in PAGES:
        assert not site.browser.get(page).cookies
    site.register("alice@example.org")
    site.sign_in("alice@example.org")
    assert set(site.browser.cookies) == {"avow_session"}
    assert set(policy().cookies) == {"avow_session", "avow_desk"}
    assert site.browser.cookies["avow_session"]["max-age"] == ""
    with pytest.raises(CookieUndeclared):
        check({"avow_session", "tracker"})


@proves(Promise.COOKIES_DECLARED, "S12", "S13")
def test_the_desk_has_one_of_its_own(site: Site) -> None:
    """The staff's cookie is set under /desk/ alone, ends with the browser, and no page of the public site sets it."""
    desk, _ = at_desk(Role.SUPPORT)
    answer = desk.get("/desk/")
    assert set(answer.cookies) == {"avow_desk"}
    assert (answer.cookies["avow_desk"]["path"], answer.cookies["avow_desk"]["max-age"]) == ("/desk/", "")
    for page in PAGES:
        assert not desk.get(page).cookies
    assert not site.browser.get("/desk/").cookies
    assert not site.browser.get("/desk/signin/").cookies


@proves(Promise.COOKIES_CHOICE, "S15")
def test_a_cookie_that_one_can_do_without_is_not_set(site: Site, policies: Path) -> None:
    """Even a declared cookie stays in the jar unless it is necessary: nobody has been asked for a yes."""
    check({"avow_session"})
    path = next(policies.glob("*.md"))
    more = '[cookie.taste]\ntitle = "Remembers your taste"\nparty = "us"\nlifetime = 60\nnecessary = {}\n\n'
    words = path.read_text()
    for necessary in ("true", "false"):
        path.write_text(words.replace("[cookie.avow_session]", more.format(necessary) + "[cookie.avow_session]"))
        sites.folder.cache_clear()
        assert "taste" in policy().cookies
        if necessary == "true":
            check({"avow_session", "taste"})
            continue
        with pytest.raises(CookieUndeclared, match="taste is not necessary"):
            check({"avow_session", "taste"})
    assert not site.browser.get("/").cookies


@proves(Promise.WITHOUT_COOKIES, "S16")
def test_turn_off_cookies(site: Site) -> None:
    """With every cookie thrown away, policy, registration and choices do all that they do."""
    person = site.register("alice@example.org")
    for page in PAGES[:-1]:
        site.browser.cookies.clear()
        assert site.browser.get(page).status_code == 200
    site.browser.cookies.clear()
    assert site.may(person, "offers")
    assert site.browser.post("/choices/", {"address": "alice@example.org"}).status_code == 200
    assert not site.may(person, "offers")


@proves(Promise.COOKIES_DECLARED, "S12", "S13")
def test_nothing_but_the_body_tells_two_visitors_apart(site: Site) -> None:
    """No answer carries a mark that a browser would send back: no cookie, and the same tags for everybody."""
    for page in PAGES:
        first, other = (site.browser.get(page, REMOTE_ADDR=f"192.0.2.{number}") for number in (1, 2))
        assert first.get("ETag") == other.get("ETag"), page
        assert "Set-Cookie" not in first
        assert "script" not in str(first["Content-Security-Policy"])
        assert first.get("Clear-Site-Data") is None
        assert not {"Refresh", "Link", "Report-To", "NEL", "Accept-CH"} & set(first.headers)


@proves(Promise.COOKIES_DECLARED, "S13")
def test_the_cookie_is_what_the_table_says(site: Site) -> None:
    """The one cookie ends with the browser, goes to no other site and to no script, and signing out takes it back."""
    site.register("alice@example.org")
    site.sign_in("alice@example.org")
    cookie = site.browser.cookies["avow_session"]
    declared = policy().cookies["avow_session"]
    assert (declared.lifetime, declared.necessary, declared.party) == (0, True, "us")
    assert (cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", True, "Strict")
    assert "alice" not in cookie.value
    site.browser.post("/signout/")
    assert site.browser.cookies["avow_session"].value == ""


@proves(Promise.WITHOUT_COOKIES, "S16")
def test_every_way_to_say_no_works_without_cookies(site: Site) -> None:
    """A browser that keeps nothing reads, registers, proves, and says no by page, link and one click."""
    for number, end in enumerate(("", "one-click/")):
        address = f"alice{number}@example.org"
        person = site.register(address)
        assert site.may(person, "offers")
        way = links(person, parse(address).reach_id, "offers", "p@example.com").choices
        bare = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
        assert bare.post("/" + way.split("/", 3)[3] + end).status_code == 200
        assert not bare.cookies
        assert address not in site.mail("offers")
    bare = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    assert bare.get(f"/policy/{policy().front.version}/policy.txt").status_code == 200
    assert bare.post("/choices/", {"address": "bob@example.org", "act": "link"}).status_code == 200
    assert not bare.cookies


AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0; canary-agent) Gecko/20100101 Firefox/140.0"


def _opened(site: Site, path: str, times: int, **headers: str) -> None:
    for _ in range(times):
        assert site.browser.get(path, headers={"user-agent": AGENT, **headers}).status_code == 200


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Tallies:
    """Count the pages of the site in this test alone."""
    found = Tallies("UTC")
    monkeypatch.setattr(counting, "tallies", lambda: found)
    return found


@proves(Promise.VISITORS_ANONYMOUS, "S10")
def test_we_collect_anonymous_information_about_use(site: Site, counted: Tallies, owner: psycopg.Connection) -> None:
    """Pages are counted, and the rows of two visitors together are those of one who came twice."""
    _opened(site, "/policy/", 1, **{"accept-language": "de", "x-forwarded-for": "203.0.113.77"})
    _opened(site, "/policy/", 1, **{"accept-language": "fi", "x-forwarded-for": "198.51.100.9"})
    _opened(site, "/register/", 1, **{"sec-gpc": "1"})
    counted.flush(datetime.now(UTC))
    rows = owner.execute("SELECT dimension, value, count FROM tally WHERE kind = 'd' ORDER BY 1").fetchall()
    assert rows == [("browser", "Firefox", 2), ("device", "computer", 2), ("page", "policy", 2)]
    desk, _ = at_desk(Role.SUPPORT)
    assert "2 pages opened" in desk.get("/desk/visits/").content.decode()


@proves(Promise.DOMAINS_ANONYMOUS, "S11")
def test_domains_are_counted_where_enough_share_them(site: Site, counted: Tallies, owner: psycopg.Connection) -> None:
    """Five visits from one site are told; four from another are not, and nothing left of a domain ever is."""
    _opened(site, "/policy/", 5, referer="https://alice.example.org/private?q=alice")
    _opened(site, "/policy/", 4, referer="https://bob.example.net/")
    counted.flush(datetime.now(UTC))
    counted.flush(datetime.now(UTC) + timedelta(days=1))
    rows = owner.execute("SELECT value, count FROM tally WHERE dimension = 'domain' ORDER BY 1").fetchall()
    assert rows == [("(other)", 4), ("example.org", 5)]


@proves(Promise.AUTOMATED, "S7")
def test_by_automated_means_no_more_than_the_policy_states(
    site: Site, counted: Tallies, owner: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither address, nor browser, nor the page somebody came from stands in any table or in a line of the log."""
    canaries = {"x-forwarded-for": "203.0.113.77", "referer": "https://canary.example.org/canary-path"}
    _opened(site, "/policy/", 6, **canaries)
    site.browser.get("/choices/canary-token-canary-token/", headers={"user-agent": AGENT, **canaries})
    counted.flush(datetime.now(UTC))
    tables = owner.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    kept = [owner.execute(SQL("SELECT {}::text FROM {}").format(Identifier(t), Identifier(t))) for (t,) in tables]
    text = " ".join(str(row) for found in kept for row in found.fetchall()) + "".join(capsys.readouterr())
    assert "example.org" in text, "what is stated is counted"
    for canary in ("203.0.113.77", "canary"):
        assert canary not in text
    assert sweep() == 0
    owner.execute("UPDATE tally SET period = period - interval '31 days'")
    assert sweep() > 0
