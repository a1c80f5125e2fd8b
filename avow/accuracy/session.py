"""Remember who signed in: a sealed cookie that the policy declares; and take it back."""

from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from avow.page.middleware import AWAY
from avow.page.signed.session import COOKIE, Signed, carried, sealed, signed
from avow.record.known.session import session
from avow.terms import Actor

__all__ = ["COOKIE", "Signed", "forget", "refusing", "remember", "signed"]


def remember(request: HttpRequest, response: HttpResponse, person: UUID, exact: bytes, reach: bytes) -> None:
    """Set the cookie for a person at a proven address; it ends with the browser, and is good for half an hour.

    None is set where the address ended just now.
    """
    number = session(person, exact)
    if number is not None:
        token = sealed(Signed(person, exact, reach, number))
        response.set_cookie(COOKIE, token, httponly=True, secure=request.is_secure(), samesite="Strict")


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
