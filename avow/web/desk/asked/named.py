"""Note that somebody else asks in a person's name, with the paper; show that to who reads it."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.accuracy.answer.named import AS, DO, prepared_for, tell
from avow.errors import RecordError
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.attested.attest import waiting
from avow.record.journal.journal import journalled
from avow.record.petitions.mandate import CHILD, MOST, mandate, mandate_of, paper
from avow.record.petitions.petition import Petition, petition_at
from avow.terms import FieldType, Role

_FIELDS: Final[tuple[Field, ...]] = (
    Field("kind", "As what they ask", FieldType.CHOICE, required=True, options=tuple(AS.values())),
    Field("name", "Their name", FieldType.TEXT, required=True, hint="The person reads it."),
    Field("mailbox", "Their address", FieldType.ADDRESS, hint="They are answered only if the person says yes to that."),
)


@require_POST
@desk(Role.PRIVACY_OFFICER)
def named(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Note who asks, with the paper, and prepare it for two readers."""
    fields = [field.filled(str(request.POST.get(field.name, ""))) for field in _FIELDS]
    if wrong := next((f"{field.label}: {field.wrong}" for field in fields if field.wrong), ""):
        raise Failure(HTTPStatus.BAD_REQUEST, wrong, "Go back, and say.")
    asked = petition_at(key)
    given = request.FILES.get("paper")
    kind = next(name for name, words in AS.items() if words == fields[0].value)
    try:
        found = given.read(MOST + 1) if given is not None and not isinstance(given, list) else b""
        mandate(asked.person, key, kind, fields[1].value, fields[2].value, found, str(who.id))
    except RecordError as error:
        raise Failure(HTTPStatus.BAD_REQUEST, str(error.args[0]), error.hint) from error
    journalled()
    by = mandate_of(key)
    if by is not None and by.kind != CHILD:
        prepared_for(by, who.email)
    return HttpResponseRedirect(f"/desk/requests/{key}/")


@desk(Role.PRIVACY_OFFICER)
def shown(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Hand the paper over as a file: no browser runs or shows what is in it."""
    found = mandate_of(key)
    if found is None or not found.media:
        return show(request, who, "web/desk/none.html", {"chosen": None}, status=HTTPStatus.NOT_FOUND)
    response = HttpResponse(paper(key), content_type=found.media)
    ending = found.media.rpartition("/")[2]
    response["Content-Disposition"] = f'attachment; filename="mandate-{key.hex[-8:]}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@desk(Role.PRIVACY_OFFICER)
def told(_request: HttpRequest, _who: Staff, key: UUID) -> HttpResponse:
    """Tell who asked what was answered, if they are not told yet."""
    why = tell(key)
    return HttpResponseRedirect(f"/desk/requests/?done={'nothing' if why is None else 'untold' if why else 'told'}")


def asks(asked: Petition | None) -> dict[str, Any]:
    """Give who asks in a person's name, with what to do and how many must read it; or the fields to note it by."""
    if asked is None:
        return {}
    found = mandate_of(asked.id)
    if found is None:
        return {"named": _FIELDS if asked.waits else ()}
    reads = next((one.lacks for one in waiting() if one.words.get("request") == str(asked.id)), None)
    return {"by": found, "as": AS[found.kind], "do": DO[found.kind], "reads": reads}
