"""Give a program of those who work for us what its agreement permits at this instant: one page of people, as JSON."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from avow.errors import Denied
from avow.gate.seen.reader import Reader
from avow.gate.seen.run import Page, run
from avow.page.failure import sentence
from avow.page.limit import limit
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
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
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    seat = by_token(told.strip()) if scheme.lower() == "bearer" and told.strip() else None
    if seat is None:
        limit(request, "processor", _MOST_WRONG, _HOUR)
        answer = _no(HTTPStatus.UNAUTHORIZED, "no token that is known here was given", "ask whom you work for")
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    if not allow(f"processor:{seat.id}", _MOST_PAGES, _HOUR):
        return _no(HTTPStatus.TOO_MANY_REQUESTS, "this token was used very often", "go on in an hour")
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
