"""Show who signed in how their choices stand, and change them both ways."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.accuracy.held import address_of
from avow.accuracy.options import given, option, options
from avow.accuracy.session import Signed, refusing, signed
from avow.mail.stop import stop
from avow.page.failure import Failure
from avow.page.site import history
from avow.page.visitor.spoken import told
from avow.policy.proof.keeps import keeps
from avow.record.outside.organization import organizations
from avow.record.own.entry import entries_at
from avow.record.said.choices import choose, state
from avow.terms import Actor, Promise

_EVIDENCE = "signed in by a mailed code"


@keeps(Promise.OPTOUT_ANY_TIME)
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show the choices of who signed in; a POST changes one, and only here a yes counts."""
    if request.method == "POST":
        return _change(request)
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    standing = state(who.person, who.reach)
    shown = {
        "options": options(history(), told(), standing),
        "given": given(history(), told(), standing, organizations()),
        "address": address_of(who.person),
        "entries": len(entries_at(who.exact)),
        "changed": request.GET.get("changed", ""),
    }
    return render(request, "accuracy/me.html", shown)


def _change(request: HttpRequest) -> HttpResponse:
    name, _, answer = str(request.POST.get("choose", "")).partition(":")
    known = refusing(request) if answer == "no" else _sure(signed(request))
    if known is None:
        return HttpResponseRedirect("/signin/")
    who, actor = known
    found = option(history(), told(), name)
    if found is None or answer not in {"yes", "no"}:
        raise Failure(HTTPStatus.BAD_REQUEST, "There is no such choice.")
    if answer == "yes":
        choose(found.yes, actor, _EVIDENCE, who.person, who.reach)
    elif stop([found.no], _EVIDENCE, who.person, who.reach, actor).number is None:
        return render(request, "accuracy/received.html", {"option": found}, status=HTTPStatus.ACCEPTED)
    return HttpResponseRedirect(f"/me/?changed={found.name}#{found.name}")


def _sure(who: Signed | None) -> tuple[Signed, Actor] | None:
    return (who, Actor.PERSON_VERIFIED) if who else None
