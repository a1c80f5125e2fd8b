"""Look through what was posted last, for words that anybody can read there."""

import re
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.collection.forum.shown.form import here
from avow.collection.forum.shown.lines import Line, lines
from avow.gate.seen.each import holding
from avow.page.limit import limit
from avow.page.own import own
from avow.record.forum.posts import newest

LOOKED_AT: Final = 2_000
"""Posts that a search looks through, the latest of all."""
_FOUND: Final = 50
_WORDS: Final = 8
_MOST_AN_HOUR: Final = 120
_HOUR: Final = timedelta(hours=1)
_WORD: Final = re.compile(r"[^\W_]+")


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Ask for words; a POST looks, so that no word stands in an address."""
    here()
    if request.method != "POST":
        return render(request, "collection/forum/search.html", {"looked_at": LOOKED_AT})
    own(request)
    limit(request, "forum search", _MOST_AN_HOUR, _HOUR)
    text = str(request.POST.get("text", "")).strip()[:200]
    told = {"text": text, "found": _found(text), "asked": True, "looked_at": LOOKED_AT, "most": _FOUND}
    return render(request, "collection/forum/search.html", told)


def _found(text: str) -> list[Line]:
    """Find posts that hold every word where anybody can read it: what is hidden on the page is found by nobody."""
    words = _WORD.findall(text.casefold())[:_WORDS]
    some = newest(LOOKED_AT)
    holds = {item for _, item in holding([(post.person, post.item) for post in some], words, _FOUND * 2)}
    found = lines([post for post in some if post.item in holds])
    return [line for line in found if all(word in _read(line) for word in words)][:_FOUND]


def _read(line: Line) -> str:
    return f"{line.subject} {''.join(part.text for part in line.words)}".casefold()
