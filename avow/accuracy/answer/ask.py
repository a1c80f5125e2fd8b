"""Take what somebody asks for by right, with the time that the policy promises for it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.page.site import policy
from avow.policy.due import due
from avow.policy.wish import Wish
from avow.record.journal.journal import journalled
from avow.record.key import NOBODY
from avow.record.petitions.petition import Said, dispute, petition

PAGE, DESK = "page", "desk"
"""The ways by which a petition comes; a letter is a case of its own."""
_DAYS: Final = 30
"""The days for what the policy promises no time for."""


def ask(
    person: UUID,
    wish: Wish,
    words: str,
    *,
    staff: UUID = NOBODY,
    item: UUID | None = None,
    proposed: Mapping[str, str] | None = None,
) -> UUID:
    """Take a petition, by the person's own page, or by the desk where `staff` took it; give its id.

    The same one is asked for once until it is answered; it stands in the journal when this returns. Raises RecordError
    if there is no such person.
    """
    way = PAGE if staff == NOBODY else DESK
    key = petition(person, Said(wish, way, words, until(wish), item, proposed), staff)
    journalled()
    return key


def again(person: UUID, key: UUID, words: str) -> None:
    """Ask for a second look at a refusal, by somebody else of the staff; raise RecordError where there is none."""
    dispute(person, key, words, until(Wish.CORRECTION))
    journalled()


def days(wish: Wish) -> int:
    """Give the days in which the policy in force promises an answer."""
    right = policy().rights.get(wish.right)
    return right.days if right else _DAYS


def until(wish: Wish) -> datetime:
    """Give until when an answer is due that is asked for now."""
    return due(policy(), datetime.now(UTC), days(wish))
