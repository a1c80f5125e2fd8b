"""Find the message that a letter answers or brings back, and take note of what came back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.mail.inbound.report import Failure
from avow.mail.queue.mark import nameless
from avow.record.known.bounced import bounced
from avow.record.upkeep import upkeep

_FIND: Final = """
SELECT 'delivery', d.mailing_id, d.reach, d.person_id, m.list, m.kind, d.state, d.ended, d.choice_no
FROM delivery d JOIN mailing m ON m.id = d.mailing_id WHERE d.message_id = %s
UNION ALL SELECT 'outgoing', id, reach, person_id, '', kind, state, ended, choice_no FROM outgoing WHERE message_id = %s
"""
_NOTE: Final = {
    "delivery": "UPDATE delivery SET outcome = %s WHERE mailing_id = %s AND reach = %s",
    "outgoing": "UPDATE outgoing SET outcome = %s WHERE id = %s AND reach = %s",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours: its row, mailbox and person, its list ("" for none) and kind, what became of it and when."""

    table: str
    key: UUID
    reach: bytes
    person: UUID
    list: str
    kind: str
    state: str
    ended: datetime | None
    choice_no: int | None


def sent(message_id: str) -> Sent | None:
    """Give the message that bears this id, which nobody guesses; None if there is none any more."""
    if not message_id:
        return None
    with upkeep() as cursor:
        cursor.execute(_FIND, [message_id, message_id])
        row = cursor.fetchone()
    return Sent(row[0], row[1], bytes(row[2]), *row[3:]) if row else None


def came_back(one: Sent, failure: Failure) -> None:
    """Note at a message, and at its mailbox, that it came back; what was handed over stays handed over."""
    words = nameless(f"came back: {failure.kind} {failure.status}".strip())
    with transaction.atomic():
        bounced(one.reach, failure.status, permanent=failure.dead)
        with upkeep() as cursor:
            cursor.execute(_NOTE[one.table], [words, one.key, one.reach])
