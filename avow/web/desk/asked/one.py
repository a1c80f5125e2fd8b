"""Show one request with what is held and what it should be; take it, extend it, answer it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.accuracy.answer.decide import UNDO, answer, extend
from avow.errors import RecordError
from avow.gate.seen.held import Held
from avow.gate.seen.read import read_all
from avow.gate.seen.reader import Reader
from avow.mail.taken import cases
from avow.mail.taken.queue import Waiting, waiting
from avow.optout.stops import stops
from avow.page.failure import Failure
from avow.page.field import Field
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.wish import Wish
from avow.record.petitions import petition
from avow.record.petitions.petition import Petition, petition_at, petitions_of
from avow.record.petitions.restraint import held, restraints
from avow.terms import FieldType, Role
from avow.web.desk.asked.barred import bars
from avow.web.desk.asked.named import asks
from avow.web.desk.asked.queue import line
from avow.web.desk.case import rights

REPLY: Final = Field(
    "reply", "What the person is told", FieldType.LONG_TEXT, required=True, hint="A refusal says why, in plain words."
)
WHY: Final = Field(
    "why", "Why it takes longer", FieldType.TEXT, required=True, hint="The person is told by mail, word for word."
)
_OFFICER: Final = Role.PRIVACY_OFFICER
_LETTER: Final = "letter"


@dataclass(frozen=True, slots=True)
class Change:
    """A field of what is to be put right: what it says, what it should say."""

    label: str
    now: str
    then: str


@desk(_OFFICER)
def one(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Show one request, with what the person said, what is held of it, and what was answered before."""
    found = _waiting(key)
    asked = None if found.way == _LETTER else petition_at(key)
    items = read_all(Reader(who.id, _OFFICER), rights(who), found.person) if asked and rights(who) else ()
    names = {each.id: each.name for each in Staff.objects.all()}
    told = {
        "line": line(found, names, datetime.now(UTC)),
        "asked": asked,
        "changes": _changes(asked, items or ()),
        "before": [each for each in petitions_of(found.person, 20) if each.id != key],
        "mine": found.staff == who.id,
        "reply": REPLY,
        "why": WHY,
        "purpose": rights(who),
        "bars": bars(restraints(found.person)) if found.somebody else (),
        "held": found.somebody and held(found.person),
        "stops": stops(policy()) if asked and asked.wish == Wish.OBJECTION else (),
        "undo": UNDO.days,
        **asks(asked),
        "done": request.GET.get("done", ""),
    }
    return show(request, who, "web/desk/asked/one.html", told)


@require_POST
@desk(_OFFICER)
def take(_request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Take a request on oneself."""
    (cases.take if _waiting(key).way == _LETTER else petition.take)(key, who.id)
    return HttpResponseRedirect(f"/desk/requests/{key}/?done=taken")


@require_POST
@desk(_OFFICER)
def longer(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Let it take longer, once, and tell the person why."""
    found = _waiting(key)
    wishes = [wish for wish in Wish if wish.value in found.wishes] or [Wish.COMMENT]
    extend(key, found.person, found.at, min(wishes, key=_days), _typed(request, WHY), str(who.id))
    return HttpResponseRedirect(f"/desk/requests/{key}/?done=extended")


@require_POST
@desk(_OFFICER)
def close(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Answer it: a letter with what was answered, a petition with yes or no and what the person is told."""
    found, reply = _waiting(key), _typed(request, REPLY)
    if found.way == _LETTER:
        try:
            cases.close(key, who.id, reply)
        except RecordError as error:
            raise _gone() from error
        return HttpResponseRedirect("/desk/requests/?done=answered")
    act = request.POST.get("act")
    if act not in {"grant", "refuse"}:
        raise Failure(HTTPStatus.BAD_REQUEST, "Nothing was decided.", "Say yes or no.")
    picked = next((one.chosen for one in stops(policy()) if one.name == request.POST.get("stop")), None)
    answer(key, who.id, reply, granted=act == "grant", no=picked)
    return HttpResponseRedirect("/desk/requests/?done=answered")


def _waiting(key: UUID) -> Waiting:
    found = waiting(key)
    if found is None:
        raise _gone()
    return found


def _gone() -> Failure:
    return Failure(HTTPStatus.NOT_FOUND, "This request is not open any more.", "Look at the queue again.")


def _typed(request: HttpRequest, field: Field) -> str:
    found = field.filled(str(request.POST.get(field.name, "")))
    if found.wrong:
        raise Failure(HTTPStatus.BAD_REQUEST, f"{field.label}: {found.wrong}", "Go back, and say.")
    return found.value


def _days(wish: Wish) -> int:
    right = policy().rights.get(wish.right)
    return right.days if right else 1 << 16


def _changes(asked: Petition | None, items: tuple[Held, ...]) -> list[Change]:
    """Give what an item says and what it should say, field by field."""
    if asked is None or asked.proposed is None:
        return []
    item = next((each for each in items if each.id == asked.item), None)
    category = policy().categories.get(item.category) if item else None
    labels = {field.id: field.label for field in category.fields} if category else {}
    now = item.fields if item else {}
    return [Change(labels.get(name, name), now.get(name, ""), value) for name, value in asked.proposed.items()]
