"""Show the pages that belong to no chapter: the first one, a slash that was left out, words for machines."""

import json
from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avow.page.failure import fail
from avow.page.site import asset, policy
from avow.page.visitor.spoken import told
from avow.terms import ChannelKind
from avow.tongue import LANGUAGES, marked

_PERSONAL = ("choices", "confirm", "me", "signin", "desk", "mail")
_FORMS = (
    ("/order/", ChannelKind.ORDER, marked("What you give with an order serves the order.")),
    ("/support/", ChannelKind.SUPPORT, marked("What you tell us is seen by those who help you.")),
    ("/apply/", ChannelKind.APPLICATION, marked("Your application is seen by those who hire, and by nobody else.")),
)
"""The further forms that a policy may have: where, which channel, what becomes of it."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show where things are; in development the commands too."""
    now = told()
    forms = [(path, now.channels[kind].title, _(words)) for path, kind, words in _FORMS if kind in now.channels]
    return render(request, "web/home.html", {"policy": now, "forms": forms})


@require_safe
def gpc(_request: HttpRequest) -> HttpResponse:
    """Say that a browser's signal is heeded: it counts as a no to whatever waits for a visitor's yes."""
    told = {"gpc": True, "lastUpdate": policy().front.effective.date().isoformat()}
    return HttpResponse(json.dumps(told), content_type="application/json")


@require_safe
def icon(_request: HttpRequest) -> HttpResponse:
    """Lead a browser that asks by the old name to the icon."""
    return HttpResponseRedirect(asset("page/icon.svg"))


def missing(request: HttpRequest, *_args: object, **_named: object) -> HttpResponse:
    """Lead whoever left out the last slash to the page; say of the rest that there is none.

    What is sent to such an address is not led on, for it would arrive without what was sent.
    """
    full = f"{request.path}/"
    if request.method in {"GET", "HEAD"} and not request.path.endswith("/") and is_valid_path(full):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{quote(full)}?{query}" if query else quote(full))
    return fail(request, HTTPStatus.NOT_FOUND)


def _begins() -> tuple[str, ...]:
    """Give what an address may begin with: nothing, or a language."""
    return ("", *(f"/{one}" for one, _name in LANGUAGES))


@require_safe
def robots(_: HttpRequest) -> HttpResponse:
    """Keep machines off personal links."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {begins}/{name}/" for begins in _begins() for name in _PERSONAL),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
