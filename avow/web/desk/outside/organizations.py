"""Show to whom outside data may be given and went, and what was called back; register an organization, acknowledge."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.disclosure.outside.notices import link
from avow.errors import AvowError
from avow.page.failure import sentence
from avow.page.field import Field
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.outside.order import orders
from avow.record.outside.organization import add_organization, end_organization, organizations
from avow.record.outside.recall import acknowledge, recalls
from avow.record.outside.register import register
from avow.terms import FieldType, RecipientClass, Role

_FIELDS: Final[tuple[Field, ...]] = (
    Field("name", "Short name", FieldType.TEXT, required=True, hint="Small letters, digits and dashes, such as acme."),
    Field("title", "Name, as people read it", FieldType.TEXT, required=True),
    Field("does", "What it does, in a sentence for people to read", FieldType.TEXT, required=True),
    Field("mailbox", "Where a notice goes when somebody takes a yes back", FieldType.ADDRESS, required=True),
)


@desk(Role.PRIVACY_OFFICER)
def outside(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show organizations, open notices and the register; a POST registers an organization, which has no yes yet."""
    fields, trouble = _FIELDS, ""
    if request.method == "POST":
        fields = tuple(field.filled(str(request.POST.get(field.name, ""))) for field in _FIELDS)
        if not any(field.wrong for field in fields):
            try:
                add_organization(*(field.value for field in fields))
            except AvowError as error:
                trouble = f"{sentence(str(error.args[0]))} {sentence(error.hint)}"
            else:
                return HttpResponseRedirect("/desk/outside/?done=added")
    wrong = [field for field in fields if field.wrong]
    told = {**_told(), "fields": fields, "wrong": wrong, "trouble": trouble, "done": request.GET.get("done", "")}
    return show(request, who, "web/desk/outside/outside.html", told, status=422 if wrong or trouble else 200)


@require_POST
@desk(Role.PRIVACY_OFFICER)
def end(_request: HttpRequest, _who: Staff, name: str) -> HttpResponse:
    """Give nothing to an organization any more."""
    end_organization(name)
    return HttpResponseRedirect("/desk/outside/?done=ended")


@require_POST
@desk(Role.PRIVACY_OFFICER)
def answered(request: HttpRequest, who: Staff, notice: UUID) -> HttpResponse:
    """Note that an organization acknowledged a notice otherwise than by its link, and how that is known."""
    how = " ".join(str(request.POST.get("how", "")).split())[:200]
    if how:
        acknowledge(notice, f"{how} (noted by {who.email})")
    return HttpResponseRedirect("/desk/outside/?done=answered" if how else "/desk/outside/")


def _told() -> Mapping[str, Any]:
    known = organizations()
    names = {one.id: one.title for one in known} | {str(one.id): one.authority for one in orders()}
    return {
        "organizations": known,
        "waiting": [(one, link(one.id)) for one in recalls(waiting=True)],
        "lines": [(one, names.get(one.whom, one.whom)) for one in register()],
        "law": RecipientClass.AUTHORITY,
    }
