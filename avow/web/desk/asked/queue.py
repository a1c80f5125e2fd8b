"""Show all that people wait for an answer to, a page at a time, those due first before all, and the load."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from avow.mail.taken.queue import FIRST, SOON, Waiting, counts, load, queue
from avow.page.shown.placed import place, placed
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.proof.keeps import keeps
from avow.policy.wish import Wish
from avow.record.petitions.mandate import untold
from avow.terms import Promise, Role
from avow.web.desk.asked.drawn import drawn
from avow.web.desk.case import rights

PAGE: Final = 50
"""Lines on a page."""
_WEEKS: Final = 12
_AHEAD: Final = 6
_OPTOUT: Final = "said no"


@dataclass(frozen=True, slots=True)
class Line:
    """A request as the desk shows it: what it asks for in words, its age and what is left in days, who has it."""

    one: Waiting
    asks: str
    age: int
    left: int
    soon: bool
    owner: str


@keeps(Promise.ACCESS, Promise.COMMENTS_READ)
@desk(Role.PRIVACY_OFFICER)
def requests(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the open requests, all of them, one's own, or those that nobody has."""
    now = datetime.now(UTC)
    of = str(request.GET.get("of", ""))
    owner = who.id if of == "mine" else None
    found = queue(PAGE + 1, placed(str(request.GET.get("after", ""))) or FIRST, owner, every=of not in {"mine", "free"})
    names = {one.id: one.name for one in Staff.objects.all()}
    told = {
        "lines": [line(one, names, now) for one in found[:PAGE]],
        "next": place(found[PAGE - 1].last, found[PAGE - 1].id) if len(found) > PAGE else "",
        "of": of,
        "counts": counts(now),
        "picture": drawn(load(now - timedelta(weeks=_WEEKS), now + timedelta(weeks=_AHEAD)), now.date()),
        "purpose": rights(who),
        "untold": untold(),
        "done": request.GET.get("done", ""),
    }
    return show(request, who, "web/desk/asked/queue.html", told)


def line(one: Waiting, names: dict[UUID, str], now: datetime) -> Line:
    """Give a request in words, with its clock."""
    asks = ", ".join(asked(word) for word in one.wishes)
    owner = "" if one.owner is None else names.get(one.owner, "an account that is gone")
    return Line(one, asks, (now - one.at).days, (one.last - now).days, now <= one.last < now + SOON, owner)


def asked(word: str) -> str:
    """Say in words what a letter or a petition asks for."""
    return next((wish.words for wish in Wish if wish.value == word), _OPTOUT)
