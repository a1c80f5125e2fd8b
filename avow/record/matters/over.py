"""Let a matter be over: what a person has while it is open goes off, and the ledger says so."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.record.declare import keeping
from avow.terms import ChannelKind, EntryKind, Relation

ENDING: Final[Mapping[str, Relation]] = {
    ChannelKind.SUPPORT.value: Relation.TICKET,
    ChannelKind.INQUIRY.value: Relation.ASKED,
}
"""What a person has while a matter of a channel is open, and no longer."""
_LOCK: Final = "SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_OVER: Final = """
UPDATE matter SET over = %s WHERE id = ANY(%s) AND over IS NULL AND channel = ANY(%s) RETURNING person_id, id, channel
"""
_END: Final = """
UPDATE person p SET relations = relations & ~%s::bigint WHERE id = ANY(%s) AND relations & %s::bigint <> 0
    AND NOT EXISTS (SELECT FROM matter m WHERE m.person_id = p.id AND m.channel = %s AND m.over IS NULL)
RETURNING id
"""


def lock(persons: Sequence[UUID]) -> list[UUID]:
    """Lock persons, first of all as whoever writes again does, and give those who are there."""
    with keeping() as cursor:
        cursor.execute(_LOCK, [list(persons)])
        return [row[0] for row in cursor.fetchall()]


def end(matters: Sequence[UUID]) -> int:
    """Let matters be over, in the transaction that locked their persons; give how many were not yet.

    An entry *ended* covers each matter that is over, and each person who may no more be answered; none is left out.
    """
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_OVER, [now, list(matters), list(ENDING)])
        found = cursor.fetchall()
        records: list[list[object]] = [["over", person, key, now] for person, key, _ in found]
        for channel, relation in ENDING.items():
            whom = [person for person, _, by in found if by == channel]
            if whom:
                cursor.execute(_END, [relation.mask, whom, relation.mask, channel])
                records += [["ended", person, int(relation), now] for (person,) in cursor.fetchall()]
        if records:
            append(EntryKind.ENDED, now, [commit(new_salt(), record) for record in records])
    return len(found)
