"""Take orders of the law, call back, have two read them, and follow them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from avow.disclosure.legal.follow import follow, prepared_for
from avow.disclosure.legal.instrument import Instrument, instrument, legal_purpose
from avow.errors import AvowError, RecordError
from avow.page.failure import sentence
from avow.page.field import Field
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.record.attested.attest import Prepared, waiting
from avow.record.outside.order import call_back, order, orders, people_of
from avow.terms import FieldType, Role
from avow.web.desk.outside.file import handed

_DAY: Final = "Such as 2031-05-03."
_FIELDS: Final[tuple[Field, ...]] = (
    Field("authority", "Who orders it", FieldType.TEXT, required=True, hint="The court or authority."),
    Field("docket", "Under which docket", FieldType.TEXT, required=True),
    Field("words", "What it orders, in its own words", FieldType.LONG_TEXT, required=True),
    Field("people", "Whom it reaches", FieldType.LONG_TEXT, required=True, hint="An address or id a line."),
    Field("since", "From which day on", FieldType.TEXT, required=True, hint=_DAY),
    Field("until", "Up to and with which day", FieldType.TEXT, required=True, hint=_DAY),
    Field("deadline", "By when it is to be followed", FieldType.TEXT, required=True, hint=_DAY),
    Field("gag", "Until when the people must not be told", FieldType.TEXT, hint=f"Only if it says so. {_DAY}"),
)
_CALL: Final = Field(
    "call",
    "Whom you reached",
    FieldType.TEXT,
    required=True,
    hint="At a number that you looked up yourself; say where. Letters that only claim to come from a court are common.",
)
_DATES: Final = ("since", "until", "deadline", "gag")


@desk(Role.PRIVACY_OFFICER)
def every_order(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the orders of the law; a POST takes one, for two readers and a call back."""
    fields, trouble, picked = _FIELDS, "", list[str]()
    if request.method == "POST":
        fields = tuple(_filled(field, str(request.POST.get(field.name, ""))) for field in _FIELDS)
        picked = request.POST.getlist("categories")
        try:
            if not any(field.wrong for field in fields):
                key = instrument(_told(fields, picked), who.email)
                return HttpResponseRedirect(f"/desk/outside/law/{key}/")
        except AvowError as error:
            trouble = f"{sentence(str(error.args[0]))} {sentence(error.hint)}"
    wrong = [field for field in fields if field.wrong]
    data = [(policy().categories[name], name in picked) for name in sorted(legal_purpose().categories)]
    told = {"every": orders(), "fields": fields, "wrong": wrong, "trouble": trouble, "data": data}
    return show(request, who, "web/desk/outside/law.html", told, status=422 if wrong or trouble else 200)


@desk(Role.PRIVACY_OFFICER)
def one_order(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Show one order; a POST notes the call back, prepares it for two readers, or follows it and gives the file."""
    found, field = order(key), _CALL
    act = str(request.POST.get("act", "")) if request.method == "POST" else ""
    if act == "call":
        field = _CALL.filled(str(request.POST.get(_CALL.name, "")))
        if not field.wrong:
            call_back(key, who.email, field.value)
            prepared_for(key, who.email)
            return HttpResponseRedirect(f"/desk/outside/law/{key}/")
    if act == "follow":
        return handed(f"order-{key.hex[-8:]}.csv", lambda path: _followed(key, path, who.email))
    wrong = [field] if field.wrong else []
    titles = [policy().categories[name].title for name in sorted(found.categories) if name in policy().categories]
    told = {"one": found, "titles": titles, "people": people_of(key), "field": field, "wrong": wrong}
    told |= {"prepared": _open(key), "last": found.until - timedelta(days=1)}
    return show(request, who, "web/desk/outside/order.html", told, status=422 if wrong else 200)


def _followed(key: UUID, path: Path, by: str) -> None:
    waits = follow(key, path, by).waits
    if waits is not None:
        raise RecordError(f"{waits.lacks} more must read and attest it", "each does so at their own desk")


def _open(key: UUID) -> Prepared | None:
    return next((one for one in waiting() if one.words.get("order") == str(key)), None)


def _filled(field: Field, text: str) -> Field:
    found = field.filled(text)
    if found.value and not found.wrong and field.name in _DATES and _day(found.value) is None:
        return found.but(found.value, "give a day as 2031-05-03")
    return found


def _told(fields: Sequence[Field], picked: Sequence[str]) -> Instrument:
    given = {field.name: field.value for field in fields}
    since, until, deadline, gag = (_day(given[name]) for name in _DATES)
    if since is None or until is None or deadline is None:
        raise RecordError("an order has its days", "give each as 2031-05-03")
    people = [line for line in given["people"].splitlines() if line.strip()]
    whole = timedelta(days=1)
    return Instrument(
        given["authority"],
        given["docket"],
        given["words"],
        people,
        picked,
        since,
        until + whole,
        deadline + whole,
        gag + whole if gag else None,
    )


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
