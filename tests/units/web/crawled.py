"""Crawl the site: open addresses and whatever they link to, and tell which marks were seen where."""

import re
from collections import deque
from collections.abc import Collection
from html import unescape
from typing import Final
from urllib.parse import urldefrag, urljoin

from django.http.response import HttpResponseBase
from django.test import Client

from tests.units.web.found import MARKUP, Seen, legible, marks
from tests.units.web.walked import Walk

_LINK: Final = re.compile(r"""(?:href|src|action)="([^"]*)\"""")
_SHAPE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+|[\w.-]{30,}")
_OURS: Final = "http://localhost"


def crawl(
    browser: Client,
    walk: Walk,
    some: Collection[str],
    also: Collection[str] = (),
    *,
    most: int = 0,
    within: str = "/",
    without: tuple[str, ...] = (),
) -> Seen:
    """Open some addresses of the site, others as they are, and then `most` of those that their pages link to.

    What people typed is text in each of them. Links lead no further than `within`, and not into `without`; those of
    a shape that was opened seldom come first.
    """
    first = list(dict.fromkeys([*map(walk.path, some), *also]))
    seen, known = Seen(), set(first)
    waiting, later = deque(first), dict[str, deque[str]]()
    left = len(known) + most
    while left and (waiting or later):
        path = waiting.popleft() if waiting else _next(later)
        answer, left = browser.get(path), left - 1
        seen = marks(answer, path) | seen
        assert not (html(answer) and MARKUP in legible(body(answer))), f"what was typed is markup in {path}"
        for link in links(path, answer) - known if most else ():
            if link.startswith(within) and not link.startswith(("/static/", *without)):
                known.add(link)
                later.setdefault(_SHAPE.sub("*", link), deque()).append(link)
    return seen


def links(path: str, answer: HttpResponseBase) -> set[str]:
    """Give the addresses of this site that a page names."""
    if not html(answer):
        return set()
    named = [urldefrag(urljoin(_OURS + path, unescape(one))).url for one in _LINK.findall(legible(body(answer)))]
    return {one.removeprefix(_OURS) for one in named if one.startswith(f"{_OURS}/")}


def html(answer: HttpResponseBase) -> bool:
    """Say whether a browser takes an answer for a page."""
    return "text/html" in answer.headers.get("Content-Type", "")


def body(answer: HttpResponseBase) -> bytes:
    """Give the bytes of an answer."""
    return bytes(getattr(answer, "content", b""))


def _next(later: dict[str, deque[str]]) -> str:
    """Give one of the shape that has waited longest, and put the shape behind all others."""
    shape = next(iter(later))
    waiting = later.pop(shape)
    path = waiting.popleft()
    if waiting:
        later[shape] = waiting
    return path
