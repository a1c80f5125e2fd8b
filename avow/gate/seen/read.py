"""Let a member of staff, or of a processor, read people for one purpose, and note it in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.gate.clear import clear
from avow.gate.clearance import Clearance
from avow.gate.ruling import ruling, seeing
from avow.gate.seen.held import Held, held
from avow.gate.seen.reader import Reader, request_of
from avow.policy.proof.keeps import keeps
from avow.record.seen.find import MOST, find
from avow.record.seen.reading import note
from avow.terms import Promise

PAGE: Final = 25
"""People on a page."""
_SEEN: Final = "SELECT person_id FROM item WHERE person_id = ANY(%s::uuid[]) AND id = ANY(%s::uuid[])"


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found, at most a page of them, and whether there may be more."""

    people: tuple[Clearance, ...]
    more: bool = False


@keeps(Promise.CONFIDENTIAL, Promise.PROCESSORS_BOUND)
def read(
    by: Reader, purpose: str, people: Sequence[UUID], mailboxes: Mapping[UUID, bytes] | None = None
) -> tuple[Clearance, ...]:
    """Read many people for one purpose, at most a page of them; who is denied is not shown, and was not read.

    `mailboxes` names the one that a person must be permitted to be read by. Raises Denied if the role reads
    nobody for the purpose, or the agreement does not permit it at this instant.
    """
    with transaction.atomic():
        cleared = clear(request_of(by, purpose), list(people)[:PAGE], None, mailboxes)
        if cleared.allowed:
            note(by.staff, by.role, purpose, {one.person: [*one.fields] for one in cleared.allowed})
    return cleared.allowed


@keeps(Promise.CONFIDENTIAL)
def look_up(by: Reader, purpose: str, text: str) -> Found:
    """Find people by words of what the purpose may see, and read a page of them; see `read`."""
    with transaction.atomic():
        request = request_of(by, purpose)
        found = find(text, request.categories)
        ruled = ruling(request)
        with seeing(ruled) as cursor:
            cursor.execute(_SEEN, [[person for person, _ in found], [item for _, item in found]])
            people = list(dict.fromkeys(person for (person,) in cursor.fetchall()))
        more = len(found) == MOST or len(people) > PAGE
        return Found(read(by, purpose, people) if people else (), more)


@keeps(Promise.CONFIDENTIAL, Promise.PURPOSES_ONLY)
def read_all(by: Reader, purpose: str, person: UUID) -> tuple[Held, ...] | None:
    """Read every item of one person that a purpose permits, oldest first; None if the gate says no."""
    with transaction.atomic():
        request = request_of(by, purpose)
        items = held(request, person)
        if items is None:
            return None
        note(by.staff, by.role, purpose, {person: sorted({one.category for one in items})})
    return items


def permitted(by: Reader, purpose: str, person: UUID) -> bool:
    """Say whether a role may read a person for a purpose; nothing of them is given out."""
    return bool(clear(request_of(by, purpose), [person]).allowed)
