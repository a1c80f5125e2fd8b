"""Count each page that is opened, beside the answer and after it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from time import sleep

from django.db import connection
from django.http import HttpRequest, HttpResponse

from avow.cookies.counter import EVERY, Tallies
from avow.cookies.visit import visit
from avow.page.site import policy
from avow.terms import ChannelKind


def counted(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count the pages that went out, where the policy in force says that visits are counted."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        page = response.status_code == HTTPStatus.OK and response.get("Content-Type", "").startswith("text/html")
        if page and request.method == "GET" and ChannelKind.AUTOMATED in policy().channels:
            meta = {name: str(value) for name, value in request.META.items() if name.startswith("HTTP_")}
            own = frozenset({*policy().front.sites, request.get_host().partition(":")[0]})
            found = visit(request.path, meta, own)
            if found:
                tallies().add(found, datetime.now(UTC))
        return response

    return middleware


@cache
def tallies() -> Tallies:
    """Give the counts of this process, which are added to the store every few seconds from now on."""
    found = Tallies(policy().front.timezone)
    threading.Thread(target=_flush, args=[found], name="tallies", daemon=True).start()
    return found


def _flush(found: Tallies) -> None:
    while True:
        sleep(EVERY)
        found.flush(datetime.now(UTC))
        connection.close()
