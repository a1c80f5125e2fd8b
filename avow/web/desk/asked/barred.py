"""Show whose uses are barred, and why; put somebody under a legal hold or mark them as dead, and lift it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.accuracy.barred.bar import hold, lift, mark_dead
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.petitions.restraint import DEATH, HOLD, RESTRICTION, Restraint, restraints
from avow.terms import FieldType, Role
from avow.web.desk.case import WHOSE, people_of

_TITLES: Final = {HOLD: "Legal hold", RESTRICTION: "Restriction", DEATH: "Dead"}
_MEANS: Final = {
    HOLD: "Nothing of theirs is erased, and nothing is seen or used but by the law: not on their card, not by them.",
    RESTRICTION: "Nothing is done with their data but to keep it, to ask and answer them, and what the law orders.",
    DEATH: "They get no mail, and nothing optional is done with their data.",
}
_WHAT: Final = Field(
    "what",
    "What it is",
    FieldType.CHOICE,
    required=True,
    options=("A legal hold", "They are dead"),
    value="A legal hold",
    hint="Anybody's word is enough to send the dead no more mail; a hold rests on a law or an order.",
)
_WHY: Final = Field(
    "why", "What it rests on", FieldType.TEXT, required=True, hint="They read it, unless that is barred."
)
_GAG: Final = Field(
    "gag", "Until when they must not be told", FieldType.TEXT, hint="Only if an order says so. Such as 2031-05-03."
)


@dataclass(frozen=True, slots=True)
class Bar:
    """What bars somebody's uses, in words; `silent` says that they must not be told of it yet."""

    one: Restraint
    title: str
    means: str
    silent: bool
    by: str = ""


@desk(Role.PRIVACY_OFFICER)
def barred(request: HttpRequest, who: Staff) -> HttpResponse:
    """List what is barred; a POST puts everybody who holds an address under a hold, or marks them as dead."""
    fields = [WHOSE, _WHAT, _WHY, _GAG]
    if request.method == "POST":
        fields = [field.filled(str(request.POST.get(field.name, ""))) for field in fields]
        people = [] if fields[0].wrong else people_of(fields[0].value)
        if not people and not fields[0].wrong:
            fields[0] = fields[0].but(fields[0].value, "nobody here holds this address or id")
        gag = _day(fields[3].value)
        if fields[3].value and gag is None:
            fields[3] = fields[3].but(fields[3].value, "give a day to come as 2031-05-03")
        if not any(field.wrong for field in fields):
            for person in people:
                _bar(person, fields[1].value, fields[2].value, str(who.id), gag)
            return HttpResponseRedirect("/desk/requests/barred/?done=barred")
    names = {str(one.id): one.name for one in Staff.objects.all()}
    wrong = [field for field in fields if field.wrong]
    told = {"bars": bars(restraints(), names), "fields": fields, "wrong": wrong, "done": request.GET.get("done", "")}
    return show(request, who, "web/desk/asked/barred.html", told, status=422 if wrong else 200)


@require_POST
@desk(Role.PRIVACY_OFFICER)
def lifted(_request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Lift what bars somebody's uses; they are told, and what waited for it is done."""
    if not lift(key, str(who.id)):
        raise Failure(HTTPStatus.NOT_FOUND, "This does not stand any more.", "Look at the list again.")
    return HttpResponseRedirect("/desk/requests/barred/?done=lifted")


def bars(found: Sequence[Restraint], names: dict[str, str] | None = None) -> list[Bar]:
    """Say in words what bars, and who of the staff set it."""
    now = datetime.now(UTC)
    return [
        Bar(
            one,
            _TITLES[one.kind],
            _MEANS[one.kind],
            one.gag is not None and one.gag > now,
            (names or {}).get(one.by, "an account that is gone"),
        )
        for one in found
    ]


def _bar(person: UUID, what: str, why: str, by: str, gag: datetime | None) -> None:
    if what == _WHAT.options[0]:
        hold(person, why, by, gag)
    else:
        mark_dead(person, why, by)


def _day(text: str) -> datetime | None:
    """Read the last day of a gag, and give when it is over; None for what is no day to come."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except ValueError:
        return None
    return found if found > datetime.now(UTC) else None
