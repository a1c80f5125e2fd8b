"""Hold a mailing still: whoever takes some of it holds it shared, whoever pauses or cancels it holds it alone."""

from enum import StrEnum, unique
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper


@unique
class MailingState(StrEnum):
    """How far a mailing came; each stands in exactly one of these.

    A draft waits for its maker, a scheduled one for its time; expanding writes a delivery for each mailbox, sending
    hands them over. Paused keeps all as it is until somebody goes on with it; cancelled and done are final.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    EXPANDING = "expanding"
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


_SPACE: Final = 0x6D61696C
"""Sets these locks apart from other advisory locks: "mail" in ASCII."""
_WORD: Final = (1 << 31) - 1


def goes(cursor: CursorWrapper, key: UUID, state: MailingState) -> bool:
    """Say whether a mailing is in a state, and keep it there until this transaction ends; many may at once."""
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_SPACE, key.int & _WORD])
    return stands(cursor, key) == state.value


def hold(cursor: CursorWrapper, key: UUID) -> None:
    """Wait for whoever is just taking some of a mailing, and let nobody until this transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, key.int & _WORD])


def stands(cursor: CursorWrapper, key: UUID) -> str:
    """Give the state of a mailing as it is now, in a statement of its own; "" where there is none."""
    cursor.execute("SELECT state FROM mailing WHERE id = %s", [key])
    row = cursor.fetchone()
    return str(row[0]) if row else ""
