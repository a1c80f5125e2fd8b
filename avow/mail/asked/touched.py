"""Find the mailings that a change of the policy touches while they are planned or on their way."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from avow.mail.queue.still import MailingState as State
from avow.record.upkeep import upkeep

_OVER: Final = [State.CANCELLED.value, State.DONE.value]
_FIND: Final = """
SELECT id, list, purpose, state, (
    SELECT count(*) FROM delivery WHERE mailing_id = mailing.id AND delivery.state IN ('waiting', 'deferred')
) FROM mailing WHERE purpose = ANY(%s) AND state <> ALL(%s) ORDER BY at, id
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """A mailing that is not over: its list, purpose and state, and how many of its copies wait to go out."""

    id: UUID
    list: str
    purpose: str
    state: str
    left: int


def touched(purposes: Collection[str]) -> list[Touched]:
    """Give the mailings for some purposes that are not over, the oldest first."""
    with upkeep() as cursor:
        cursor.execute(_FIND, [sorted(purposes), _OVER])
        return [Touched(*row) for row in cursor.fetchall()]
