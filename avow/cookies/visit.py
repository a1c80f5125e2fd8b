"""Say of one request what is counted of it: names from closed lists, and the domain that sent it here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from avow.page.visitor.signal import signals

OTHER: Final = "(other)"
"""What stands for everything that is on no list, or too rare to be told."""
PAGES: Final = frozenset(
    {
        "policy",
        "cookies",
        "register",
        "inquiry",
        "order",
        "support",
        "apply",
        "forum",
        "lists",
        "choices",
        "signin",
        "me",
        "log",
        "confirm",
        "changes",
    }
)
"""The pages that are told apart, by the first part of their address; nothing of the rest of it is looked at."""
_STAFF: Final = ("/desk/", "/mail/")
_BROWSERS: Final = (
    ("Edge", re.compile(r"\bEdg(e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(Chrome|CriOS|Chromium)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_ROBOT: Final = re.compile(
    r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|java/|http-client|^$", re.IGNORECASE
)
_TABLET: Final = re.compile(r"\b(iPad|Tablet)\b|Android(?!.*Mobile)")
_PHONE: Final = re.compile(r"Mobile|iPhone")
_LANGUAGE: Final = re.compile(r"\s*([a-zA-Z]{2,3})(?=[-_;,]|\s*$)")


@dataclass(frozen=True, slots=True)
class Visit:
    """What one opened page adds to the counts; `language` and `domain` wait until enough others share them."""

    page: str
    browser: str
    device: str
    language: str
    domain: str


def visit(path: str, meta: Mapping[str, str], own: frozenset[str]) -> Visit | None:
    """Give what is counted of a page that was opened; None for what is not counted at all.

    Not counted are people who signal that they do not want it (Sec-GPC, DNT), robots, pages that a browser fetches
    ahead, parts of pages, and the pages of our own staff. `own` are the hosts of this site.
    """
    agent = meta.get("HTTP_USER_AGENT", "")
    if signals(meta) or _ROBOT.search(agent) or path.startswith(_STAFF) or not _opened(meta):
        return None
    return Visit(
        page=_page(path),
        browser=next((name for name, sign in _BROWSERS if sign.search(agent)), OTHER),
        device="tablet" if _TABLET.search(agent) else "phone" if _PHONE.search(agent) else "computer",
        language=_language(meta.get("HTTP_ACCEPT_LANGUAGE", "")),
        domain=domain(meta.get("HTTP_REFERER", ""), own),
    )


def _opened(meta: Mapping[str, str]) -> bool:
    """Say whether somebody opened a page, as far as the browser says what it does."""
    ahead = "prefetch" in (meta.get("HTTP_SEC_PURPOSE", "") + meta.get("HTTP_PURPOSE", ""))
    mode, what = meta.get("HTTP_SEC_FETCH_MODE", "navigate"), meta.get("HTTP_SEC_FETCH_DEST", "document")
    return not ahead and mode == "navigate" and what == "document"


def _page(path: str) -> str:
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return "home" if path == "/" else first if first in PAGES else OTHER


def _language(header: str) -> str:
    found = _LANGUAGE.match(header)
    return found[1].lower() if found else OTHER


def domain(referrer: str, own: frozenset[str]) -> str:
    """Give the domain that somebody registered, of a page that sent a visitor here; "" for our own pages and for none.

    Nothing left of it is kept, no path, no words that were searched for. What is no name of a public site (an IP
    address, an app, a name within a company) is `OTHER`.
    """
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode() if referrer else ""
    except (ValueError, UnicodeError):
        return OTHER
    if not referrer or host in own:
        return ""
    if parts.scheme not in {"http", "https"} or not re.search(r"[a-z]$", host):
        return OTHER
    return _suffixes().privatesuffix(host) or OTHER


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
