"""Open and close a case, without which nobody is read for their rights."""

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.accuracy.answer.ask import ask
from avow.errors import AddressError
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.site import policy
from avow.page.staff.desk import desk, readers, show
from avow.page.staff.models import Staff
from avow.policy.wish import Wish
from avow.record.known.address import parse
from avow.record.known.identity import holders
from avow.record.petitions.petition import petitions_of
from avow.record.seen.cases import close_case, open_case
from avow.terms import FieldType, MessageKind, Role

WHOSE = Field("whose", "Address or id of who asked", FieldType.TEXT, required=True)
WORDS = Field(
    "words", "What they asked for", FieldType.TEXT, required=True, hint="Such as: wrote on 3 May and wants to see all."
)
WISH = Field("wish", "What it is", FieldType.CHOICE, options=tuple(one.words for one in Wish), value=Wish.ACCESS.words)


@desk(Role.PRIVACY_OFFICER)
def case(request: HttpRequest, who: Staff) -> HttpResponse:
    """Ask who asked, and what for; a POST opens a case of everybody who holds that address, with its clock.

    Without a word of what it is, the case is for a look alone, and waits in no queue.
    """
    fields = [replace(WHOSE, value=str(request.GET.get("whose", ""))[: WHOSE.longest]), WORDS, WISH]
    if request.method == "POST":
        fields = [field.filled(str(request.POST.get(field.name, ""))) for field in fields]
        people = [] if fields[0].wrong else people_of(fields[0].value)
        if not people and not fields[0].wrong:
            fields[0] = fields[0].but(fields[0].value, "nobody here holds this address or id")
        if not any(field.wrong for field in fields):
            for person in people:
                _open(person, who, *(field.value for field in fields[1:]))
            return _opened(request, who, people)
    wrong = [field for field in fields if field.wrong]
    return show(request, who, "web/desk/case.html", {"fields": fields, "wrong": wrong}, status=422 if wrong else 200)


@require_POST
@desk(Role.PRIVACY_OFFICER)
def close(_request: HttpRequest, _who: Staff, person: UUID) -> HttpResponse:
    """Close a case: from then on the person is not read for their rights. What waits is answered first."""
    if any(one.waits for one in petitions_of(person)):
        raise Failure(
            HTTPStatus.CONFLICT, "Something that they asked for waits for an answer.", "Answer it, under Requests."
        )
    close_case(person)
    return HttpResponseRedirect("/desk/")


def rights(who: Staff) -> str:
    """Give the purpose that somebody reads for to answer a case; "" where there is none."""
    return next((name for name in readers(who) if policy().purposes[name].kind is MessageKind.RIGHTS_CASE), "")


def _open(person: UUID, who: Staff, words: str, asked: str) -> None:
    wish = next((one for one in Wish if one.words == asked), None)
    if wish is None:
        open_case(person, who.id, words)
    else:
        ask(person, wish, words, staff=who.id)


def _opened(request: HttpRequest, who: Staff, people: list[UUID]) -> HttpResponse:
    if len(people) == 1:
        return HttpResponseRedirect(f"/desk/people/{people[0]}/?for={rights(who)}&done=opened")
    return show(request, who, "web/desk/cases.html", {"people": people, "purpose": rights(who)})


def people_of(text: str) -> list[UUID]:
    """Find who holds an address, or has an id."""
    try:
        return [UUID(text)]
    except ValueError:
        pass  # then it is an address
    try:
        return holders(parse(text).reach_id)
    except AddressError:
        return []
