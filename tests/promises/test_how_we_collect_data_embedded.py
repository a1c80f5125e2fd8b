"""Prove that a form of ours may stand on another page of the sites that the policy covers, and nowhere else."""

import re
from datetime import timedelta
from html import unescape

import psycopg
import pytest

from avow.cli.serve import governed
from avow.collection.seen import sealed
from avow.config import config
from avow.errors import ConfigError, MailError
from avow.page.site import policy
from avow.policy.proof.keeps import proves
from avow.policy.shown.notice import notice
from avow.terms import ChannelKind, Promise
from avow.uses.replies.linked import check_links
from tests.promises.conftest import Site

HOME, ELSEWHERE = "https://www.example.com", "https://shop.example.net"
TYPED = {"contact.email": "alice@example.org", "inquiry.subject": "Prices", "inquiry.message": "How much?"}


@proves(Promise.REGISTRATION, Promise.SITES, "S4", "S34")
def test_a_form_stands_with_its_words_on_a_site_of_ours_alone(
    site: Site, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The piece shows fields, purposes and version, needs no script; from our sites it is taken, from others not."""
    page = site.browser.get("/inquiry/snippet/")
    (words,) = re.findall(r"<pre[^>]*>(.*?)</pre>", page.content.decode(), re.DOTALL)
    assert "<" not in words, "it is shown, and not put into our own page"
    piece = unescape(words)
    for line in notice(policy(), ChannelKind.INQUIRY).splitlines():
        assert line in unescape(piece)
    assert policy().front.version in piece
    assert "<script" not in piece
    assert " checked" not in piece
    seal = re.search(r'name="shown" value="([^"]+)"', piece)
    to = re.search(r'action="[^"/]+//[^/"]+(/inquiry/)"', piece)
    assert seal
    assert to
    sent = {"shown": unescape(seal[1]), **TYPED}
    for origin, way in (
        (ELSEWHERE, "cross-site"),
        ("https://example.com.example.net", "cross-site"),
        ("null", "none-such"),
    ):
        answer = site.browser.post(to[1], sent, headers={"Origin": origin, "Sec-Fetch-Site": way})
        assert answer.status_code == 403, origin
    assert owner.execute("SELECT count(*) FROM person").fetchone() == (0,)
    told = {"Origin": HOME, "Sec-Fetch-Site": "cross-site"}
    assert site.browser.post(to[1], sent | {"inquiry.shoe": "43"}, headers=told).status_code == 400
    answer = site.browser.post(to[1], sent, headers=told)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert owner.execute("SELECT DISTINCT channel, version FROM stamp").fetchall() == [
        ("inquiry", policy().front.version)
    ]
    assert site.browser.post("/confirm/", {"address": "alice@example.org"}, headers=told).status_code == 403
    monkeypatch.setattr(sealed, "_FRESH", timedelta(seconds=-1))
    assert site.browser.post(to[1], sent | {"inquiry.message": "Later?"}, headers=told).status_code == 200
    own = re.search(r'name="shown" value="([^"]+)"', site.browser.get("/inquiry/").content.decode())
    assert own
    assert site.browser.post("/inquiry/", {**TYPED, "shown": unescape(own[1])}).status_code == 422


@proves(Promise.SITES, "S34")
def test_a_host_without_a_policy_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """In production a site that the policy does not name is refused before it is served; one that it names is not."""
    for name, value in {"PRODUCTION": "true", "SMTP": "smtp://mail.example.com:25"}.items():
        monkeypatch.setenv(f"AVOW_{name}", value)
    try:
        for host, refused in (("https://shop.example.net", True), ("https://www.example.com", False)):
            monkeypatch.setenv("AVOW_SITE", host)
            config.cache_clear()
            if refused:
                with pytest.raises(ConfigError, match="no policy stands on"):
                    governed(policy())
            else:
                governed(policy())
    finally:
        monkeypatch.undo()
        config.cache_clear()


@proves(Promise.LINKS_MARKED, "S36")
@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,hello",
        "https://alice@example.net/",
        "https://example.net/?who=alice%40example.org",
        "https://example.net/u/0191b2a4-0000-7000-8000-0123456789ab",
        "https://example.com/choices/AAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "https://example.net/out?url=https://elsewhere.example/",
    ],
)
def test_a_link_that_staff_type_takes_nobody_along(link: str) -> None:
    """A link that hides, carries somebody, or sends its reader on is refused by its line; a plain one is not."""
    check_links("See https://example.net/manual.html#lamp (chapter 3).")
    with pytest.raises(MailError, match="line 2"):
        check_links(f"Look here:\n{link}")


@proves(Promise.SITES, "S34")
def test_answers_say_what_they_are_and_leave_nothing_behind(site: Site) -> None:
    """Each text names its charset, no answer is kept by a browser, and signing out lets go of what was."""
    for path in ("/", "/inquiry/", "/policy/", "/policy/feed.atom", "/robots.txt", "/no-such-page/"):
        answer = site.browser.get(path)
        assert re.search(r"charset=utf-8", answer["Content-Type"], re.IGNORECASE), path
        assert answer["X-Content-Type-Options"] == "nosniff"
    out = site.browser.post("/signout/")
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    assert out["Cache-Control"] == "no-store"
