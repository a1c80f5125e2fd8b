"""Prove an address by a link that was mailed to it: the page asks, the button proves."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.collection.ask import CONFIRM, MOST_A_DAY, ask
from avow.collection.seen.named import named
from avow.errors import AddressError, TokenError
from avow.page.failure import Failure
from avow.page.field import ADDRESS
from avow.page.limit import limit
from avow.page.own import own
from avow.page.steady import steady
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.record.known.identity import on_file, verify
from avow.record.said.confirm import ticked
from avow.record.token import unseal
from avow.terms import Promise

_HOUR = timedelta(hours=1)
_MOST_AN_HOUR = 60
_GOOD_FOR = timedelta(days=30)


@keeps(Promise.REGISTRATION)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the buttons, and what was ticked with the address; a POST proves it, as often as it is pressed.

    Each yes counts that the page listed, unless the holder wants none; no other does.
    """
    try:
        person, exact = unseal(CONFIRM, token)
    except (TokenError, ValueError) as error:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This link is damaged or not ours.",
            "Copy the whole link, or ask for a new one at /confirm/.",
        ) from error
    try:
        unseal(CONFIRM, token, _GOOD_FOR)
    except TokenError:
        return render(request, "collection/anew.html", {"field": ADDRESS, "late": True}, status=HTTPStatus.GONE)
    whose, where = UUID(person), bytes.fromhex(exact)
    if request.method != "POST":
        return render(request, "collection/confirm.html", {"ticked": named(ticked(whose, where))})
    own(request)
    agreed = () if "none" in request.POST else request.POST.getlist("yes")
    verify(whose, where, "link that was mailed", agreed)
    return render(request, "collection/confirmed.html")


@require_http_methods(["GET", "HEAD", "POST"])
def anew(request: HttpRequest) -> HttpResponse:
    """Send a new link for each who waits at an address to be proven; the answer is the same for every address."""
    if request.method != "POST":
        return render(request, "collection/anew.html", {"field": ADDRESS})
    own(request)
    limit(request, CONFIRM, _MOST_AN_HOUR, _HOUR)
    field = ADDRESS.filled(str(request.POST.get("address", "")))
    try:
        address = parse(field.value)
    except AddressError as error:
        told = {"field": ADDRESS.but(field.value, str(error))}
        return render(request, "collection/anew.html", {**told, "wrong": [told["field"]]}, status=422)
    with steady(), transaction.atomic():
        waiting = [one for one in on_file(address) if one.came and not one.proven]
        for one in waiting[:MOST_A_DAY]:
            ask(one.person, one.exact, address.reach_id, named(ticked(one.person, one.exact)))
    return render(request, "collection/thanks.html", {"again": True})
