"""Test that staff sign in with both factors, for a short time, and that public pages know nothing of it."""

import time

import pytest
from allauth.account.adapter import get_adapter
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from avow.errors import MailError
from avow.page.staff.accounts import give, remove, reset
from avow.page.staff.session import sweep
from avow.policy.history import History
from avow.terms import Role
from tests.units.gate.conftest import published
from tests.units.page.staff.cast import PASSWORD, at_desk, seated, staff

__all__ = ["published"]


@pytest.fixture(autouse=True)
def site(published: History) -> None:
    """Publish the policy first."""
    assert published.policies


def open_(browser: Client) -> bool:
    """Say whether the desk lets a browser in."""
    return browser.get("/desk/").status_code == 200


def test_nobody_signs_up_or_gets_mail() -> None:
    """There is no page to make an account, and the library's mail goes nowhere."""
    browser = Client(headers={"host": "localhost"})
    assert "avow staff add" in browser.get("/desk/signin/").content.decode()
    for path in ("signup", "password/reset", "email", "admin", "sso/login"):
        assert browser.get(f"/desk/{path}/").status_code == 404
    with pytest.raises(MailError):
        get_adapter().send_mail("account/email/unknown_account", "olga@example.com", {})


def test_one_factor_is_none() -> None:
    """A session without a second factor, or that does not say when it began, opens nothing and is ended."""
    one = staff(Role.SUPPORT)
    for method, began in (("password", None), ("mfa", time.time() - 8 * 3600 - 1), ("mfa", time.time() + 60)):
        browser = seated(Client(headers={"host": "localhost"}), one, began, method)
        assert not open_(browser)
        assert "_auth_user_id" not in browser.session
    assert open_(seated(Client(headers={"host": "localhost"}), one, time.time() - 8 * 3600 + 60))


def test_an_idle_session_ends() -> None:
    """Half an hour after the last request the session is gone, and swept."""
    browser, _ = at_desk(Role.SUPPORT)
    assert open_(browser)
    row = Session.objects.get()
    left = row.expire_date.timestamp() - time.time()
    assert 1700 < left <= 1800
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = now() - interval '1 second'")
    assert not open_(browser)
    assert sweep() >= 0
    assert not Session.objects.filter(pk=row.pk).exists()


def test_what_is_taken_away_is_gone_with_the_next_request() -> None:
    """Roles, a reset and a removal hold in the middle of work."""
    browser, one = at_desk(Role.PRIVACY_OFFICER)
    assert browser.get("/desk/reads/").status_code == 200
    give(one.email, [Role.SUPPORT])
    assert browser.get("/desk/reads/").status_code == 403
    reset(one.email)
    assert not open_(browser)
    other, two = at_desk(Role.SUPPORT, email="sam@example.com")
    assert open_(other)
    remove(two.email)
    assert not open_(other)


def test_wrong_is_wrong_for_everybody() -> None:
    """A wrong password and an unknown address get the same answer; too many get none."""
    one = staff(Role.SUPPORT)
    one.set_password(PASSWORD)
    one.save()
    browser = Client(headers={"host": "localhost"})
    answers = [
        browser.post("/desk/signin/", {"login": email, "password": "wrong wrong wrong"}).content.decode()
        for email in (one.email, "mallory@example.com")
    ]
    assert answers[0].replace(one.email, "") == answers[1].replace("mallory@example.com", "")
    assert "wrong" in answers[0]
    for _ in range(19):
        browser.post("/desk/signin/", {"login": one.email, "password": ""})
    assert browser.post("/desk/signin/", {"login": one.email, "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("path", ["/desk/signin/", "/desk/code/", "/desk/signout/", "/desk/", "/desk/stop/"])
def test_another_site_sends_nothing(path: str) -> None:
    """A form of another site is refused, whoever is signed in."""
    browser, _ = at_desk(Role.SUPPORT)
    assert browser.post(path, {}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert browser.post(path, {}, headers={"origin": "https://evil.example.net"}).status_code == 403


def test_public_pages_know_no_session() -> None:
    """With the cookie of the desk in hand, no public page reads or sets one."""
    browser, _ = at_desk(Role.PRIVACY_OFFICER)
    for path in ("/", "/policy/", "/register/", "/signin/", "/choices/", "/nowhere/", "/desk"):
        answer = browser.get(path)
        assert "avow_desk" not in answer.cookies, path
        assert not hasattr(answer.wsgi_request, "session"), path
    found = browser.get("/desk/").cookies["avow_desk"]
    assert (found["path"], found["samesite"], found["httponly"], found["max-age"]) == ("/desk/", "Strict", True, "")
