"""Keep the tokens of our programs: make one, which is shown once, end one; and see what other systems hand in."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.errors import RecordError
from avow.page.failure import sentence
from avow.page.field import Field
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.document import Purpose
from avow.record.programs.acts import ProgramAct
from avow.record.programs.connector import connectors
from avow.record.programs.token import LONGEST, every, make
from avow.record.programs.token import revoke as end
from avow.terms import FieldType, RecipientClass, Role

_FIELDS: Final = (
    Field("name", "Which program has it", FieldType.TEXT, required=True, hint="People who are read see this name."),
    Field("days", "How many days it is good", FieldType.TEXT, required=True, hint=f"At most {LONGEST}.", value="90"),
)


@desk(Role.PRIVACY_OFFICER)
def tokens(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show every token and connector; a POST makes a token for one purpose, and shows it this once."""
    fields, refused, made = list(_FIELDS), "", ""
    purpose, acts = str(request.POST.get("purpose", "")), request.POST.getlist("act")
    if request.method == "POST":
        fields = [field.filled(str(request.POST.get(field.name, ""))) for field in _FIELDS]
        if not any(field.wrong for field in fields):
            made, refused = _made(fields, purpose, acts, who)
    told: dict[str, Any] = {
        "made": made,
        "refused": refused,
        "fields": _FIELDS if made else fields,
        "wrong": [field for field in fields if field.wrong],
        "purposes": [(one, not made and one.id == purpose) for one in _ours()],
        "acts": [(act, not made and act.value in acts) for act in ProgramAct],
        "tokens": [(one, _title(one.purpose), [act for act in ProgramAct if act in one.acts]) for one in every()],
        "connectors": connectors(),
        "done": request.GET.get("done", ""),
    }
    return show(request, who, "web/desk/programs/tokens.html", told, status=422 if refused or told["wrong"] else 200)


@require_POST
@desk(Role.PRIVACY_OFFICER)
def revoke(request: HttpRequest, who: Staff, token: UUID) -> HttpResponse:
    """End a token at once."""
    del request, who
    end(token)
    return HttpResponseRedirect("/desk/programs/?done=revoked")


def _made(fields: list[Field], purpose: str, acts: list[str], who: Staff) -> tuple[str, str]:
    """Make a token, and give it, or what is wrong with it."""
    name, days = (field.value for field in fields)
    try:
        wanted = [act for act in ProgramAct if act.value in acts]
        return make(name, purpose, wanted, int(days) if days.isdecimal() else 0, f"staff {who.id}"), ""
    except RecordError as error:
        return "", f"{sentence(str(error.args[0]))} {sentence(error.hint)}"


def _ours() -> list[Purpose]:
    return [one for one in policy().purposes.values() if RecipientClass.COMPANY in one.recipients]


def _title(purpose: str) -> str:
    found = policy().purposes.get(purpose)
    return found.title if found else purpose
