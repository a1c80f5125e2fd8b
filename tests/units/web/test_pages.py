"""Test the site's own pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from avow.config import config
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from avow.web.pages import missing


@pytest.fixture
def site(store: Embedded) -> Client:
    """Give a browser of a site whose policy is published."""
    assert store.url("avow_app")
    publish(load(config().policies))
    return Client(headers={"host": "localhost"})


@pytest.fixture
def production(site: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Give a browser of a site in production, behind one proxy."""
    settings = {
        "PRODUCTION": "true",
        "SITE": "https://example.com",
        "SMTP": "smtp://mail.example.com:25",
        "PROXIES": "1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"AVOW_{name}", value)
    config.cache_clear()
    site.defaults["HTTP_HOST"] = "example.com"
    site.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    yield site
    monkeypatch.undo()
    config.cache_clear()


@pytest.mark.parametrize(
    "path", ["/", "/policy/", "/register/", "/inquiry/", "/choices/", "/signin/", "/confirm/", "/nowhere/"]
)
def test_every_page_links_policy_and_choices(site: Client, path: str) -> None:
    """Each page leads to the policy and to the choices, names who promises, and sets no cookie."""
    answer = site.get(path)
    page = answer.content.decode()
    assert 'href="/policy/"' in page
    assert 'href="/choices/"' in page
    assert "Harbour Mail, Inc." in page
    assert "<script" not in page
    assert 'style="' not in page
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/policy", "/desk", "/choices", "/me/address", "/choices/some-token/one-click"])
def test_a_last_slash_is_put_where_it_was_left_out(site: Client, path: str) -> None:
    """Whoever left it out is led to the page, with the query; what is sent there is not led on: it would be lost."""
    answer = site.get(f"{path}?stop=optional&a=%20b")
    assert (answer.status_code, answer["Location"]) == (301, f"{path}/?stop=optional&a=%20b")
    assert site.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/mail/a/b", "/choices/a/b", "/%0d%0aX: y"])
def test_what_is_nowhere_leads_nowhere(site: Client, path: str) -> None:
    """An address that no slash mends is told to be none, and none leads to another site."""
    assert site.get(path).status_code == 404
    assert (
        missing(RequestFactory(headers={"host": "localhost"}).get("/", PATH_INFO="//example.net/policy")).status_code
        == 404
    )


def test_the_old_name_of_the_icon_is_answered(site: Client) -> None:
    """A browser that asks for favicon.ico is led to the icon."""
    answer = site.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/static/page/icon.svg")


def test_development_shows_mail_and_desk(site: Client) -> None:
    """The first page leads to captured mail and the desk; the desk says how to begin, and tells of nobody."""
    assert 'href="/mail/"' in site.get("/").content.decode()
    assert site.get("/mail/").status_code == 200
    assert site.get("/mail/nothing/").status_code == 404
    assert site.get("/mail/..%2F..%2Fkeys/").status_code == 404
    assert site.get("/desk/")["Location"] == "/desk/signin/"
    assert "avow staff add you@example.com" in site.get("/desk/signin/").content.decode()


@pytest.mark.parametrize(
    ("meta", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "192.0.2.1"}, 404),
        ({"REMOTE_ADDR": "::ffff:192.0.2.1"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.1"}, 404),
    ],
)
def test_another_machine_sees_no_mail(
    site: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meta: dict[str, str], status: int
) -> None:
    """Codes and links in captured mail are for this machine alone, however the site is named; no page leads there."""
    monkeypatch.setattr("avow.mail.capture.folder", lambda: tmp_path)
    name = "20250101T000000000000-abcdef01"
    (tmp_path / f"{name}.eml").write_bytes(b"Subject: 12345678 is your code\r\nTo: alice@example.org\r\n\r\ntext\r\n")
    for path in ("/mail/", f"/mail/{name}/"):
        answer = site.get(path, **meta)  # type: ignore[arg-type]  # django-stubs know no META here
        assert answer.status_code == status, path
        assert (b"12345678" in answer.content) is (status == 200)
    page = site.get("/", **meta).content.decode()  # type: ignore[arg-type]  # same
    assert ('href="/mail/"' in page) is (status == 200)


@pytest.mark.parametrize("path", ["/mail/", "/mail/x/"])
def test_production_hides_them(production: Client, path: str) -> None:
    """What only development may show is not there in production."""
    assert production.get(path).status_code == 404
    assert production.get("/").status_code == 200
    assert "/mail/" not in production.get("/").content.decode()


def test_production_is_https(production: Client) -> None:
    """Behind the proxy https is kept for a year; plain http is led there."""
    assert "max-age=31536000" in production.get("/")["Strict-Transport-Security"]
    assert production.get("/", headers={"x-forwarded-proto": "http"})["Location"] == "https://example.com/"


def test_health(site: Client) -> None:
    """The site says that it lives, and that it can serve."""
    assert site.get("/healthz").content == b"ok\n"
    assert json.loads(site.get("/readyz").content) == {"store": "ok", "versions": 1, "journal lacks": 0}


def test_gives_the_newest_checkpoint(site: Client) -> None:
    """The ledger's head is a signed note; before the first it is not there."""
    assert site.get("/log/checkpoint").status_code == 404
    sequence()
    answer = site.get("/log/checkpoint")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode().count("\n") > 4


def test_machines_are_told(site: Client) -> None:
    """Robots stay off personal links, and GPC is honoured."""
    assert "Disallow: /choices/" in site.get("/robots.txt").content.decode()
    assert json.loads(site.get("/.well-known/gpc.json").content)["gpc"] is True
