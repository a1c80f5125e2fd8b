"""Find people by their address, by words that the policy lets staff look up, or by an id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from avow.errors import AddressError
from avow.gate.clearance import Clearance
from avow.gate.seen.read import Found, look_up, read
from avow.gate.seen.reader import Reader, request_of
from avow.mail.taken.queue import counts
from avow.page.failure import Failure
from avow.page.site import policy
from avow.page.staff.desk import desk, picked, readers, show
from avow.page.staff.models import Staff
from avow.policy.document import Purpose
from avow.record.known.address import parse
from avow.record.known.identity import holders
from avow.record.limits import allow
from avow.record.taken.given import address_field
from avow.terms import FieldType, Role

_HOUR: Final = timedelta(hours=1)
_MOST_AN_HOUR: Final = 600
"""Searches by one member of staff."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person who was found: the id, what names them, which kinds of data the purpose sees."""

    person: UUID
    named: str
    categories: tuple[str, ...]


@desk(*Role)
def people(request: HttpRequest, who: Staff) -> HttpResponse:
    """Ask whom to look for and for which purpose; a POST looks, so that no address stands in an address."""
    chosen = picked(request, who)
    offered = [(policy().purposes[name], by.role) for name, by in readers(who).items()]
    waiting = counts(datetime.now(UTC)) if Role.PRIVACY_OFFICER in who.roles else None
    known = {"offered": offered, "chosen": chosen[1] if chosen else None, "columns": _columns(chosen)}
    told = {**known, "waiting": waiting}
    if request.method != "POST" or chosen is None:
        return show(request, who, "web/desk/people.html", told)
    if not allow(f"desk:{who.id}", _MOST_AN_HOUR, _HOUR):
        raise Failure(HTTPStatus.TOO_MANY_REQUESTS)
    text = str(request.POST.get("text", "")).strip()[:200]
    found = _find(chosen[0], chosen[1].id, text)
    hits = [_hit(one) for one in found.people]
    return show(request, who, "web/desk/people.html", {**told, "text": text, "hits": hits, "more": found.more})


def _find(by: Reader, purpose: str, text: str) -> Found:
    """Find by whatever the text is."""
    try:
        return Found(read(by, purpose, [UUID(text)]))
    except ValueError:
        pass  # then it is something else
    if "@" not in text:
        return look_up(by, purpose, text)
    if not _by_address(by, purpose):
        return Found(())
    try:
        reach = parse(text).reach_id
    except AddressError:
        return Found(())
    held = holders(reach)
    return Found(read(by, purpose, held, dict.fromkeys(held, reach)))


def _by_address(by: Reader, purpose: str) -> bool:
    """Say whether addresses are among what is seen: whoever sees none cannot try them on what else is seen."""
    categories = request_of(by, purpose).categories
    return any(address_field(one) is not None for one in policy().categories.values() if one.id in categories)


def _hit(one: Clearance) -> Hit:
    fields = one.use()
    titles = tuple(policy().categories[name].title for name in fields if name in policy().categories)
    return Hit(one.person, " · ".join(dict.fromkeys(_names(fields))) or "without a name", titles)


def _names(fields: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Give what names a person: each address, and what staff may look them up by."""
    for category, values in fields.items():
        for field in policy().categories[category].fields if category in policy().categories else ():
            if field.id in values and (field.lookup or field.type is FieldType.ADDRESS):
                yield values[field.id]


def _columns(chosen: tuple[Reader, Purpose] | None) -> str:
    """Name what can be looked up for a purpose."""
    if chosen is None:
        return ""
    seen = [policy().categories[name] for name in policy().categories if name in chosen[1].categories]
    return ", ".join(dict.fromkeys(field.label.lower() for one in seen for field in one.fields if field.lookup))
