"""Mark every link that leaves the site, on every page, and let it take nothing along."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from avow.page.site import covered
from avow.policy.proof.keeps import keeps
from avow.terms import Promise

_LINK: Final = re.compile(r'<a\s[^>]*?href="((?:https?:)?//[^"]*)"[^>]*>', re.IGNORECASE)
_CLASS: Final = re.compile(r'\sclass="([^"]*)"')
_REL: Final = re.compile(r'\srel="[^"]*"')
_QUIET: Final = ' rel="noopener noreferrer"'
"""The other page is not told from where somebody comes, and gets no hold of ours."""


def marked(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Mark the links of each page that goes out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        html = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if html and b"//" in response.content:
            response.content = mark(response.content.decode()).encode()
        return response

    return middleware


@keeps(Promise.LINKS_MARKED)
def mark(page: str) -> str:
    """Give the page with each link that leaves the covered sites marked as `outside`, and quiet; the rest untouched."""
    return _LINK.sub(_marked, page)


def _marked(found: re.Match[str]) -> str:
    link, host = found[0], urlsplit(found[1]).netloc
    if not host or covered(host):
        return link
    classes = _CLASS.search(link)
    names = [*(classes[1].split() if classes else ()), "outside"]
    bare = _REL.sub("", _CLASS.sub("", link))
    return f'{bare[:-1]} class="{" ".join(dict.fromkeys(names))}"{_QUIET}>'
