"""Remember who signed in: a sealed cookie that the policy declares, good while its number and address stand."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from avow.errors import TokenError
from avow.page.middleware import AWAY
from avow.page.own import own
from avow.record.known.session import session
from avow.record.token import seal, unseal
from avow.terms import Actor

COOKIE: Final = "avow_session"
_ACT: Final = "session"
_GOOD_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed in: the person, the proven address by its two keys, the number that ends with signing out."""

    person: UUID
    exact: bytes
    reach: bytes
    number: int


def remember(request: HttpRequest, response: HttpResponse, person: UUID, exact: bytes, reach: bytes) -> None:
    """Set the cookie for a person at a proven address; it ends with the browser, and is good for half an hour.

    None is set where the address ended just now.
    """
    number = session(person, exact)
    if number is not None:
        token = seal(_ACT, person.hex, exact.hex(), reach.hex(), str(number))
        response.set_cookie(COOKIE, token, httponly=True, secure=request.is_secure(), samesite="Strict")


def forget(response: HttpResponse) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, samesite="Strict")


def signed(request: HttpRequest) -> Signed | None:
    """Give who signed in, or None; raise a Failure where another site's page sent an act.

    Nobody is, whatever the cookie says, once they signed out, moved from that address or were forgotten.
    """
    if request.method == "POST":
        own(request)
    who = _carried(request)
    return who if who and session(who.person, who.exact) == who.number else None


def refusing(request: HttpRequest) -> tuple[Signed, Actor] | None:
    """Give who signed in and how well that is known, for a no alone.

    Where the store does not answer, nobody can say that the session is over, and the no of whoever the cookie
    names is taken as anybody's.
    """
    try:
        who, actor = signed(request), Actor.PERSON_VERIFIED
    except AWAY:
        connection.close()
        who, actor = _carried(request), Actor.PERSON_UNVERIFIED
    return (who, actor) if who else None


def _carried(request: HttpRequest) -> Signed | None:
    """Give what the cookie says, or None if it is not ours or too old."""
    try:
        person, exact, reach, number = unseal(_ACT, request.COOKIES.get(COOKIE, ""), _GOOD_FOR)
        return Signed(UUID(person), bytes.fromhex(exact), bytes.fromhex(reach), int(number))
    except (TokenError, ValueError):
        return None
