"""Prove what the policy says of companies that set cookies for us: under an agreement, and after a visitor's yes."""

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client

from avow.page import site as sites
from avow.page.jar import CookieUndeclared
from avow.page.jar import check as let_out
from avow.page.site import policy
from avow.page.visitor.loaded import public
from avow.page.visitor.signal import signals
from avow.policy.compare import compare
from avow.policy.proof.check import check
from avow.policy.proof.keeps import proves
from avow.policy.reader import read_text
from avow.policy.shown.page import page
from avow.terms import Promise
from tests.promises.conftest import Site

SCRIPT, PICTURE, SENDS = (f"https://lighthouse.example.net/{name}" for name in ("count.js", "seen.gif", "beacon"))
EXAMPLE = Path(__file__).parents[2] / "policies/example/2025-01-01.md"
CHOICE = '[cookie.avow_cookies]\ntitle = "What you chose"\nparty = "us"\nlifetime = 31536000\nnecessary = true\n\n'
OTHERS = f"""
[processor.lighthouse]
title = "Lighthouse Counting Ltd."
agreement = "the contract of 3 January 2025"
since = 2025-01-01T00:00:00+00:00
scripts = ["{SCRIPT}"]
images = ["{PICTURE}"]
sends = ["{SENDS}"]

[cookie.lh_seen]
title = "Counts how often you come back"
party = "processor"
processor = "lighthouse"
lifetime = 86400

[cookie.taste]
title = "Remembers your taste"
party = "us"
lifetime = 60

"""
AT = '[clause."cookies.vendors"]\nclass = "evidenced"\npromises = ["vendors act for us"]\n'
PERSONAL = ("/register/", "/inquiry/", "/choices/", "/signin/", "/me/", "/desk/", "/policy/question/x/", "/lists2/")


def declared() -> str:
    """Give the example policy with another company in it."""
    source = EXAMPLE.read_text()
    assert AT in source
    return source.replace(AT, AT + OTHERS + CHOICE)


@pytest.fixture
def watched(policies: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Give a site whose policy declares another company; the file is changed after it was published."""
    path = next(policies.glob("*.md"))
    path.write_text(declared())
    sites.folder.cache_clear()
    monkeypatch.setattr(sites, "known", lambda: None)
    assert policy().processors
    return site


def _get(browser: Client, path: str = "/policy/", **headers: str) -> HttpResponse:
    answer = browser.get(path, headers=headers)
    assert isinstance(answer, HttpResponse)
    return answer


def _loads(answer: HttpResponse) -> bool:
    """Say whether a page loads anything from the other company; its rule for browsers never says otherwise."""
    page = answer.content.decode()
    found = {f'src="{SCRIPT}"' in page, f'src="{PICTURE}"' in page, "lighthouse" in answer["Content-Security-Policy"]}
    assert len(found) == 1
    return found.pop()


def _say(site: Site, answer: str) -> None:
    assert site.browser.post("/cookies/", {"answer": answer}).status_code == 302


@proves(Promise.COOKIES_VENDORS, Promise.COOKIES_CHOICE, "S14", "S15")
def test_another_company_does_nothing_before_a_yes_and_only_what_is_declared(watched: Site) -> None:
    """Nothing is loaded before the yes and after the no; between them the declared addresses alone, on public pages."""
    assert not _loads(_get(watched.browser))
    _say(watched, "yes")
    assert _loads(_get(watched.browser))
    rule = _get(watched.browser)["Content-Security-Policy"]
    assert f"script-src {SCRIPT}; connect-src {SENDS}" in rule
    assert f"img-src 'self' data: {PICTURE};" in rule
    assert "default-src 'none'" in rule
    assert {"Cookie", "Sec-GPC", "DNT"} <= {part.strip() for part in _get(watched.browser)["Vary"].split(",")}
    for path in PERSONAL:
        assert not public(path)
        assert "lighthouse" not in str(_get(watched.browser, path).headers), path
    _say(watched, "no")
    assert not _loads(_get(watched.browser))


@proves(Promise.COOKIES_VENDORS, "S14")
def test_when_the_agreement_ends_nothing_is_loaded_from_that_instant(watched: Site, policies: Path) -> None:
    """A yes outlives no agreement: neither before it begins nor after it ends is anything loaded or asked about."""
    _say(watched, "yes")
    for words in (
        "since = 2025-01-01T00:00:00+00:00\nuntil = 2025-06-01T00:00:00+00:00",
        "since = 2400-01-01T00:00:00+00:00",
    ):
        path = next(policies.glob("*.md"))
        path.write_text(declared().replace("since = 2025-01-01T00:00:00+00:00", words))
        sites.folder.cache_clear()
        assert not _loads(_get(watched.browser))
        shown = _get(watched.browser, "/cookies/").content.decode()
        assert "lh_seen" not in shown
        assert "Lighthouse" not in shown


@proves(Promise.COOKIES_CHOICE, "S15")
def test_a_browsers_signal_is_a_no_that_goes_first(watched: Site) -> None:
    """With the signal a yes does not count, and the page says so; without it the yes counts again."""
    _say(watched, "yes")
    for header, name in (("sec-gpc", "Global Privacy Control"), ("dnt", "Do Not Track")):
        assert not _loads(_get(watched.browser, **{header: "1"}))
        shown = _get(watched.browser, "/cookies/", **{header: "1"}).content.decode()
        assert f"It sends {name}: <strong>we take that as a no" in shown
        assert "your yes counts again when it stops" in shown
        for value in ("0", "true", "", "11"):
            assert _loads(_get(watched.browser, **{header: value}))
    assert "It sends no signal" in _get(watched.browser, "/cookies/").content.decode()


@proves(Promise.COOKIES_CHOICE, "S15")
def test_one_signal_among_several_counts() -> None:
    """A server joins headers of one name; one that says 1 is enough, and nothing else is."""
    for told in ("1", "1,0", "0, 1"):
        assert signals({"HTTP_SEC_GPC": told}) == ("Global Privacy Control",)
    for told in ("", "0", "true", "10", "0,0", "1.0"):
        assert not signals({"HTTP_SEC_GPC": told})
    assert signals({"HTTP_SEC_GPC": "1", "HTTP_DNT": "1"}) == ("Global Privacy Control", "Do Not Track")


@proves(Promise.COOKIES_CHOICE, Promise.COOKIES_DECLARED, "S15")
def test_the_choice_is_as_easy_either_way_and_says_nothing_of_anybody(watched: Site) -> None:
    """Two buttons of one form; what is kept is the same for everybody; a no takes back what a yes let in."""
    shown = _get(watched.browser, "/cookies/").content.decode()
    buttons = re.findall(r'<button name="answer" value="(yes|no)">', shown)
    assert buttons == ["yes", "no"]
    with pytest.raises(CookieUndeclared, match="taste is not necessary"):
        let_out({"taste"})
    with pytest.raises(CookieUndeclared, match="lh_seen is not declared"):
        let_out({"lh_seen"}, wanted=True)
    let_out({"taste"}, wanted=True)
    kept = []
    for browser in (watched.browser, Client(headers={"host": "localhost"}, enforce_csrf_checks=True)):
        browser.post("/cookies/", {"answer": "yes"})
        kept.append(browser.cookies["avow_cookies"].value)
        assert browser.cookies["avow_cookies"]["max-age"] == 31536000
    assert len(set(kept)) == 1
    watched.browser.cookies["taste"] = "salt"
    _say(watched, "no")
    assert (watched.browser.cookies["taste"].value, watched.browser.cookies["avow_cookies"].value) == ("", "no")
    assert watched.browser.post("/cookies/", {"answer": "perhaps"}).status_code == 400
    assert (
        "Your browser kept no cookie"
        in _get(Client(headers={"host": "localhost"}), "/cookies/?done=yes").content.decode()
    )


@proves(Promise.COOKIES_CHOICE, "S15")
def test_a_yes_covers_nothing_that_is_declared_later(watched: Site, policies: Path) -> None:
    """When the policy declares more, whoever said yes to less is not taken at that word."""
    _say(watched, "yes")
    path = next(policies.glob("*.md"))
    path.write_text(declared().replace(f'sends = ["{SENDS}"]', f'sends = ["{SENDS}", "https://other.example.net/"]'))
    sites.folder.cache_clear()
    assert not _loads(_get(watched.browser))
    assert "You have not chosen" in _get(watched.browser, "/cookies/").content.decode()


@proves(Promise.COOKIES_VENDORS, Promise.PAGE_COMPLETE, "S13", "S14")
def test_the_tables_say_who_sets_what_under_which_agreement(watched: Site) -> None:
    """The policy page and the page of cookies show every cookie, the company, its agreement and what it loads."""
    for shown in (page(policy()), _get(watched.browser, "/cookies/").content.decode()):
        for words in (
            "lh_seen",
            "Lighthouse Counting Ltd.",
            "the contract of 3 January 2025",
            "after your yes",
            "1 day<",
        ):
            assert words in shown, words
    assert SCRIPT in page(policy())
    before = read_text(EXAMPLE.read_text())
    told = json.dumps([asdict(one) for one in compare(before, policy()).other])
    assert "the contract of 3 January 2025" in told
    plain = page(before)
    assert "Who sets" not in plain, "a page that was published keeps its bytes"


@proves(Promise.COOKIES_VENDORS, "S14")
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('processor = "lighthouse"\n', "", "is set by another company, without an agreement"),
        ('agreement = "the contract of 3 January 2025"\n', "", "lacks 'agreement'"),
        ('processor = "lighthouse"', 'processor = "nobody"', "there is no processor 'nobody'"),
        ('party = "processor"\n', 'party = "us"\n', "is said to be ours and to be a processor's"),
        ("lifetime = 86400\n", "lifetime = 86400\nnecessary = true\n", "would be set before anybody said yes"),
        (CHOICE, "", "no cookie keeps what they decide"),
        (SCRIPT, "http://lighthouse.example.net/count.js", "is no address that only it can answer at"),
        (SCRIPT, "https://*.example.net/", "is no address that only it can answer at"),
        (SCRIPT, "https://x.example/ 'unsafe-inline'", "is no address that only it can answer at"),
        (SCRIPT, "https://x.example/;script-src *", "is no address that only it can answer at"),
        ("scripts =", "until = 2025-01-01T00:00:00+00:00\nscripts =", "is over before it or this version begins"),
    ],
)
def test_what_nobody_is_bound_to_is_refused_by_the_check(old: str, new: str, says: str) -> None:
    """`avow policy check` refuses a company without agreement, an address that others answer at, a cookie unasked."""
    assert not [one for one in check(read_text(declared())).errors if "promise" not in str(one)]
    words = declared().replace(old, new)
    assert words != declared()
    try:
        found = [str(one) for one in check(read_text(words)).errors]
    except Exception as errors:  # noqa: BLE001 -- what the reader refuses, the check prints as well
        found = [str(errors)]
    assert any(says in one for one in found), found


@proves(Promise.COOKIES_CHOICE, "S15")
def test_machines_can_read_that_the_signal_is_heeded(site: Site) -> None:
    """The site says so where browsers look for it; without optional cookies there is nothing to choose."""
    assert site.browser.get("/.well-known/gpc.json").json()["gpc"] is True
    assert "There is nothing to choose" in _get(site.browser, "/cookies/").content.decode()
    assert site.browser.post("/cookies/", {"answer": "yes"}).status_code == 400
