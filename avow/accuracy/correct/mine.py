"""Let who signed in put right what they said of themselves."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from avow.accuracy.correct.correction import Correction, correct, correctable, correction, laid_out, typed
from avow.accuracy.held import title_of
from avow.accuracy.session import Signed, signed
from avow.page.failure import Failure
from avow.page.signed.address import each_of
from avow.page.site import policy
from avow.record.own.opened import kept_of
from avow.record.pinned.aside import asides


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List what can be put right at once, the newest first, with the values as they stand."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    kept = {one.id: one for one in kept_of(who.person) if correctable(one.category)}
    found = [
        laid_out(who.person, kept[item], values)
        for category in sorted({one.category for one in kept.values()})
        for item, values in each_of(who.person, category).items()
        if item in kept
    ]
    shown, stands = {one.item for one in found}, asides(who.person)
    closed = [(one, title_of(one.category), stands.get(one.id)) for one in kept.values() if one.id not in shown]
    right = policy().rights.get("correction")
    told = {"found": found, "closed": closed, "done": request.GET.get("done", ""), "days": right.days if right else 0}
    return render(request, "accuracy/correct/mine.html", {**told, "mailbox": policy().front.mailbox})


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, item: UUID) -> HttpResponse:
    """Show one item to put right; a POST puts the new values in the place of the old."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    shown = _shown(who, item)
    if request.method != "POST":
        return render(request, "accuracy/correct/one.html", {"shown": shown, "wrong": ()})
    asked = typed(shown, request.POST.dict())
    if asked.wrong:
        return render(request, "accuracy/correct/one.html", {"shown": asked, "wrong": asked.wrong}, status=422)
    correct(asked, str(request.POST.get("seen", "")))
    return HttpResponseRedirect("/me/correct/?done=yes")


def _shown(who: Signed, item: UUID) -> Correction:
    kept = next(iter(kept_of(who.person, item)), None)
    values = each_of(who.person, kept.category).get(item) if kept else None
    if values is None:
        raise Failure(
            HTTPStatus.NOT_FOUND,
            "This is not put right on the mere strength of signing in.",
            _("Write to {mailbox}: our people do it, and answer you.").format(mailbox=policy().front.mailbox),
        )
    return correction(who.person, item, values)
