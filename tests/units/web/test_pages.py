"""Test the site's own pages."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from avow.config import config
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded


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


def test_development_shows_mail_and_desk(site: Client) -> None:
    """The first page leads to captured mail and the desk; the desk tells of nobody."""
    assert 'href="/mail/"' in site.get("/").content.decode()
    assert site.get("/mail/").status_code == 200
    assert site.get("/mail/nothing/").status_code == 404
    assert site.get("/mail/..%2F..%2Fkeys/").status_code == 404
    assert "published" in site.get("/desk/").content.decode()
    assert site.get("/desk/", REMOTE_ADDR="192.0.2.1").status_code == 404


@pytest.mark.parametrize("path", ["/mail/", "/mail/x/", "/desk/"])
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
    assert json.loads(site.get("/.well-known/gpc.json").content)["gpc"] is False
