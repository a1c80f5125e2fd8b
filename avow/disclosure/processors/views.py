"""Give a program of those who work for us what its agreement permits at this instant: one page of people, as JSON."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from avow.errors import Denied
from avow.gate.seen.reader import Reader
from avow.gate.seen.run import Page, run
from avow.page.failure import sentence
from avow.page.limit import limit
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
from avow.record.agreed.passed import acknowledge, unacknowledged
from avow.record.agreed.seat import Seat, by_token
from avow.record.limits import allow
from avow.terms import Promise, Role

_HOUR: Final = timedelta(hours=1)
_MOST_WRONG: Final = 60
"""Tokens that are not ours, from one network in an hour."""
_MOST_PAGES: Final = 20_000
"""Pages by one token in an hour."""
_FIRST: Final = UUID(int=0)


@keeps(Promise.PROCESSORS_BOUND)
@require_safe
def people(request: HttpRequest) -> JsonResponse:
    """Give the next people whom a token's purpose and agreement permit; `after` says where the last page ended.

    What is refused says why, and holds nothing of anybody.
    """
    seat = _seat(request)
    if isinstance(seat, JsonResponse):
        return seat
    asked = request.GET.get("for", seat.purpose)
    if asked != seat.purpose:
        return _no(HTTPStatus.FORBIDDEN, f"this token is not for {asked!r}", f"it is for {seat.purpose}")
    try:
        after = UUID(request.GET.get("after") or str(_FIRST))
    except ValueError:
        return _no(HTTPStatus.BAD_REQUEST, "'after' is no id", "give the one that the last page ended with")
    try:
        return JsonResponse(_told(seat, run(Reader(seat.id, Role.PROCESSOR, seat.agreement), seat.purpose, after)))
    except Denied as error:
        return _no(HTTPStatus.FORBIDDEN, str(error.args[0]), error.hint)


@keeps(Promise.CORRECTION, Promise.PROCESSORS_BOUND)
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: HttpRequest) -> JsonResponse:
    """Give a token's organization what to do with what it read: what was put right, who is erased; a POST says it did.

    It is open also when the agreement has ended, and names nobody but by the ids that were read.
    """
    seat = _seat(request)
    if isinstance(seat, JsonResponse):
        return seat
    if request.method == "POST":
        try:
            done = acknowledge(UUID(str(request.POST.get("id"))), f"by the token {seat.name}", seat.agreement)
        except ValueError:
            return _no(HTTPStatus.BAD_REQUEST, "'id' is no id", "give the one that the list names")
        if not done:
            return _no(HTTPStatus.NOT_FOUND, "this waits for you no more", "ask for the list")
    notices = [
        {"id": str(one.id), "person": str(one.person), "act": one.act, "categories": one.categories, "at": one.at}
        for one in unacknowledged(seat.agreement)
    ]
    return JsonResponse({"organization": seat.organization, "agreement": seat.agreement, "told": notices})


def _seat(request: HttpRequest) -> Seat | JsonResponse:
    """Give what the token of a request opens, or the answer where it opens nothing, or too often."""
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    seat = by_token(told.strip()) if scheme.lower() == "bearer" and told.strip() else None
    if seat is None:
        limit(request, "processor", _MOST_WRONG, _HOUR)
        answer = _no(HTTPStatus.UNAUTHORIZED, "no token that is known here was given", "ask whom you work for")
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    if not allow(f"processor:{seat.id}", _MOST_PAGES, _HOUR):
        return _no(HTTPStatus.TOO_MANY_REQUESTS, "this token was used very often", "go on in an hour")
    return seat


def _told(seat: Seat, page: Page) -> dict[str, object]:
    return {
        "organization": seat.organization,
        "agreement": seat.agreement,
        "purpose": seat.purpose,
        "version": policy().front.version,
        "entry": page.entry,
        "people": [
            {
                "person": str(person),
                "items": [
                    {"id": str(one.id), "category": one.category, "at": one.at.isoformat(), "fields": dict(one.fields)}
                    for one in items
                ],
            }
            for person, items in page.people.items()
        ],
        "after": None if page.after is None else str(page.after),
    }


def _no(status: HTTPStatus, happened: str, way_on: str) -> JsonResponse:
    return JsonResponse({"error": sentence(happened), "hint": sentence(way_on)}, status=status)
