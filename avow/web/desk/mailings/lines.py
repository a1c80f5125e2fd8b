"""Show what became of each person's copy, a page at a time; who may not be read for the purpose is not named."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from avow.gate.clearance import Clearance
from avow.gate.seen.read import PAGE, read
from avow.gate.seen.reader import Reader
from avow.mail.course.outcome import Line, lines
from avow.page.site import policy
from avow.page.staff.desk import desk, show
from avow.page.staff.models import Staff
from avow.terms import FieldType, Role
from avow.web.desk.mailings.shelf import found
from avow.web.desk.mailings.watch import STATES, why_words

_LAST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Told:
    """A line with who it is about ("" where that is not to be seen), what the state means, and why."""

    line: Line
    named: str
    means: str
    why: list[str]


@desk(Role.MARKETING)
def people(request: HttpRequest, who: Staff, key: UUID) -> HttpResponse:
    """Show a page of a mailing's people, of one state or of all; each who is named was read, and can see that."""
    one = found(key)
    state = str(request.GET.get("state", ""))
    state = state if state in STATES else ""
    number = _number(str(request.GET.get("page", "1")))
    page = lines(key, state, number, PAGE)
    names = _names(Reader(who.id, Role.MARKETING), one.purpose, page)
    told = {
        "one": one,
        "lines": [_told(line, names) for line in page],
        "states": STATES,
        "state": state,
        "page": number,
        "more": len(page) == PAGE,
    }
    return show(request, who, "web/desk/mailings/people.html", told)


def _names(by: Reader, purpose: str, page: list[Line]) -> dict[UUID, str]:
    """Read who may be read for the mailing's purpose, at the mailbox that the copy was for."""
    known = policy().purposes.get(purpose)
    if known is None or known.kind not in by.role.kinds or not page:
        return {}
    seen = read(by, purpose, [line.person for line in page], {line.person: line.reach for line in page})
    return {one.person: _named(one) for one in seen}


def _named(one: Clearance) -> str:
    """Give name and address of somebody, as far as the purpose sees them."""
    held: dict[FieldType, str] = {}
    for category, values in one.use().items():
        for field in policy().categories[category].fields if category in policy().categories else ():
            if field.type in {FieldType.NAME, FieldType.ADDRESS} and values.get(field.id):
                held.setdefault(field.type, values[field.id])
    return " · ".join(held[kind] for kind in (FieldType.NAME, FieldType.ADDRESS) if kind in held)


def _told(line: Line, names: dict[UUID, str]) -> Told:
    why = why_words(line.state, line.because if line.state == "denied" else line.outcome)
    return Told(line, names.get(line.person, ""), STATES.get(line.state, line.state), why if _speaks(line) else [])


def _speaks(line: Line) -> bool:
    return line.state == "denied" or bool(line.outcome)


def _number(text: str) -> int:
    return min(max(int(text), 1), _LAST) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004 -- more digits than pages
