"""Speak the language of whoever reads: that of the address (/de/...), or the first they read that we speak."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.translation import get_language, override
from django.utils.translation.trans_real import parse_accept_lang_header

from avow.errors import PolicyError
from avow.page.site import address, policy
from avow.policy.document import Policy
from avow.tongue import LANGUAGES, SOURCE, day

_NAMES: Final = dict(LANGUAGES)
_BEGINS: Final = re.compile(f"/({'|'.join(_NAMES)})(?=/)")
_APART: Final = ("/desk/", "/api/", "/static/", "/healthz", "/readyz", "/.well-known/")
"""Pages of our own people and of machines, which are in the language of the source."""
_LINK: Final = re.compile(rf'( (?:href|action)=")(?=/(?!/|(?:{"|".join(_NAMES)}|desk|api|static|mail)/))')


def spoken(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer in a language that the policy in force is written in.

    Whoever came by an address that names one stays in it: every link and form of the page leads on in it. So nothing
    is stored in a browser. One that is spoken no more leads to the same page, for a form may have been opened before.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_APART):
            return answer(request)
        known = offered()
        begins = _BEGINS.match(request.path)
        if begins:
            request.path = request.path_info = request.path[begins.end() :]
        if begins and begins[1] in known:
            with override(begins[1]):
                return _led(answer(request), begins[0])
        with override(_read(request, known)):
            response = answer(request)
        if len(known) > 1:
            patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware


def offered() -> tuple[str, ...]:
    """Give the languages that the policy in force and its translations are in and that pages are written in."""
    try:
        now = policy()
    except PolicyError:
        return (SOURCE,)
    return tuple(one for one in (now.front.language, *now.translations) if one in _NAMES) or (SOURCE,)


def told() -> Policy:
    """Give the version in force in the words of the language that is spoken."""
    return said(policy())


def said(found: Policy) -> Policy:
    """Give a version in the words of the language that is spoken, or in its own."""
    return found.told(get_language() or SOURCE)


def both(old: Policy, new: Policy) -> tuple[Policy, Policy]:
    """Give two versions in the words of the language that is spoken where both are in it, so that they compare."""
    told = said(old), said(new)
    return told if told[0].front.language == told[1].front.language else (old, new)


def foreign(words: Policy) -> str:
    """Give the attribute that names the language of a version's words where the page is in another, or nothing."""
    own = words.front.language
    return format_html(' lang="{}"', own) if own != told().front.language else ""


def title(listed: str, purpose: str, otherwise: str) -> str:
    """Give the title of a list as the policy has it in the language that is spoken; of one made otherwise, its own."""
    found = told().purposes.get(purpose)
    return found.title if found and listed == purpose else otherwise


def spelt(at: date) -> str:
    """Write a day as the language does that is spoken."""
    return day(get_language() or SOURCE, at)


def others(request: HttpRequest) -> Iterator[tuple[str, str, str, bool]]:
    """Give each language that a page can be read in: its tag, its name, the address, whether it is spoken now."""
    known = offered()
    query = request.META.get("QUERY_STRING", "")
    for one in known if len(known) > 1 else ():
        where = f"/{one}{request.path}"
        yield one, _NAMES[one], f"{where}?{query}" if query else where, one == get_language()


def _read(request: HttpRequest, known: tuple[str, ...]) -> str:
    """Give the language that a browser asks for before the others that are spoken, or else the policy's own."""
    for wanted, _ in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if (found := wanted.partition("-")[0].lower()) in known:
            return found
    return known[0]


def _led(response: HttpResponse, begins: str) -> HttpResponse:
    """Let every link, form and redirect of an answer lead on in its language."""
    if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
        response.content = _LINK.sub(rf"\g<1>{begins}", response.content.decode()).encode()
    if response.has_header("Location"):
        where = response["Location"].removeprefix(address())
        if where.startswith("/") and not where.startswith((*_APART, "//")) and not _BEGINS.match(where):
            response["Location"] = begins + where
    return response
