"""Test that accounts of staff are made, changed and ended, and that a link opens one once, within a day."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from avow.errors import AddressError, ConfigError
from avow.page.staff.accounts import add, everybody, give, remove, reset
from avow.page.staff.models import Staff
from avow.policy.history import History
from avow.terms import Role
from tests.units.gate.conftest import published
from tests.units.page.staff.cast import PASSWORD

__all__ = ["published"]
FORM = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def browser(published: History) -> Client:
    """Give a browser."""
    assert published.policies
    return Client(headers={"host": "localhost"})


def path(link: str) -> str:
    """Give the path of a link."""
    return link[link.index("/desk/") :]


def secrets_of(browser: Client, link: str) -> tuple[str, str]:
    """Give the sealed field and the secret that the page of a link shows."""
    page = browser.get(path(link)).content.decode()
    sealed, secret = re.search(r'name="secret" value="([^"]+)"', page), re.search(r'secret">([A-Z2-7]+)<', page)
    assert sealed
    assert secret
    return sealed[1], secret[1]


def code(secret: str) -> str:
    """Give the code of this half minute."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_link_opens_an_account_once(browser: Client) -> None:
    """Looking at it changes nothing; both factors together open the account; then the link is dead."""
    link = add("Olga@Example.com", "Olga Officer", [Role.PRIVACY_OFFICER])
    sealed, secret = secrets_of(browser, link)
    secrets_of(browser, link)
    answer = browser.post(path(link), {**FORM, "secret": sealed, "code": code(secret)})
    assert answer.status_code == 200
    codes = re.findall(r"<code>(\d{8})</code>", answer.content.decode())
    assert len(codes) == 10
    assert browser.get(path(link)).status_code == 404
    assert browser.post(path(link), {**FORM, "secret": sealed, "code": code(secret)}).status_code == 404
    one = Staff.objects.get(email="olga@example.com")
    assert one.has_usable_password()
    assert one.link is None
    stored = "".join(str(found.data) for found in Authenticator.objects.all())
    assert secret not in stored
    assert not any(kept in stored for kept in codes)
    browser.post("/desk/signin/", {"login": "olga@example.com", "password": PASSWORD})
    assert browser.get("/desk/").status_code == 302, "one factor opens nothing"
    assert browser.post("/desk/code/", {"code": "000000"}).status_code == 200
    assert browser.post("/desk/code/", {"code": codes[0]}).status_code == 302
    assert browser.get("/desk/").status_code == 200
    browser.post("/desk/signout/")
    assert browser.get("/desk/").status_code == 302
    browser.post("/desk/signin/", {"login": "olga@example.com", "password": PASSWORD})
    assert browser.post("/desk/code/", {"code": codes[0]}).status_code == 200, "a kept code works once"


def test_a_code_lets_in_once_whoever_answers(browser: Client) -> None:
    """What one process took is taken by no other, though the library remembers it in the one alone."""
    link = add("olga@example.com", "Olga Officer", [Role.PRIVACY_OFFICER])
    sealed, secret = secrets_of(browser, link)
    assert browser.post(path(link), {**FORM, "secret": sealed, "code": code(secret)}).status_code == 200
    given = code(secret)
    came = []
    for _ in range(2):
        one = Client(headers={"host": "localhost"})
        one.post("/desk/signin/", {"login": "olga@example.com", "password": PASSWORD})
        one.post("/desk/code/", {"code": given})
        came.append(one.get("/desk/").status_code)
        cache.clear()  # as another process would find it
    assert came == [200, 302]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "short", "again": "short"}, "password-wrong"),
        ({"password": "password123456", "again": "password123456"}, "password-wrong"),
        ({"password": "olga@example.com", "again": "olga@example.com"}, "password-wrong"),
        ({"again": "a long walk along the pier"}, "again-wrong"),
        ({"code": "123"}, "code-wrong"),
        ({"secret": "forged"}, "code-wrong"),
    ],
)
def test_half_an_account_is_none(browser: Client, wrong: dict[str, str], field: str) -> None:
    """A weak or mistyped password, a wrong code or a forged secret opens nothing, and the link lives."""
    link = add("olga@example.com", "Olga", [Role.OPERATOR])
    sealed, secret = secrets_of(browser, link)
    answer = browser.post(path(link), {**FORM, "secret": sealed, "code": code(secret), **wrong})
    assert answer.status_code == 422
    assert f'id="{field}"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not Staff.objects.get().has_usable_password()
    assert not Authenticator.objects.exists()
    assert browser.get(path(link)).status_code == 200


def test_a_link_lives_for_a_day(browser: Client) -> None:
    """A day later it opens nothing, and a newer link ends an older one."""
    link = add("olga@example.com", "Olga", [Role.OPERATOR])
    one = Staff.objects.get()
    assert one.link_until
    one.link_until -= timedelta(hours=24)
    one.save()
    assert browser.get(path(link)).status_code == 404
    second = reset("olga@example.com")
    third = reset("OLGA@example.com")
    assert browser.get(path(second)).status_code == 404
    assert browser.get(path(third)).status_code == 200
    assert browser.get("/desk/welcome/nothing/").status_code == 404


def test_accounts_change_and_end(browser: Client) -> None:
    """Nobody is added twice; roles are given whole; whoever is removed keeps the name, and nothing else."""
    link = add("olga@example.com", "Olga", [Role.OPERATOR, Role.SUPPORT])
    with pytest.raises(ConfigError):
        add("OLGA@example.com", "Olga", [Role.OPERATOR])
    with pytest.raises(AddressError):
        add("olga", "Olga", [Role.OPERATOR])
    assert [role.value for role in everybody()[0].roles] == ["support", "operator"]
    assert give("olga@example.com", [Role.HIRING]).roles == (Role.HIRING,)
    remove("olga@example.com")
    assert browser.get(path(link)).status_code == 404
    (one,) = everybody()
    assert (one.name, one.roles, one.is_active) == ("Olga", (), False)
    for act in (remove, reset, lambda email: give(email, [Role.HIRING])):
        with pytest.raises(ConfigError):
            act("mallory@example.com")
