"""Clear away what has had its time: codes nobody can use, items past their period, people who proved nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from avow.ledger.append import append
from avow.record.declare import keeping
from avow.record.kept import KEPT, UNKEPT
from avow.record.known.forget import erase
from avow.record.mask import to_bits
from avow.terms import ChannelKind, EntryKind, Scope

_KEPT: Final = timedelta(days=1)
_TYPED: Final = [ChannelKind.REGISTRATION.value, ChannelKind.INQUIRY.value, ChannelKind.CHOICE.value]
"""Channels by which anybody can type an address, which its holder then proves by a link or a code."""
_LATE: Final = """
SELECT DISTINCT person_id FROM (
    SELECT person_id FROM item WHERE until <= now() AND refused & %s::bit(256) = 0::bit(256) ORDER BY until LIMIT %s
) AS late
"""
_LOCK: Final = "SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
_FORGET_LATE: Final = f"""
{KEPT}, gone AS (
    DELETE FROM item WHERE person_id = ANY(%s) AND until <= now() AND refused & %s::bit(256) = 0::bit(256)
        AND person_id {UNKEPT}
    RETURNING entry, pos
) SELECT entry, pos FROM gone ORDER BY 1, 2
"""
_IDLE: Final = """
SELECT p.id FROM person p WHERE p.at < %s AND p.refused & %s::bit(256) = 0::bit(256)
    AND NOT EXISTS (SELECT FROM restraint h WHERE h.person_id = p.id AND h.ended IS NULL)
    AND NOT EXISTS (SELECT FROM link WHERE ended IS NULL AND person_id = p.id)
    AND NOT EXISTS (SELECT FROM link WHERE ended IS NULL AND other_id = p.id)
    AND NOT EXISTS (SELECT FROM item i WHERE i.person_id = p.id AND i.refused & %s::bit(256) <> 0::bit(256))
    AND (NOT EXISTS (SELECT FROM item i WHERE i.person_id = p.id)
        OR (NOT EXISTS (SELECT FROM address a WHERE a.person_id = p.id AND a.verified IS NOT NULL)
            AND EXISTS (SELECT FROM address a WHERE a.person_id = p.id)
            AND NOT EXISTS (SELECT FROM item i JOIN stamp s ON s.id = i.stamp_id
                WHERE i.person_id = p.id AND (i.at >= %s OR s.channel <> ALL(%s)))))
"""


def codes(limit: int = 10_000) -> int:
    """Delete codes that ran out more than a day ago, up to `limit`, and give how many."""
    with keeping() as cursor:
        cursor.execute(
            "DELETE FROM code WHERE (person_id, id) IN"
            " (SELECT person_id, id FROM code WHERE expires < %s LIMIT %s FOR UPDATE SKIP LOCKED)",
            [datetime.now(UTC) - _KEPT, limit],
        )
        return int(cursor.rowcount)


def items(limit: int) -> int:
    """Forget items past the period that the policy promised, about `limit` at a time, and give how many.

    A legal hold keeps an item, unseen but by the law. The entry *forgotten* names each leaf whose row is gone.
    """
    held = to_bits(Scope.HELD.mask)
    with keeping() as cursor:
        cursor.execute(_LATE, [held, limit])
        cursor.execute(_LOCK, [[row[0] for row in cursor.fetchall()]])
        persons = [row[0] for row in cursor.fetchall()]
        if not persons:
            return 0
        cursor.execute(_FORGET_LATE, [persons, held])
        leaves = [(int(entry), int(pos)) for entry, pos in cursor.fetchall()]
        if leaves:
            append(EntryKind.FORGOTTEN, datetime.now(UTC), [], leaves)
        return len(leaves)


def idle(before: datetime, limit: int) -> list[UUID]:
    """Find and lock, for this transaction, people who came before an instant and are to be forgotten.

    They typed an address into a form and nobody proved it since, or nothing that they gave is left. Who is linked
    to somebody, came another way as well, gave something since, or is under a legal hold, stays.
    """
    held = to_bits(Scope.HELD.mask)
    words: list[Any] = [before, held, held, before, _TYPED]
    with keeping() as cursor:
        cursor.execute(f"{_IDLE} ORDER BY p.id LIMIT %s", [*words, limit])
        cursor.execute(_LOCK, [[row[0] for row in cursor.fetchall()]])
        locked = [row[0] for row in cursor.fetchall()]
        if locked:  # what holds is read after the lock
            cursor.execute(f"{_IDLE} AND p.id = ANY(%s) ORDER BY p.id", [*words, locked])
        return [row[0] for row in cursor.fetchall()] if locked else []


def let_go(persons: Sequence[UUID]) -> None:
    """Forget people whom `idle` found; their mailboxes keep what was refused, and a yes that waited is void."""
    with keeping() as cursor:
        erase(cursor, persons)
