"""Remember who signed in: a sealed cookie that the policy declares, and nothing stored."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from avow.errors import TokenError
from avow.page.own import own
from avow.record.token import seal, unseal

COOKIE: Final = "avow_session"
_ACT: Final = "session"
_GOOD_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed in: the person, and the proven address by its two keys."""

    person: UUID
    exact: bytes
    reach: bytes


def remember(request: HttpRequest, response: HttpResponse, who: Signed) -> None:
    """Set the cookie; it ends with the browser, and is good for half an hour."""
    token = seal(_ACT, who.person.hex, who.exact.hex(), who.reach.hex())
    response.set_cookie(COOKIE, token, httponly=True, secure=request.is_secure(), samesite="Strict")


def forget(response: HttpResponse) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, samesite="Strict")


def signed(request: HttpRequest) -> Signed | None:
    """Give who signed in, or None; raise a Failure where another site's page sent an act."""
    if request.method == "POST":
        own(request)
    try:
        person, exact, reach = unseal(_ACT, request.COOKIES.get(COOKIE, ""), _GOOD_FOR)
        return Signed(UUID(person), bytes.fromhex(exact), bytes.fromhex(reach))
    except (TokenError, ValueError):
        return None
