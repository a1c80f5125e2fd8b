"""Show who signed in what they asked for by right, how it stands and until when; let them ask, and dispute a no."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from avow.accuracy.answer.ask import DESK, again, ask, days
from avow.accuracy.barred.erase import take_back
from avow.accuracy.session import Signed, signed
from avow.errors import RecordError
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.site import policy
from avow.page.visitor.spoken import told
from avow.policy.wish import Wish
from avow.record.journal.journal import journalled
from avow.record.own.opened import kept_of
from avow.record.petitions.followed import NO, YES
from avow.record.petitions.mandate import Mandate, confirm, mandate_of
from avow.record.petitions.petition import Petition, petitions_of, wishes
from avow.terms import FieldType
from avow.tongue import marked

WHY = Field("words", "What you want to say", FieldType.LONG_TEXT, required=True)
ASKS = {
    Wish.ERASURE: marked("Forget what you hold about me"),
    Wish.RESTRICTION: marked("Stop using it until something is settled"),
    Wish.OBJECTION: marked("I object to a use of it"),
    Wish.COMPLAINT: marked("I complain: something came that should not, or was done that should not"),
    Wish.COMMENT: marked("I want to say something about how you handle my data"),
}
"""What is asked for here, in the person's words; the copy and corrections have pages of their own."""
_TITLES = {
    Wish.ACCESS: marked("To see what we hold"),
    Wish.CORRECTION: marked("To put something right"),
    Wish.ERASURE: marked("To be forgotten"),
    Wish.RESTRICTION: marked("To stop the use of something"),
    Wish.OBJECTION: marked("Your objection"),
    Wish.COMPLAINT: marked("Your complaint"),
    Wish.COMMENT: marked("Your comment"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """List the petitions of who signed in, with their answers; a POST asks for something that the policy grants."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    if request.method != "POST":
        return _page(request, who, WHY)
    field = WHY.filled(str(request.POST.get(WHY.name, "")))
    wish = next((one for one in _offered() if one.value == request.POST.get("wish")), None)
    if wish is None:
        raise Failure(HTTPStatus.BAD_REQUEST, "The policy grants no such right.", "Choose one that it does.")
    if field.wrong:
        return _page(request, who, field, wish)
    ask(who.person, wish, field.value)
    return HttpResponseRedirect("/me/requests/?done=asked")


@require_POST
def disputed(request: HttpRequest, petition: UUID) -> HttpResponse:
    """Ask for a second look at a refusal of one's own."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    field = WHY.filled(str(request.POST.get(WHY.name, "")))
    if field.wrong:
        raise Failure(HTTPStatus.BAD_REQUEST, "Say why the answer is wrong.", "Go back, and say.")
    try:
        again(who.person, petition, field.value)
    except RecordError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "There is no refusal that you could dispute.", "Look again.") from error
    return HttpResponseRedirect("/me/requests/?done=disputed")


@require_POST
def withdrawn(request: HttpRequest, petition: UUID) -> HttpResponse:
    """Take back an erasure of one's own that is not done yet."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    try:
        take_back(who.person, petition)
    except RecordError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing that you could take back.", "Look again.") from error
    return HttpResponseRedirect("/me/requests/?done=withdrawn")


@require_POST
def named(request: HttpRequest, petition: UUID) -> HttpResponse:
    """Say whether somebody who asks in one's name may, and be answered too; a no refuses whatever they asked."""
    who = signed(request)
    if who is None:
        return HttpResponseRedirect("/signin/")
    try:
        confirm(who.person, petition, YES if request.POST.get("answer") == YES else NO)
    except RecordError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "Nobody asks that in your name.", "Look again.") from error
    journalled()
    return HttpResponseRedirect("/me/requests/?done=named")


def _proposed(one: Petition, kept: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """Give what an item should say, by the labels of its fields; `kept` says of which category each item is."""
    category = told().categories.get(kept.get(one.item, "")) if one.item else None
    labels = {field.id: field.label for field in category.fields} if category else {}
    return [(labels.get(name, name), value) for name, value in (one.proposed or {}).items()]


def _asks(one: Petition) -> Mandate | None:
    """Give who asks in one's name; what came by one's own page nobody else asked."""
    return mandate_of(one.id) if one.way == DESK else None


def _offered() -> list[Wish]:
    return [one for one in wishes(policy().rights) if one in ASKS]


def _page(request: HttpRequest, who: Signed, field: Field, picked: Wish | None = None) -> HttpResponse:
    kept = {one.id: one.category for one in kept_of(who.person)}
    found = [(one, _(_TITLES[Wish(one.wish)]), _proposed(one, kept), _asks(one)) for one in petitions_of(who.person)]
    shown = {
        "found": found,
        "offered": [(one, _(ASKS[one]), days(one)) for one in _offered()],
        "picked": picked,
        "field": field,
        "wrong": [field] if field.wrong else [],
        "done": request.GET.get("done", ""),
        "mailbox": policy().front.mailbox,
    }
    return render(request, "accuracy/answer/mine.html", shown, status=422 if field.wrong else 200)
