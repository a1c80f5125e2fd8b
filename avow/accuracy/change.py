"""Change one's address: signed in, with a code from the old and one from the new."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.accuracy.code import CODE, MINUTES
from avow.accuracy.move import Asked, ask_both, move
from avow.accuracy.session import Signed, remember, signed
from avow.errors import AddressError, TokenError
from avow.page.field import ADDRESS, Field
from avow.page.limit import limit
from avow.record.known.address import parse
from avow.record.token import seal, unseal
from avow.tongue import marked

_ACT = "change"
_HOUR = timedelta(hours=1)
_MOST_AN_HOUR = 5
_NEW_ADDRESS = replace(ADDRESS, label="Your new e-mail address")
_OLD_CODE = replace(CODE, name="old", label="The code from your old address")
_NEW_CODE = replace(CODE, name="new", label="The code from your new address")
_WRONG = marked("one of the two codes was wrong, used or too old; begin again")


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Ask for the new address, mail a code to both, and move when both come back."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    if request.method != "POST":
        return _ask(request, _NEW_ADDRESS)
    if "token" in request.POST:
        return _move(request, who, str(request.POST["token"]))
    field = _NEW_ADDRESS.filled(str(request.POST.get("address", "")))
    try:
        address = parse(field.value)
    except AddressError as error:
        return _ask(request, field if field.wrong else field.but(field.value, str(error)))
    if address.exact_id == who.exact:
        return _ask(request, field.but(field.value, "this is the address that you have"))
    limit(request, f"{_ACT}:{who.person.hex}", _MOST_AN_HOUR, _HOUR)
    asked = ask_both(who, address)
    token = seal(_ACT, asked.old.hex, asked.new.hex, asked.stranger.hex, address.display)
    return render(request, "accuracy/codes.html", {"token": token, "fields": [_OLD_CODE, _NEW_CODE]})


def _move(request: HttpRequest, who: Signed, token: str) -> HttpResponse:
    try:
        old, new, stranger, display = unseal(_ACT, token, timedelta(minutes=MINUTES))
    except (TokenError, ValueError):
        return _ask(request, _NEW_ADDRESS.but("", "too much time has passed; begin again"))
    address = parse(display)
    digits = str(request.POST.get("old", "")).strip(), str(request.POST.get("new", "")).strip()
    if not move(who, address, Asked(UUID(old), UUID(new), UUID(stranger)), digits):
        return _ask(request, _NEW_ADDRESS.but(display, _WRONG))
    response = HttpResponseRedirect("/me/?changed=address")
    remember(request, response, who.person, address.exact_id, address.reach_id)
    return response


def _ask(request: HttpRequest, field: Field) -> HttpResponse:
    wrong = [field] if field.wrong else []
    return render(request, "accuracy/change.html", {"field": field, "wrong": wrong}, status=422 if wrong else 200)
