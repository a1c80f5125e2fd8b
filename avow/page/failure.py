"""Say plainly what went wrong, on a page of our own."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from avow.errors import AvowError


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says of a failure: its heading, what happened, what can be done."""

    heading: str
    happened: str
    way_on: str


WORDS = {
    HTTPStatus.BAD_REQUEST: Words(
        "We cannot take this",
        "What was sent is not what this page asks for.",
        "Go back, load the page anew, try again.",
    ),
    HTTPStatus.FORBIDDEN: Words(
        "Not from here", "This was sent by a page of another site.", "Open our own page and send it from there."
    ),
    HTTPStatus.NOT_FOUND: Words(
        "There is no such page", "The address leads nowhere.", "It may have been cut in two: copy the whole of it."
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Words(
        "Not in this way", "This address cannot be used like that.", "Open it as a page."
    ),
    HTTPStatus.CONFLICT: Words(
        "The ledger says otherwise",
        "What is stored here is not what our ledger holds, so there is no receipt of it.",
        "Please tell us: this must not be, and we look into it.",
    ),
    HTTPStatus.LENGTH_REQUIRED: Words(
        "How long is it?",
        "What was sent came in pieces, without its length, so it was not read and nothing of it holds.",
        "Send it again in one piece, with a Content-Length.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Words(
        "Too much at once", "More than a megabyte was sent; nothing of it was kept.", "Send less."
    ),
    HTTPStatus.MISDIRECTED_REQUEST: Words(
        "Not one of our sites",
        "Our policy does not cover the site by this name.",
        "Go to the site that the policy names.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Words(
        "Too often", "This was asked for many times in a short while.", "Wait an hour and try again."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Words(
        "Our mistake", "Something failed on our side. What you sent may not have been kept.", "Try again in a while."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Words(
        "Back in a moment",
        "Our store does not answer, so what you sent was not kept.",
        "Try again in a minute. A no to mail is received all the same: use your link or the page of choices.",
    ),
}


class Failure(AvowError):
    """A page cannot be given as asked; holds the status and, where they differ, the words."""

    def __init__(self, status: HTTPStatus, happened: str = "", way_on: str = "") -> None:
        """Hold the status and what to say."""
        words = WORDS[status]
        super().__init__(happened or words.happened, way_on or words.way_on)
        self.status, self.happened, self.way_on = status, happened or words.happened, way_on or words.way_on


def fail(request: HttpRequest, status: HTTPStatus, happened: str = "", way_on: str = "") -> HttpResponse:
    """Give the page for a status, with particular words where there are any, in the language that is spoken."""
    failure = Failure(status, happened, way_on)
    told = {"heading": _(WORDS[status].heading), "happened": _(failure.happened), "way_on": _(failure.way_on)}
    response = render(request, "page/failure.html", {**told, "status": status.value}, status=status)
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response["Retry-After"] = "3600" if status is HTTPStatus.TOO_MANY_REQUESTS else "30"
    return response


def sentence(words: str) -> str:
    """Write what an error says as a sentence."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def handler(status: HTTPStatus) -> Callable[..., HttpResponse]:
    """Give what Django calls where a view did not answer, for one status."""

    def answer(request: HttpRequest, *_args: object, **_named: object) -> HttpResponse:
        return fail(request, status)

    return answer
