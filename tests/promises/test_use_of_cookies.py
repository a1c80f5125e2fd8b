"""Prove what the policy says about cookies, as far as our own pages go."""

from pathlib import Path

import pytest
from django.test import Client

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
