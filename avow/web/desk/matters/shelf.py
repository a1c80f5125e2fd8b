"""Show a desk what waits for it, a page at a time, the longest wait before all; take one on oneself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.gate.seen.each import One, read_each
from avow.page.shown.placed import place as mark
from avow.page.shown.placed import placed
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import keeps
from avow.record.matters.matter import FIRST, Matter, Turn, live, turns_of
from avow.record.matters.matter import take as take_it
from avow.terms import FieldType, Promise, Role
from avow.web.desk.matters.place import ROLES, Place, found_at, pools, seated

PAGE: Final = 25
_SHORT: Final = frozenset({FieldType.TEXT, FieldType.NAME})


@dataclass(frozen=True, slots=True)
class Line:
    """A matter as its desk lists it: in a few words of whoever began it, its age, who has it."""

    matter: Matter
    words: str

    days: int
    owner: str


@keeps(Promise.CONFIDENTIAL)
@desk(*ROLES)
def shelf(request: HttpRequest, who: Staff, place: Place) -> HttpResponse:
    """Show what waits for an answer, what one has taken, or what was answered and is not over."""
    by, purpose = seated(who, place)
    of = str(request.GET.get("of", ""))
    owner = who.id if of == "mine" else None
    after = placed(str(request.GET.get("after", ""))) or FIRST
    found = live(place.channel, PAGE + 1, after, owner, closed=of == "answered")
    first = {one.matter: one for one in reversed(turns_of([one.id for one in found[:PAGE]])) if one.item}
    said = read_each(by, purpose.id, [(one.person, t.item) for one in found if (t := first.get(one.id)) and t.item])
    told = {
        "place": place,
        "purpose": purpose,
        "lines": _lines(found[:PAGE], first, said),
        "next": mark(found[PAGE - 1].last, found[PAGE - 1].id) if len(found) > PAGE else "",
        "of": of,
        "pools": pools(who) if place.role is Role.HIRING else (),
        "done": request.GET.get("done", ""),
    }
    return show(request, who, "web/desk/matters/shelf.html", told)


@require_POST
@desk(*ROLES)
def take(_request: HttpRequest, who: Staff, place: Place, key: UUID) -> HttpResponse:
    """Take a matter on oneself."""
    seated(who, place)
    take_it(found_at(place, key).id, who.id)
    return HttpResponseRedirect(f"/desk/{place.name}/{key}/?done=taken")


def _lines(found: Sequence[Matter], first: Mapping[UUID, Turn], said: Mapping[UUID, One]) -> list[Line]:
    names = {one.id: one.name for one in Staff.objects.all()}
    now = datetime.now(UTC)
    lines = []
    for one in found:
        turn = first.get(one.id)
        owner = "" if one.owner is None else names.get(one.owner, "an account that is gone")
        words = briefly(said.get(turn.item) if turn and turn.item else None)
        lines.append(Line(one, words, (now - one.last).days, owner))
    return lines


def briefly(one: One | None) -> str:
    """Give the first short field of an item, which says what it is about; "" where nothing of it may be read."""
    category = policy().categories.get(one.category) if one else None
    fields = [field.id for field in category.fields if field.type in _SHORT] if category else []
    return next((one.fields[name] for name in fields if one and one.fields.get(name)), "")[:100]
