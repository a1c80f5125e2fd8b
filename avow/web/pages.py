"""Show the pages that belong to no chapter: the first one, the ledger's head, words for machines."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from avow.ledger.read import checkpoint
from avow.page.failure import Failure
from avow.page.site import policy


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show where things are; in development the commands too."""
    return render(request, "web/home.html", {"policy": policy()})


@require_safe
def head(_: HttpRequest) -> HttpResponse:
    """Give the ledger's newest checkpoint, a signed note in C2SP's format."""
    note = checkpoint()
    if note is None:
        raise Failure(HTTPStatus.NOT_FOUND, "The ledger has no checkpoint yet.", "The first comes within a second.")
    return HttpResponse(note, content_type="text/plain; charset=utf-8")


@require_safe
def gpc(_: HttpRequest) -> HttpResponse:
    """Say that no browser signal is acted on yet: only a policy that declares it could say more."""
    told = {"gpc": False, "lastUpdate": policy().front.effective.date().isoformat()}
    return HttpResponse(json.dumps(told), content_type="application/json")


@require_safe
def robots(_: HttpRequest) -> HttpResponse:
    """Keep machines off personal links."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{name}/" for name in ("choices", "confirm", "me", "signin", "desk", "mail")),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
