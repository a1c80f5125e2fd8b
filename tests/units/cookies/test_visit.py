"""Test what is counted of a visit: names from closed lists alone, and nothing of who does not want it."""

import pytest

from avow.cookies.visit import OTHER, PAGES, domain, visit

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Mobile/15E148 Safari/604.1"
OWN = frozenset({"example.com"})


def test_a_visit_is_five_names() -> None:
    """Page, browser, device, language and domain; no version, no path, no query."""
    meta = {
        "HTTP_USER_AGENT": FIREFOX,
        "HTTP_ACCEPT_LANGUAGE": "de-CH,de;q=0.9",
        "HTTP_REFERER": "https://alice-pc.blog.example.org/private?q=alice",
    }
    found = visit("/policy/2025-01-01/?x=alice", meta, OWN)
    assert found is not None
    assert (found.page, found.browser, found.device, found.language) == ("policy", "Firefox", "computer", "de")
    assert found.domain == "example.org"
    phone = visit("/", {"HTTP_USER_AGENT": PHONE}, OWN)
    assert phone is not None
    assert (phone.page, phone.browser, phone.device, phone.language) == ("home", "Safari", "phone", OTHER)


@pytest.mark.parametrize(
    "meta",
    [
        {"HTTP_SEC_GPC": "1"},
        {"HTTP_DNT": "1"},
        {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_PURPOSE": "prefetch"},
        {"HTTP_SEC_FETCH_MODE": "no-cors"},
        {"HTTP_SEC_FETCH_DEST": "iframe"},
        {"HTTP_USER_AGENT": "Examplebot/2.1"},
        {"HTTP_USER_AGENT": "curl/8.1"},
        {"HTTP_USER_AGENT": ""},
    ],
)
def test_who_does_not_want_it_and_what_is_no_visitor_is_not_counted(meta: dict[str, str]) -> None:
    """Signals, robots, what is fetched ahead and parts of pages add nothing; the same visit without them does."""
    assert visit("/policy/", {"HTTP_USER_AGENT": FIREFOX}, OWN)
    assert visit("/policy/", {"HTTP_USER_AGENT": FIREFOX, **meta}, OWN) is None


@pytest.mark.parametrize("path", ["/desk/", "/desk/people/1/", "/mail/"])
def test_the_pages_of_our_own_people_are_not_counted(path: str) -> None:
    """What staff open is no visit."""
    assert visit(path, {"HTTP_USER_AGENT": FIREFOX}, OWN) is None


@pytest.mark.parametrize("path", ["/choices/eyJhbGciOiJ/", "/me/receipts/choice/8d/", "/alice@example.org", "//", "x"])
def test_a_page_is_a_name_of_a_list(path: str) -> None:
    """Whatever stands in an address, a token or a name, what is counted is a name that we chose."""
    found = visit(path, {"HTTP_USER_AGENT": FIREFOX}, OWN)
    assert found is not None
    assert found.page in PAGES | {"home", OTHER}


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [
        ("", ""),
        ("https://example.com/x", ""),
        ("https://news.example.co.uk/alice", "example.co.uk"),
        ("https://bücher.example.org/", "example.org"),
        ("http://192.0.2.7/alice", OTHER),
        ("http://[2001:db8::1]/", OTHER),
        ("android-app://org.example.alice/", OTHER),
        ("http://alice-pc/", OTHER),
        ("http://alice-pc.corp/", OTHER),
        ("https://[broken", OTHER),
        ("javascript:alert(1)", OTHER),
        ("https://co.uk/", OTHER),
    ],
)
def test_a_domain_is_what_somebody_registered(referrer: str, expected: str) -> None:
    """No label left of it, no path, no address, no name within a company."""
    assert domain(referrer, OWN) == expected
