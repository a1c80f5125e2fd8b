"""Show the page of choices and take a no: without account, cookie, script or proof."""

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.errors import AddressError
from avow.mail.stop import Taken, stop
from avow.optout.mine import masked, send_link
from avow.optout.pointed import Pointed, pointed
from avow.optout.receipt import LINK, ONE_CLICK, receipt_link
from avow.optout.stops import LIST, MARKETING, Stop, goes_on, stops
from avow.page.field import ADDRESS, Field
from avow.page.limit import limit
from avow.page.steady import steady
from avow.page.visitor.spoken import told
from avow.policy.proof.keeps import keeps
from avow.record.known.address import Address, parse
from avow.terms import Promise

_HOUR = timedelta(hours=1)
_MOST_AN_HOUR = 60


@keeps(Promise.OPTOUT_ANY_TIME, Promise.WITHOUT_COOKIES)
@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: HttpRequest) -> HttpResponse:
    """Take an address as it is typed: stop right here, or send its link; the answer is the same for every address."""
    if request.method != "POST":
        return _ask(request, ADDRESS)
    field = ADDRESS.filled(str(request.POST.get("address", "")))
    try:
        address = parse(field.value)
    except AddressError as error:
        return _ask(request, field if field.wrong else ADDRESS.but(field.value, str(error)))
    if request.POST.get("act") == "link":
        return _send(request, address)
    picked = _picked(str(request.POST.get("stop", "")))
    with steady():
        taken = stop([picked.chosen], "page of choices, address typed", reach=address.reach_id)
    return _done(request, picked, taken)


@keeps(Promise.OPTOUT_BY_LINK, Promise.WITHOUT_COOKIES)
@require_http_methods(["GET", "HEAD", "POST"])
def linked(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choices behind a link; a POST acts, and can only say no."""
    found = pointed(token)
    if request.method != "POST":
        shown = {"masked": masked(found), "stops": stops(told(), found.list), "goes_on": goes_on(told())}
        return render(request, "optout/linked.html", {**shown, "chosen": _asked(request, found.list)})
    picked = _picked(str(request.POST.get("stop", "")), found.list)
    return _done(request, picked, stop([picked.chosen], LINK, found.person, found.reach), found)


@keeps(Promise.OPTOUT_BY_LINK)
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the list of a message on the POST that a mail program sends (RFC 8058); a GET shows the page of choices.

    The body is not read: whoever posts here says no, whatever way it is written. Where the link names no list
    that there is, all marketing mail stops.
    """
    if request.method != "POST":
        return linked(request, token)
    found = pointed(token)
    picked = _picked(LIST, found.list)
    return _done(request, picked, stop([picked.chosen], ONE_CLICK, found.person, found.reach), found)


def _picked(name: str, listed: str = "") -> Stop:
    """Give what was picked; whoever picks nothing that we know stops all marketing mail."""
    offered = {one.name: one for one in stops(told(), listed)}
    return offered.get(name, offered[MARKETING])


def _asked(request: HttpRequest, listed: str = "") -> str:
    """Give the name of the stop that is to be picked already: the one that was picked or that a link names."""
    return _picked(request.POST.get("stop") or request.GET.get("stop", ""), listed).name


def _ask(request: HttpRequest, field: Field) -> HttpResponse:
    shown = {"field": field, "stops": stops(told()), "chosen": _asked(request), "goes_on": goes_on(told())}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if field.wrong else HTTPStatus.OK
    return render(request, "optout/typed.html", {**shown, "wrong": [field] if field.wrong else []}, status=status)


def _send(request: HttpRequest, address: Address) -> HttpResponse:
    limit(request, "link", _MOST_AN_HOUR, _HOUR)
    send_link(address)
    return render(request, "optout/sent.html")


def _done(request: HttpRequest, picked: Stop, taken: Taken, found: Pointed | None = None) -> HttpResponse:
    """Say what stops and what goes on; who only typed an address learns nothing of what is known about it."""
    shown = {"stop": picked, "goes_on": goes_on(told()), "spooled": taken.number is None, "typed": found is None}
    if found:
        shown |= {"number": taken.number, "doubt": taken.doubt, "receipt": receipt_link(found, taken.number)}
    status = HTTPStatus.ACCEPTED if taken.number is None else HTTPStatus.OK
    return render(request, "optout/done.html", shown, status=status)
