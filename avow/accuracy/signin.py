"""Sign in by a code that is mailed to an address on file; no password, no second copy of anything."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from avow.accuracy.code import CODE, MINUTES, redeem, send_code
from avow.accuracy.others.signalled import signalled
from avow.accuracy.session import forget, remember, signed
from avow.errors import AddressError, TokenError
from avow.page.failure import fail
from avow.page.field import ADDRESS, Field
from avow.page.limit import limit
from avow.page.middleware import AWAY, CLEARED
from avow.page.own import own
from avow.record.known.address import parse
from avow.record.known.session import end_sessions_at
from avow.record.token import seal, unseal
from avow.tongue import marked

_ACT = "signin"
_HOUR = timedelta(hours=1)
_MOST_AN_HOUR = 60
_HERE_ALONE = marked(
    "This browser is signed out. Our store does not answer: a session in another browser may still be open."
)
_AGAIN = marked("Sign in and out again in a minute, or wait half an hour: then each session is over.")
_WRONG = marked("it is wrong, used or too old; ask for a new one if need be")


@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Ask for an address, mail a code to it if it is known, take the code; the answers tell nobody which it was."""
    if request.method != "POST":
        return HttpResponseRedirect("/me/") if signed(request) else _ask(request, ADDRESS)
    own(request)
    limit(request, _ACT, _MOST_AN_HOUR, _HOUR)
    if "token" in request.POST:
        return _enter(request, str(request.POST["token"]))
    field = ADDRESS.filled(str(request.POST.get("address", "")))
    try:
        address = parse(field.value)
    except AddressError as error:
        return _ask(request, field if field.wrong else ADDRESS.but(field.value, str(error)))
    token = seal(_ACT, send_code(address, _ACT).hex, address.reach_id.hex())
    return _ask_code(request, token, CODE)


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End the session, and every other at the same address; a copy of the cookie opens nothing any more."""
    own(request)
    response: HttpResponse = HttpResponseRedirect("/signin/")
    try:
        who = signed(request)
        if who:
            end_sessions_at([who.exact])
    except AWAY:
        connection.close()
        response = fail(request, HTTPStatus.SERVICE_UNAVAILABLE, _HERE_ALONE, _AGAIN)
    forget(response)
    response["Clear-Site-Data"] = CLEARED
    return response


def _enter(request: HttpRequest, token: str) -> HttpResponse:
    try:
        code, reach = unseal(_ACT, token, timedelta(minutes=MINUTES))
    except (TokenError, ValueError):
        return _ask(request, ADDRESS.but("", "too much time has passed; type it again"))
    found = redeem(UUID(code), str(request.POST.get(CODE.name, "")).strip(), _ACT)
    if found is None:
        return _ask_code(request, token, CODE.but("", _WRONG))
    signalled(request, found[0], bytes.fromhex(reach))
    response = HttpResponseRedirect("/me/")
    remember(request, response, *found, bytes.fromhex(reach))
    return response


def _ask(request: HttpRequest, field: Field) -> HttpResponse:
    wrong = [field] if field.wrong else []
    return render(request, "accuracy/signin.html", {"field": field, "wrong": wrong}, status=422 if wrong else 200)


def _ask_code(request: HttpRequest, token: str, field: Field) -> HttpResponse:
    wrong = [field] if field.wrong else []
    told = {"field": field, "token": token, "wrong": wrong}
    return render(request, "accuracy/code.html", told, status=422 if wrong else 200)
