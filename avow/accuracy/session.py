"""Remember who signed in: a sealed cookie that the policy declares; and take it back."""

from dataclasses import replace
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from avow.page.middleware import AWAY
from avow.page.signed.session import COOKIE, Signed, carried, sealed, signed
from avow.record.known.session import session
from avow.terms import Actor

__all__ = ["COOKIE", "Signed", "forget", "refusing", "remember", "signed", "turn"]


def remember(request: HttpRequest, response: HttpResponse, person: UUID, exact: bytes, reach: bytes) -> None:
    """Set the cookie for a person at an address that was proven just now; it ends with the browser, or in half an hour.

    None is set where the address ended meanwhile.
    """
    number = session(person, exact)
    if number is not None:
        _set(request, response, Signed(person, exact, reach, number))


def turn(request: HttpRequest, response: HttpResponse, who: Signed, person: UUID) -> None:
    """Set the cookie of who signed in for another person at the same address; it lasts no longer for that."""
    number = session(person, who.exact)
    if number is not None:
        _set(request, response, replace(who, person=person, number=number))


def _set(request: HttpRequest, response: HttpResponse, who: Signed) -> None:
    response.set_cookie(COOKIE, sealed(who), httponly=True, secure=request.is_secure(), samesite="Strict")


def forget(response: HttpResponse) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, samesite="Strict")


def refusing(request: HttpRequest) -> tuple[Signed, Actor] | None:
    """Give who signed in and how well that is known, for a no alone.

    Where the store does not answer, nobody can say that the session is over, and the no of whoever the cookie
    names is taken as anybody's.
    """
    try:
        who, actor = signed(request), Actor.PERSON_VERIFIED
    except AWAY:
        connection.close()
        who, actor = carried(request), Actor.PERSON_UNVERIFIED
    return (who, actor) if who else None
