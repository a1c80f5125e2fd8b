"""Give to one organization: count whom, say why, have two attest it, take the file."""

from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from avow.disclosure.outside.disclose import Wanted, disclose, prepared_for, preview
from avow.errors import AvowError, RecordError
from avow.page.failure import sentence
from avow.page.field import Field
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.attested.attest import Prepared, find, waiting
from avow.record.outside.organization import Organization, organization
from avow.terms import FieldType, Role
from avow.web.desk.outside.file import handed

_WHY: Final = Field("why", "What for", FieldType.TEXT, required=True, hint="It stands in the register, for ever.")


@desk(Role.PRIVACY_OFFICER)
def give(request: HttpRequest, who: Staff, name: str) -> HttpResponse:
    """Show who would be given, and who not and why; a POST prepares it for two of the staff, or takes the file."""
    to = organization(name)
    if request.method == "POST" and "digest" in request.POST:
        return _file(to, str(request.POST["digest"]))
    field, trouble = _WHY, ""
    if request.method == "POST":
        field = _WHY.filled(str(request.POST.get(_WHY.name, "")))
        try:
            if not field.wrong:
                prepared_for(Wanted(to.id, field.value, who.email))
                return HttpResponseRedirect(f"/desk/outside/{to.id}/#waiting")
        except AvowError as error:
            trouble = f"{sentence(str(error.args[0]))} {sentence(error.hint)}"
    wrong = [field] if field.wrong else []
    told = {"to": to, "field": field, "wrong": wrong, "trouble": trouble, "prepared": _open(to)}
    told["counted"] = None if to.ended else preview(Wanted(to.id, "to be counted", who.email))
    return show(request, who, "web/desk/outside/give.html", told, status=422 if wrong or trouble else 200)


def _open(to: Organization) -> list[Prepared]:
    """Give what is prepared for this organization and waits."""
    return [one for one in waiting() if one.words.get("act") == "disclosure" and one.words.get("whom") == to.id]


def _file(to: Organization, digest: str) -> HttpResponse:
    found = find(digest)
    if found not in _open(to):
        raise RecordError("this is nothing that waits for this organization", "look at the page again")
    wanted = Wanted(to.id, str(found.words["why"]), found.prepared, frozenset(found.words["categories"]))
    if found.lacks:
        raise RecordError(f"{found.lacks} more must attest this", "each does so at their own desk")
    return handed(f"{to.id}.csv", lambda path: _given(wanted, path))


def _given(wanted: Wanted, path: Path) -> None:
    if disclose(wanted, path).waits is not None:
        raise RecordError("it is another file now than the one that was attested", "prepare it again")
