"""Keep the agreements with those who work for us: put one on file, end it, keep that what was held was given back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.disclosure.processors.agree import agree, end, give_back, offered, wrong
from avow.errors import RecordError
from avow.page.failure import Failure, sentence
from avow.page.field import Field
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.agreed.agreement import Agreement, Terms, every
from avow.record.agreed.passed import acknowledge, unacknowledged
from avow.record.agreed.seat import Seat, seats_of
from avow.terms import FieldType, Role

_FIELDS: Final = (
    Field("organization", "The organization", FieldType.TEXT, required=True, hint="People who are read see it."),
    Field("name", "A short name for this", FieldType.TEXT, required=True, hint="Small letters, digits, dashes."),
    Field(
        "confidentiality",
        "How it is bound to confidentiality",
        FieldType.TEXT,
        required=True,
        hint="Such as: contract of 3 May, clause 7.",
    ),
    Field("below", "Who works for it in turn", FieldType.TEXT, hint="Names with commas between them; empty if nobody."),
    Field("ends", "When it ends", FieldType.TEXT, hint="A day (UTC), such as 2027-01-31; empty if open."),
)


@dataclass(frozen=True, slots=True)
class Line:
    """An agreement as the page shows it: its purposes and kinds of data in words, its accounts and tokens."""

    agreement: Agreement
    purposes: tuple[str, ...]
    categories: tuple[str, ...]
    seats: tuple[Seat, ...]


@desk(Role.PRIVACY_OFFICER)
def agreements(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show every agreement, the newest first, and what it lets be read."""
    told = {"lines": [_line(one) for one in every()], "done": request.GET.get("done", ""), "passed": unacknowledged()}
    return show(request, who, "web/desk/bound/agreements.html", told)


@desk(Role.PRIVACY_OFFICER)
def add(request: HttpRequest, who: Staff) -> HttpResponse:
    """Ask for the terms; a POST puts the agreement on file, from this instant on, if the policy lets it be."""
    fields, refused = list(_FIELDS), list[str]()
    purposes, categories = request.POST.getlist("purpose"), request.POST.getlist("category")
    if request.method == "POST":
        fields = [field.filled(str(request.POST.get(field.name, ""))) for field in _FIELDS]
        refused = _agreed(fields, purposes, categories)
        if not refused and not any(field.wrong for field in fields):
            return HttpResponseRedirect("/desk/processors/?done=added")
    services = offered(policy())
    about = [one for one in policy().categories.values() if any(one.id in service.categories for service in services)]
    told = {
        "fields": fields,
        "wrong": [field for field in fields if field.wrong],
        "refused": refused,
        "services": [(one, one.id in purposes) for one in services],
        "about": [(one, one.id in categories) for one in about],
    }
    return show(request, who, "web/desk/bound/add.html", told, status=422 if refused or told["wrong"] else 200)


@require_POST
@desk(Role.PRIVACY_OFFICER)
def finish(request: HttpRequest, who: Staff, name: str) -> HttpResponse:
    """End an agreement at once, or keep that what was held under it was given back; both need a word."""
    words = str(request.POST.get("words", "")).strip()
    if not words:
        raise Failure(HTTPStatus.BAD_REQUEST, "This needs a word on why, or how you know.", "Go back, and say.")
    given = request.POST.get("act") == "returned"
    (give_back if given else end)(name, f"{words} (by staff {who.id})")
    return HttpResponseRedirect(f"/desk/processors/?done={'returned' if given else 'ended'}")


@require_POST
@desk(Role.PRIVACY_OFFICER)
def answered(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Note that an organization did as it was told, otherwise than on its own desk, and how that is known."""
    how = " ".join(str(request.POST.get("how", "")).split())[:200]
    if how:
        acknowledge(key, f"{how} (noted by {who.email})")
    return HttpResponseRedirect("/desk/processors/?done=answered" if how else "/desk/processors/")


def _agreed(fields: list[Field], purposes: list[str], categories: list[str]) -> list[str]:
    """Put an agreement on file, and give what is wrong with it instead where something is."""
    organization, name, bound, below, day = (field.value for field in fields)
    try:
        ends = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    except ValueError:
        fields[-1] = fields[-1].but(day, "This is no day.")
        return []
    named = tuple(part.strip() for part in below.split(","))
    terms = Terms(name, organization, tuple(purposes), tuple(categories), bound, named, datetime.now(UTC), ends)
    found = [] if any(field.wrong for field in fields) else [*wrong(policy(), terms)]
    if found or any(field.wrong for field in fields):
        return [f"{sentence(message)} {sentence(hint)}" for message, hint in found]
    try:
        agree(terms)
    except RecordError as error:
        return [f"{sentence(str(error.args[0]))} {sentence(error.hint)}"]
    return []


def _line(one: Agreement) -> Line:
    known = policy()
    purposes = tuple(known.purposes[name].title if name in known.purposes else name for name in one.terms.purposes)
    titles = (known.categories[name].title if name in known.categories else name for name in one.terms.categories)
    return Line(one, purposes, tuple(titles), tuple(seat for seat in seats_of(one.terms.id) if seat.ended is None))
