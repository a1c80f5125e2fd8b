"""Take out of what went out, or waits, whose it was; what was decided, and under which number, stays."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.mail.queue.rows import DELIVERIES, SINGLES
from avow.record.key import NOBODY
from avow.record.upkeep import upkeep

_FORGOTTEN: Final = "forgotten"
"""Stands as the reason of a message that waited when its person was forgotten."""
_EMPTIED: Final = """
person_id = %s, message_id = '', outcome = '', salt = NULL, decision_salt = NULL,
state = CASE WHEN state IN ('waiting', 'deferred') THEN 'denied' ELSE state END,
because = CASE WHEN state IN ('waiting', 'deferred') THEN %s ELSE because END,
ended = CASE WHEN state IN ('waiting', 'deferred') THEN clock_timestamp() ELSE ended END
"""
_WORDS: Final[list[Any]] = [NOBODY, _FORGOTTEN]


def blank(persons: Sequence[UUID], reaches: Sequence[bytes]) -> None:
    """Empty each message to these persons at these mailboxes of all but mailbox, outcome, decision and number.

    What waits is not sent any more. A message on the wire ends as it ends, and is nobody's.
    """
    whom: list[Any] = [list(reaches), list(persons)]
    with upkeep() as cursor:
        cursor.execute(
            f"UPDATE {DELIVERIES.table} SET {_EMPTIED}, domain = '' WHERE reach = ANY(%s) AND person_id = ANY(%s)",
            [*_WORDS, *whom],
        )
        cursor.execute(
            f"UPDATE {SINGLES.table} SET {_EMPTIED}, exact = '', given = '{{}}'::jsonb"
            " WHERE reach = ANY(%s) AND person_id = ANY(%s)",
            [*_WORDS, *whom],
        )


def blank_gone(cursor: CursorWrapper, mailing: UUID) -> None:
    """Empty the copies of a mailing whose person was forgotten while it was being made."""
    cursor.execute(
        f"UPDATE {DELIVERIES.table} SET {_EMPTIED}, domain = '' WHERE mailing_id = %s AND person_id <> %s"
        " AND NOT EXISTS (SELECT FROM person WHERE id = person_id)",
        [*_WORDS, mailing, NOBODY],
    )
