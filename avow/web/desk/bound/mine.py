"""Show those who work for us what their agreement lets them read: everybody by pages, and one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from avow.gate.seen.held import Held
from avow.gate.seen.read import read_all
from avow.gate.seen.run import One, run
from avow.page.failure import Failure
from avow.page.site import policy
from avow.page.staff.desk import desk, picked, readers, show
from avow.page.staff.models import Staff
from avow.policy.shown.labelled import labelled
from avow.record.agreed.agreement import Agreement, find
from avow.record.agreed.passed import acknowledge, unacknowledged
from avow.record.agreed.seat import seat_of
from avow.terms import Role

_PEOPLE: Final = 25
_FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Part:
    """An item in words: what it is, when it came, its fields by label."""

    title: str
    at: datetime
    fields: tuple[tuple[str, str], ...]


@desk(Role.PROCESSOR)
def everybody(request: HttpRequest, who: Staff) -> HttpResponse:
    """Show the next people under the agreement, for the purpose picked; each page is decided when it is asked for."""
    chosen = picked(request, who)
    offered = [policy().purposes[name] for name in readers(who)]
    agreed = agreement_of(who)
    waits = unacknowledged(agreed.terms.id) if agreed else []
    told: dict[str, Any] = {"agreement": agreed, "offered": offered, "passed": waits}
    if chosen is None:
        return show(request, who, "web/desk/bound/everybody.html", told)
    page = run(chosen[0], chosen[1].id, _after(request), _PEOPLE)
    people = [(person, parts(items)) for person, items in page.people.items()]
    told |= {"chosen": chosen[1], "people": people, "after": page.after, "entry": page.entry}
    return show(request, who, "web/desk/bound/everybody.html", told)


@desk(Role.PROCESSOR)
def one(request: HttpRequest, who: Staff, person: UUID) -> HttpResponse:
    """Show one person for the purpose picked; whom the gate does not release for it, nobody sees, known or not."""
    chosen = picked(request, who)
    items = read_all(chosen[0], chosen[1].id, person) if chosen else None
    if chosen is None or items is None:
        return show(request, who, "web/desk/none.html", {"chosen": chosen and chosen[1]}, status=HTTPStatus.NOT_FOUND)
    told = {"agreement": agreement_of(who), "chosen": chosen[1], "person": person, "parts": parts(items)}
    return show(request, who, "web/desk/bound/one.html", told)


@require_POST
@desk(Role.PROCESSOR)
def done(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Say that one did as one was told with what one had read of a person."""
    agreed = agreement_of(who)
    if agreed is None or not acknowledge(key, f"on their desk, by {who.name}", agreed.terms.id):
        raise Failure(HTTPStatus.NOT_FOUND, "This waits for you no more.", "Look at the page again.")
    return HttpResponseRedirect(f"/desk/agreed/?for={request.POST.get('for', '')}")


def parts(items: Sequence[Held] | Sequence[One]) -> list[Part]:
    """Say items in the words of the version in force."""
    return [_part(item) for item in items]


def agreement_of(who: Staff) -> Agreement | None:
    """Give the agreement under which somebody reads, whether it is in force or not."""
    seat = seat_of(who.id)
    return find(seat.agreement) if seat else None


def _part(item: Held | One) -> Part:
    category = policy().categories.get(item.category)
    fields = labelled(category, item.fields)
    return Part(category.title if category else item.category, item.at, fields)


def _after(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET.get("after") or str(_FIRST))
    except ValueError as error:
        raise Failure(HTTPStatus.BAD_REQUEST) from error
