"""Show those who hire whom they may look at for other openings: who ticked that, and nobody else."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from avow.gate.seen.each import read_each
from avow.gate.seen.reader import Reader
from avow.page.failure import Failure
from avow.page.shown.placed import place, placed
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.policy.document import Purpose
from avow.policy.proof.keeps import keeps
from avow.record.matters.longer import agreed_to
from avow.terms import Promise, Role
from avow.web.desk.matters.place import pools
from avow.web.desk.matters.shelf import briefly

PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who may be looked at: for which application of theirs (its matter), its first words, and since when."""

    person: UUID
    matter: UUID | None
    words: str
    at: datetime


@keeps(Promise.CONFIDENTIAL, Promise.PURPOSES_ONLY)
@require_safe
@desk(Role.HIRING)
def pool(request: HttpRequest, who: Staff) -> HttpResponse:
    """List whose yes stands, the latest application before all, a page at a time; each is decided by the gate."""
    by, purpose = _purpose(who)
    found = agreed_to(purpose, PAGE + 1, placed(str(request.GET.get("before", ""))))
    read = read_each(by, purpose.id, [(person, item) for person, item, _, _ in found[:PAGE]])
    told = {
        "purpose": purpose,
        "lines": [
            Line(person, thread, briefly(read[item]), at) for person, item, thread, at in found[:PAGE] if item in read
        ],
        "next": place(found[PAGE - 1][3], found[PAGE - 1][1]) if len(found) > PAGE else "",
    }
    return show(request, who, "web/desk/matters/pool.html", told)


def _purpose(who: Staff) -> tuple[Reader, Purpose]:
    found = pools(who)
    if not found:
        raise Failure(HTTPStatus.NOT_FOUND, "The policy states no purpose that looks at applications again.")
    return found[0]
