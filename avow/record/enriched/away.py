"""Take away what others said of a person."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.ledger.append import append
from avow.record.declare import keeping
from avow.record.kept import KEPT, UNKEPT
from avow.record.mask import to_bits
from avow.record.said.circle import linked
from avow.terms import EntryKind, Scope

_AWAY: Final = f"""
{KEPT} DELETE FROM item WHERE person_id = ANY(%s) AND lot_id IS NOT NULL
    AND refused & %s::bit(256) = 0::bit(256) AND person_id {UNKEPT}
RETURNING entry, pos
"""


def take_away(person: UUID) -> int:
    """Forget every fact from others about a person and who is linked to them; give how many.

    A legal hold keeps what it holds, unseen but by the law. It comes back by no restore: the entry *forgotten* names
    each leaf. Raises RecordError if there is no such person.
    """
    with keeping() as cursor:
        persons = list(linked(cursor, [person]).persons)
        cursor.execute(_AWAY, [persons, to_bits(Scope.HELD.mask)])
        leaves = sorted((int(entry), int(pos)) for entry, pos in cursor.fetchall())
        if leaves:
            append(EntryKind.FORGOTTEN, datetime.now(UTC), [], leaves)
    return len(leaves)
