"""Test what stands around every page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.utils import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from psycopg.errors import DivisionByZero, NumericValueOutOfRange

from avow.config import config
from avow.errors import CollectionError
from avow.page.failure import Failure
from avow.page.jar import CookieUndeclared
from avow.page.middleware import HEADERS, Failing, armoured, jarred, proxied, sited, sized
from avow.page.own import own

GET = RequestFactory(headers={"host": "localhost"})


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give a function that sets settings for one test."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"AVOW_{name.upper()}", value)
        config.cache_clear()

    yield put
    monkeypatch.undo()
    config.cache_clear()


def said(request: HttpRequest) -> HttpResponse:
    """Answer with what the request looks like."""
    return HttpResponse(f"{request.META['REMOTE_ADDR']} {request.scheme} {request.get_host()}")


@pytest.mark.parametrize(
    ("proxies", "chain", "client"),
    [
        ("0", "203.0.113.9", "127.0.0.1"),
        ("1", "203.0.113.9", "203.0.113.9"),
        ("1", "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        ("2", "198.51.100.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        ("2", "192.0.2.7", "192.0.2.7"),
        ("1", "", "127.0.0.1"),
    ],
)
def test_counts_proxies_from_the_right(setting: Any, proxies: str, chain: str, client: str) -> None:
    """What a visitor wrote into X-Forwarded-For is never believed."""
    setting(proxies=proxies)
    asked = GET.get("/", headers={"x-forwarded-for": chain})
    assert proxied(said)(asked).content.decode().split()[0] == client


def test_takes_scheme_and_host_from_the_proxy(setting: Any) -> None:
    """Behind a proxy the site is https under its own name; without one the headers say nothing."""
    headers = {"x-forwarded-proto": "https", "x-forwarded-host": "www.example.com"}
    setting(proxies="1")
    assert proxied(said)(GET.get("/", headers=headers)).content.decode().split()[1:] == ["https", "www.example.com"]
    setting(proxies="0")
    assert proxied(said)(GET.get("/", headers=headers)).content.decode().split()[1:] == ["http", "localhost"]


def test_armours_every_answer() -> None:
    """Each answer carries the headers of safety; no inline code may run, and nothing is stored."""
    response = armoured(said)(GET.get("/"))
    assert {name: response[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "script" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in response
    assert "Strict-Transport-Security" in armoured(said)(GET.get("/", secure=True))


@pytest.mark.parametrize(
    ("host", "status"), [("example.com", 200), ("www.example.com:443", 200), ("evil.example", 421)]
)
def test_answers_for_covered_sites(setting: Any, host: str, status: int) -> None:
    """A host that the policy does not name is refused."""
    setting(production="true", smtp="smtp://mail.example.com:25", site="http://example.com")
    assert sited(said)(GET.get("/", headers={"host": host})).status_code == status


def test_bare_addresses_are_for_development(setting: Any) -> None:
    """An IP address is a site in development and none in production."""
    assert sited(said)(GET.get("/", headers={"host": "192.0.2.1:8000"})).status_code == 200
    setting(production="true", smtp="smtp://mail.example.com:25", site="https://example.com")
    assert sited(said)(GET.get("/", headers={"host": "192.0.2.1:8000"})).status_code == 421


def test_production_speaks_https(setting: Any) -> None:
    """Plain http is led to https, with its method; health is answered as it comes."""
    setting(production="true", smtp="smtp://mail.example.com:25", site="https://example.com")
    asked = GET.post("/choices/?a=b", headers={"host": "example.com"})
    response = sited(said)(asked)
    assert (response.status_code, response["Location"]) == (308, "https://example.com/choices/?a=b")
    assert sited(said)(GET.get("/healthz", headers={"host": "10.0.0.1"})).status_code == 200


@pytest.mark.parametrize(("length", "status"), [("1000000", 200), ("1000001", 413), ("-1", 400), ("\uff11", 400)])
def test_refuses_what_is_too_large(length: str, status: int) -> None:
    """More than a megabyte is refused before it is read."""
    asked = GET.get("/")
    asked.META["CONTENT_LENGTH"] = length
    assert sized(said)(asked).status_code == status


def test_refuses_what_no_length_is_known_of() -> None:
    """A body that comes in chunks through a server that does not end it is told of, not taken for nothing."""
    asked = GET.post("/choices/", headers={"transfer-encoding": "chunked"})
    asked.META["CONTENT_LENGTH"] = ""
    answer = sized(said)(asked)
    assert answer.status_code == 411
    assert b"nothing of it holds" in answer.content


def test_lets_out_declared_cookies_alone() -> None:
    """A cookie that the policy does not declare raises; the declared one goes out."""

    def setting_cookie(name: str) -> Any:
        def answer(_: HttpRequest) -> HttpResponse:
            response = HttpResponse()
            response.set_cookie(name, "x")
            return response

        return answer

    assert "avow_session" in jarred(setting_cookie("avow_session"))(GET.get("/")).cookies
    with pytest.raises(CookieUndeclared, match="_ga"):
        jarred(setting_cookie("_ga"))(GET.get("/"))


def test_failures_have_pages() -> None:
    """A store that is gone says that refusals are still received; what we do not know is left to Django."""
    failing = Failing(said)
    gone = failing.process_exception(GET.get("/"), OperationalError("gone"))
    assert gone is not None
    assert gone.status_code == 503
    assert b"no to mail is received all the same" in gone.content
    assert gone["Retry-After"] == "30"
    told = failing.process_exception(GET.get("/"), CollectionError("profile declares no field 'Shoe'", "leave it out"))
    assert told is not None
    assert told.status_code == 400
    assert b"Profile declares no field &#x27;Shoe&#x27;." in told.content
    odd = failing.process_exception(GET.get("/"), DataError("text fields cannot contain NUL (0x00) bytes"))
    assert odd is not None
    assert odd.status_code == 400
    for cause, wanted in ((NumericValueOutOfRange(), 400), (DivisionByZero(), None)):
        wrong = DataError()
        wrong.__cause__ = cause
        answer = failing.process_exception(GET.get("/"), wrong)
        assert (answer and answer.status_code) == wanted, cause
    assert failing.process_exception(GET.get("/"), ValueError()) is None


@pytest.mark.parametrize(("path", "method", "status"), [("/nothing/", "get", 404), ("/policy/", "post", 405)])
def test_pages_for_wrong_requests(path: str, method: str, status: int) -> None:
    """404 and 405 are pages of our own, with the way back to policy and choices."""
    response = getattr(Client(headers={"host": "localhost"}), method)(path)
    assert response.status_code == status
    assert b'href="/policy/"' in response.content
    assert b'href="/choices/"' in response.content


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://localhost"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, True),
        ({}, True),
    ],
)
def test_takes_acts_from_own_pages(headers: dict[str, str], allowed: bool) -> None:
    """A browser that says another site sent this is refused; a program without a browser is not."""
    asked = GET.post("/register/", headers=headers)
    if allowed:
        own(asked)
    else:
        with pytest.raises(Failure):
            own(asked)
