"""Know of which facts from others a person was not told yet, and note that they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from avow.record.declare import keeping
from avow.store.server.columns import columnar, uuids

_UNTOLD: Final = """
SELECT i.person_id, i.id, l.source, l.obtained FROM item i JOIN lot l ON l.id = i.lot_id
WHERE i.person_id = ANY(%s) AND i.lot_id IS NOT NULL AND i.told IS NULL AND (i.until IS NULL OR i.until > now())
ORDER BY i.at, i.id
"""
_TELL: Final = """
UPDATE item SET told = %s, until = item.at + make_interval(days => lot.days)
FROM lot, unnest(%s::uuid[], %s::uuid[]) AS row (person, id)
WHERE item.person_id = row.person AND item.id = row.id AND item.lot_id = lot.id AND item.told IS NULL
"""


@dataclass(frozen=True, slots=True)
class Untold:
    """A fact that its person was not told of: the item, who said it, when they gave it to us."""

    person: UUID
    item: UUID
    source: str
    obtained: date


def untold(persons: Sequence[UUID]) -> Mapping[UUID, list[Untold]]:
    """Give for each of some people the facts from others that they were not told of; one query."""
    found: dict[UUID, list[Untold]] = {}
    with keeping() as cursor, columnar(cursor) as asking:
        for row in asking.ask(_UNTOLD, [uuids(persons)]):
            found.setdefault(row[0], []).append(Untold(*row))
    return found


def tell(told: Sequence[Untold], at: datetime) -> None:
    """Note that people were told of facts; from now on each is kept as long as its category says."""
    if told:
        with keeping() as cursor:
            cursor.execute(_TELL, [at, [one.person for one in told], [one.item for one in told]])
