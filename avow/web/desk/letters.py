"""Show the letters that wait for an answer, how long they have and who has them; close one with what was answered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.errors import RecordError
from avow.mail.taken import cases
from avow.mail.taken.cases import Waiting, open_letters
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import keeps
from avow.terms import FieldType, Promise, Role
from avow.web.desk.asked.queue import asked
from avow.web.desk.case import rights

NOTE: Final = Field("note", "What was answered", FieldType.TEXT, required=True)


@dataclass(frozen=True, slots=True)
class Line:
    """A letter as the desk shows it: what it asks for in words, its age and what is left in days, who has it."""

    letter: Waiting
    asks: str
    age: int
    left: int
    owner: str


@keeps(Promise.COMMENTS_READ)
@desk(Role.PRIVACY_OFFICER)
def letters(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the open letters, the one due first before all; their words stand on their writers' pages."""
    names = {one.id: one.name for one in Staff.objects.all()}
    now = datetime.now(UTC)
    lines = [_line(one, names, now) for one in open_letters()]
    told = {"lines": lines, "purpose": rights(who), "note": NOTE, "done": request.GET.get("done", "")}
    return show(request, who, "web/desk/letters.html", told)


@require_POST
@desk(Role.PRIVACY_OFFICER)
def take(_request: HttpRequest, who: Staff, letter: UUID) -> HttpResponse:
    """Take a letter on oneself."""
    cases.take(letter, who.id)
    return HttpResponseRedirect("/desk/letters/?done=taken")


@require_POST
@desk(Role.PRIVACY_OFFICER)
def close(request: HttpRequest, who: Staff, letter: UUID) -> HttpResponse:
    """Close a letter with what was answered; without a word of it, it stays open."""
    field = NOTE.filled(str(request.POST.get(NOTE.name, "")))
    if field.wrong:
        raise Failure(HTTPStatus.BAD_REQUEST, "A letter is closed with what was answered.", "Go back, and say.")
    try:
        cases.close(letter, who.id, field.value)
    except RecordError as error:
        raise Failure(HTTPStatus.NOT_FOUND, "This letter is not open any more.", "Look at the list again.") from error
    return HttpResponseRedirect("/desk/letters/?done=closed")


def _line(one: Waiting, names: dict[UUID, str], now: datetime) -> Line:
    asks = ", ".join(asked(intent) for intent in one.intents)
    owner = "" if one.owner is None else names.get(one.owner, "an account that is gone")
    return Line(one, asks, (now - one.at).days, (one.due - now).days, owner)
