"""Say what went wrong as RFC 9457 has it: one shape for every error, with a page that explains each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import to_json

from avow.errors import AvowError
from avow.page.failure import sentence

TYPE: Final = "application/problem+json"
KINDS: Final[Mapping[HTTPStatus, tuple[str, str]]] = {
    HTTPStatus.BAD_REQUEST: ("not-readable", "What was sent cannot be read"),
    HTTPStatus.UNAUTHORIZED: ("no-token", "No token, or no signature, that is known here"),
    HTTPStatus.FORBIDDEN: ("not-yours", "This token does not let that be done"),
    HTTPStatus.NOT_FOUND: ("not-there", "There is no such thing, or none that may be seen for this purpose"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("not-so", "This address is not used in this way"),
    HTTPStatus.CONFLICT: ("key-reused", "This idempotency key was used for something else"),
    HTTPStatus.LENGTH_REQUIRED: ("how-long", "The length of what was sent is not known"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-much", "More than a megabyte was sent"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("not-json", "What was sent is not JSON"),
    HTTPStatus.MISDIRECTED_REQUEST: ("other-site", "The policy does not cover the site by this name"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("not-taken", "What was sent is not what is taken here"),
    HTTPStatus.TOO_MANY_REQUESTS: ("too-often", "This was asked very often in a short while"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("our-mistake", "Something failed on our side"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("store-away", "The store does not answer"),
}
"""Each kind of problem by its status: the anchor that explains it on the page of the API, and its title."""


class Wrong(BaseModel):
    """One thing that is wrong, and where it stands (RFC 6901)."""

    pointer: str
    detail: str


class Told(BaseModel):
    """A problem, as RFC 9457 has it; `hint` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    hint: str = ""
    errors: list[Wrong] = Field(default_factory=list)


@dataclass(eq=False)
class Problem(AvowError):
    """A request cannot be answered as asked: the status, what happened, what to do, and where it is wrong.

    `retry` is in seconds; `allow` are the methods that the address takes.
    """

    status: HTTPStatus
    detail: str = ""
    hint: str = ""
    errors: Sequence[tuple[str, str]] = ()
    retry: int | None = None
    allow: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Be an error of ours like any other."""
        super().__init__(self.detail or KINDS[self.status][1], self.hint)


def answer(found: Problem) -> HttpResponse:
    """Give the answer that tells a problem."""
    anchor, title = KINDS[found.status]
    errors = [Wrong(pointer=place, detail=sentence(what)) for place, what in found.errors]
    told = Told(
        type=f"/api/#{anchor}",
        title=title,
        status=found.status.value,
        detail=sentence(found.detail or title),
        hint=sentence(found.hint),
        errors=errors,
    )
    response = HttpResponse(to_json(told), content_type=TYPE, status=found.status)
    if found.retry is not None:
        response["Retry-After"] = str(found.retry)
    if found.allow:
        response["Allow"] = ", ".join(found.allow)
    if found.status is HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def invalid(error: ValidationError) -> Problem:
    """Give the problem of a body or query that is not of its shape; what was sent is not repeated."""
    found = [
        (_pointer(one["loc"]), one["msg"].removeprefix("Value error, ")) for one in error.errors(include_url=False)
    ]
    unreadable = any(one["type"] == "json_invalid" for one in error.errors(include_url=False))
    status = HTTPStatus.BAD_REQUEST if unreadable else HTTPStatus.UNPROCESSABLE_ENTITY
    return Problem(status, errors=found)


def _pointer(place: Sequence[Any]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
