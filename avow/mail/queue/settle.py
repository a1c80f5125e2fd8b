"""Wait for what is on the wire, and settle what a crash left there."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.gate.sent import sent
from avow.mail.queue.mark import act_bytes
from avow.mail.smtp.connection import PATIENCE
from avow.record.key import NOBODY
from avow.record.upkeep import upkeep
from avow.terms import MessageKind

_PAUSE = 0.02
_MARKETING = [kind.value for kind in MessageKind if kind.marketing]
_SENDING = "state = 'sending' AND (person_id = ANY(%s) OR reach = ANY(%s))"
_DOUBTS = f"""
SELECT mailing_id, lease, lease > clock_timestamp() FROM delivery WHERE {_SENDING}
UNION ALL
SELECT mailing_id, lease, false FROM delivery WHERE reach = ANY(%s) AND state = 'doubt'
    AND lease > clock_timestamp() - interval '1 hour'
ORDER BY lease
"""
"""What is on the wire, or may have been handed over; last, whether its time still runs."""
_STOPPED = """
SELECT mailing_id, reach, person_id, decision, message_id FROM delivery JOIN mailing ON mailing.id = mailing_id
WHERE delivery.state = 'sending' AND kind = ANY(%s) AND lease < clock_timestamp() - make_interval(secs => %s)
ORDER BY mailing_id, reach FOR UPDATE OF delivery SKIP LOCKED
"""
_SETTLED = """
UPDATE delivery AS t SET state = 'doubt', outcome = %s, attempts = attempts + 1, ended = %s, entry = %s,
    pos = c.pos - 1, salt = c.salt
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) WITH ORDINALITY AS c (key, reach, salt, pos)
WHERE t.mailing_id = c.key AND t.reach = c.reach
"""
_NO_REPLY = "no reply came after it was written; the sender may have stopped"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A copy of a mailing that may have been handed over just before a refusal, and when its time ended."""

    mailing: UUID
    at: datetime


def settled(persons: Collection[UUID], reaches: Collection[bytes], within: float = 5.0) -> tuple[Doubt, ...]:
    """Wait until nothing can still be handed over to these people and mailboxes, at most `within` seconds.

    Called after a refusal was committed and before it is acknowledged, with everybody it holds for. Gives what
    was in doubt at that instant: written to its end, and not answered.
    """
    whom: list[list[Any]] = [list(persons), list(reaches)]
    until = time.monotonic() + within
    while True:
        with upkeep() as cursor:
            cursor.execute(_DOUBTS, [*whom, whom[1]])
            found = cursor.fetchall()
        if not any(running for *_, running in found) or time.monotonic() > until:
            return tuple(Doubt(mailing, at) for mailing, at, _ in found)
        time.sleep(_PAUSE)


def expire() -> int:
    """Settle rows whose sender stopped: marketing stays in doubt, anything else is sent again under the same id.

    What stays in doubt has its entry, like whatever is in doubt: it may have been handed over.
    """
    with upkeep() as cursor:
        found = _doubtful(cursor)
        cursor.execute(
            "UPDATE delivery SET state = 'deferred', outcome = %s, attempts = attempts + 1"
            " FROM mailing WHERE mailing.id = mailing_id AND kind <> ALL(%s) AND delivery.state = 'sending'"
            " AND lease < clock_timestamp() - make_interval(secs => %s)",
            [_NO_REPLY, _MARKETING, 2 * PATIENCE],
        )
        found += int(cursor.rowcount)
        cursor.execute(
            "UPDATE outgoing SET state = 'deferred', outcome = %s, attempts = attempts + 1"
            " WHERE state = 'sending' AND lease < clock_timestamp() - make_interval(secs => %s)",
            [_NO_REPLY, 2 * PATIENCE],
        )
        return found + int(cursor.rowcount)


def _doubtful(cursor: CursorWrapper) -> int:
    """Settle the copies of marketing whose sender stopped; give how many."""
    cursor.execute(_STOPPED, [_MARKETING, 2 * PATIENCE])
    rows = cursor.fetchall()
    if not rows:
        return 0
    at = datetime.now(UTC)
    entry, salts = sent(at, [act_bytes(key, bytes(reach), person, *rest) for key, reach, person, *rest in rows])
    kept = [None if row[2] == NOBODY else salt for row, salt in zip(rows, salts, strict=True)]
    keys, reaches = [row[0] for row in rows], [row[1] for row in rows]
    cursor.execute(_SETTLED, [_NO_REPLY, at, entry, keys, reaches, kept])
    return len(rows)
