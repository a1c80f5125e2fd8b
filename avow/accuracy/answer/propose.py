"""Let who signed in say what is wrong in what signing in alone does not open; our people decide."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from avow.accuracy.answer.ask import ask, days
from avow.accuracy.correct.correction import blank, correctable
from avow.accuracy.session import Signed, signed
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.limit import limit
from avow.policy.wish import Wish
from avow.record.own.opened import Kept, kept_of
from avow.terms import FieldType

HOW = Field(
    "words",
    "How you know",
    FieldType.LONG_TEXT,
    required=True,
    hint="Such as: it stands so on the invoice of 3 May. Our people check it by something else than what is wrong.",
)
_MOST_A_DAY = 20


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, item: UUID) -> HttpResponse:
    """Ask what one thing should say, and how that is known; a POST opens a petition, and contests what is held.

    The values that are held are not shown: that needs more than signing in. What stays empty is not changed.
    """
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    kept = _kept(who, item)
    fields = (*(replace(one, required=False) for one in blank(kept.category)), HOW)
    if request.method != "POST":
        return _page(request, kept, fields)
    limit(request, f"propose:{who.person.hex}", _MOST_A_DAY, timedelta(days=1))
    fields = tuple(one.filled(str(request.POST.get(one.name, ""))) for one in fields)
    proposed = {one.name.partition(".")[2]: one.value for one in fields[:-1] if one.value}
    if not proposed and not fields[0].wrong:
        fields = (fields[0].but("", "say what one of these should be"), *fields[1:])
    if any(one.wrong for one in fields):
        return _page(request, kept, fields)
    ask(who.person, Wish.CORRECTION, fields[-1].value, item=item, proposed=proposed)
    return HttpResponseRedirect("/me/requests/?done=asked")


def _kept(who: Signed, item: UUID) -> Kept:
    found = next(iter(kept_of(who.person, item)), None)
    if found is None or not correctable(found.category):
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here that could be put right.", "Write to us instead.")
    return found


def _page(request: HttpRequest, kept: Kept, fields: tuple[Field, ...]) -> HttpResponse:
    wrong = [one for one in fields if one.wrong]
    told = {"kept": kept, "fields": fields[:-1], "how": fields[-1], "wrong": wrong, "days": days(Wish.CORRECTION)}
    return render(request, "accuracy/correct/propose.html", told, status=422 if wrong else 200)
