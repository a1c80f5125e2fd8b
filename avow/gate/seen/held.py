"""Release every item of one person that a use permits, with where it came from and under which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from avow.decision.request import Request
from avow.gate.clear import clear, released
from avow.gate.clearance import Clearance
from avow.gate.ruling import ruling, seeing
from avow.record.mask import from_bits
from avow.record.pinned.aside import ASIDE
from avow.terms import Scope

_ITEMS: Final = """
SELECT i.id, i.event, i.category, i.at, i.until, i.fields, i.refused::text, s.channel, s.source, s.version,
    s.purposes, n.text, l.licence, l.obtained, i.told
FROM item i JOIN stamp s ON s.id = i.stamp_id LEFT JOIN notice n ON n.hash = s.notice LEFT JOIN lot l ON l.id = i.lot_id
WHERE i.person_id = %s AND i.category = ANY(%s) ORDER BY i.at, i.id
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Of what others said: under which licence they gave it to us, on which day, and when its person was told."""

    licence: str
    obtained: date
    told: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """An item as it is shown: its fields, with what else, when and how it came, until when it is kept, the words.

    What is `aside` says otherwise than a correction; what is `contested` waits for one. Neither is used.
    """

    id: UUID
    event: UUID
    category: str
    at: datetime
    until: datetime | None
    fields: Mapping[str, str]
    channel: str
    source: str
    version: str | None
    purposes: tuple[str, ...]
    words: str | None
    aside: bool
    contested: bool
    origin: Origin | None = None


def held(request: Request, person: UUID) -> tuple[Held, ...] | None:
    """Release every item of one person that a use permits, oldest first; None if the gate says no.

    The decision is remembered like any other.
    """
    found = held_by(request, person)
    return None if found is None else found[1]


def held_by(request: Request, person: UUID) -> tuple[Clearance, tuple[Held, ...]] | None:
    """Release as `held` does, with the clearance that says by which decision."""
    with transaction.atomic():
        allowed = clear(request, [person]).allowed
        if not allowed:
            return None
        ruled = ruling(request)
        with seeing(ruled) as cursor:
            cursor.execute(_ITEMS, [person, sorted(request.categories)])
            return allowed[0], tuple(_held(*row) for row in cursor.fetchall())


def _held(*row: Any) -> Held:
    id_, event, category, at, until, fields, refused, *marked = row
    channel, source, version, purposes, words, licence, obtained, told = marked
    states, origin = tuple(purposes.split()), Origin(licence, obtained, told) if obtained else None
    barred = from_bits(refused) & ASIDE
    stands = barred == ASIDE, barred == Scope.CONTESTED.mask
    came = channel, source, version, states, words
    return Held(id_, event, category, at, until, released(fields), *came, *stands, origin)
