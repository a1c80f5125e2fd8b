"""Tell what was sent to a person, without any of its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from avow.record.known.held import mailboxes
from avow.record.upkeep import upkeep

_TOLD: Final = """
SELECT at, kind, what, state, coalesce(ended, at), decision FROM (
    SELECT m.at, m.kind, coalesce(l.title, m.list) AS what, d.state, d.ended, d.decision
    FROM delivery d JOIN mailing m ON m.id = d.mailing_id LEFT JOIN list l ON l.id = m.list
    WHERE d.person_id = %s AND d.reach = ANY(%s)
    UNION ALL
    SELECT o.at, o.kind, o.words, o.state, o.ended, o.decision FROM outgoing o
    WHERE o.person_id = %s AND o.reach = ANY(%s)
) AS told ORDER BY at DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A message: when made, of which kind, which list or words, what became of it and when, the decision's entry."""

    at: datetime
    kind: str
    what: str
    state: str
    ended: datetime
    decision: int | None


def messages_of(person: UUID, most: int = 100) -> Sequence[Told]:
    """Give the messages to a person's mailboxes, the latest first."""
    theirs = mailboxes([person])
    with upkeep() as cursor:
        cursor.execute(_TOLD, [person, theirs, person, theirs, most])
        return [Told(*row) for row in cursor.fetchall()]
