"""Keep the replies that a desk uses again and again; they are about nobody."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from avow.errors import MailError
from avow.mail.form.promotion import check_service
from avow.mail.taken.over import KINDS
from avow.page.failure import Failure, sentence
from avow.page.field import Field
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.matters.saved import drop, save, saved_of
from avow.terms import FieldType
from avow.uses.replies.linked import check_links
from avow.web.desk.matters.place import ROLES, Place, seated

FIELDS: Final = (
    Field("title", "What it is called", FieldType.TEXT, required=True),
    Field(
        "words", "Its words", FieldType.LONG_TEXT, required=True, hint="No name and nothing about anybody belongs here."
    ),
)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Failure(HTTPStatus.BAD_REQUEST, "This names no saved reply.") from error


@desk(*ROLES)
def saved(request: HttpRequest, who: Staff, place: Place) -> HttpResponse:
    """List the saved replies of a desk; a POST saves one more, or deletes one."""
    seated(who, place)
    fields = list(FIELDS)
    if request.method == "POST":
        if request.POST.get("drop"):
            drop(place.channel, _key(str(request.POST["drop"])))
            return HttpResponseRedirect(f"/desk/{place.name}/saved/?done=dropped")
        fields = [field.filled(str(request.POST.get(field.name, ""))) for field in FIELDS]
        try:
            check_service(KINDS[place.channel], fields[1].value)
            check_links(fields[1].value)
        except MailError as error:
            fields[1] = fields[1].but(fields[1].value, sentence(str(error.args[0])))
        if not any(field.wrong for field in fields):
            save(place.channel, fields[0].value, fields[1].value, who.id)
            return HttpResponseRedirect(f"/desk/{place.name}/saved/?done=saved")
    wrong = [field for field in fields if field.wrong]
    told = {"place": place, "saved": saved_of(place.channel), "fields": fields, "wrong": wrong}
    told["done"] = request.GET.get("done", "")
    return show(request, who, "web/desk/matters/saved.html", told, status=422 if wrong else 200)
