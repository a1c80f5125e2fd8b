"""Plant leaks in what the site answers, to see that a crawl finds each."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from tests.units.web.marked import mark

WHO: Final = 2
PLANTED: Final = mark(WHO, "application", "planted")
"""What leaks: of somebody who is not looking, of a kind that few may see."""
Where = Literal["body", "head", "log"]
_places: dict[str, Where] = {}


def leaking(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer as the site does, and leak what is planted."""

    def middleware(request: HttpRequest) -> HttpResponse:
        found = answer(request)
        match _places.get(request.path):
            case "body":
                found.content += PLANTED.encode()
            case "head":
                found["X-Planted"] = PLANTED
            case "log":
                logging.getLogger("avow").warning("somebody applied: %s", PLANTED)
        return found

    return middleware


@contextmanager
def planted(path: str, where: Where) -> Iterator[None]:
    """Leak in what is answered at an address, to browsers that are opened meanwhile."""
    _places[path] = where
    with override_settings(MIDDLEWARE=[f"{__name__}.leaking", *settings.MIDDLEWARE]):
        yield
    del _places[path]
