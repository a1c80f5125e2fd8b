"""Move a mailing: schedule it, take it back, pause it, go on with it, cancel it; each holds from its commit."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.backends.utils import CursorWrapper

from avow.errors import MailError
from avow.mail.mailing import compiled, listed, somebody
from avow.mail.queue.still import MailingState as State
from avow.mail.queue.still import hold
from avow.record.upkeep import upkeep

_PAUSE: Final = 0.02
_PATIENCE: Final = 10.0
"""Seconds within which whatever is on the wire has had its lease."""
_MOMENT: Final = 1.5
"""Seconds within which a sender that lives has written down what became of its batch."""
_SLACK: Final = timedelta(minutes=5)
_LONGEST: Final = timedelta(days=366)
_LOCKED: Final = "SELECT state, edition, list, words FROM mailing WHERE id = %s FOR UPDATE"
_ON_THE_WIRE: Final = (
    "SELECT count(*) FILTER (WHERE lease > clock_timestamp()), count(*) FROM delivery"
    " WHERE state = 'sending' AND mailing_id = %s"
)
_MOVE: Final = "UPDATE mailing SET edition = edition + 1, staff = coalesce(%s, staff), note = %s, "
_BACK: Final = """
state = CASE WHEN begun IS NULL THEN 'scheduled' WHEN made IS NULL THEN 'expanding' ELSE 'sending' END,
due = CASE WHEN begun IS NULL THEN greatest(due, clock_timestamp()) ELSE due END
"""


def instant(words: str, zone: str) -> datetime:
    """Read a local time ("2026-05-04 09:30") in a named zone; raise MailError for one that never is, or is twice."""
    try:
        local = datetime.fromisoformat(words.strip().replace(" ", "T", 1))
    except ValueError as error:
        raise MailError(f"{words[:40]!r} is no time", "write it as 2026-05-04 09:30") from error
    try:
        found = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MailError(f"there is no time zone {zone[:40]!r}", "name one like Europe/Berlin or UTC") from error
    if local.tzinfo is not None:
        raise MailError("the time names an offset and a zone", "write it as 2026-05-04 09:30, without an offset")
    first, second = (local.replace(tzinfo=found, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        often = "twice" if first.astimezone(UTC).astimezone(found).replace(tzinfo=None) == local else "never"
        raise MailError(f"the clocks change: {local:%H:%M} is {often} on that day in {zone}", "choose another time")
    return first.astimezone(UTC)


def schedule(key: UUID, edition: int, due: datetime | None, zone: str = "UTC", by: UUID | None = None) -> datetime:
    """Let a mailing go out at an instant, or now (None), in the very edition that was looked at; give the instant.

    Everything that its messages must carry is checked before; raises MailError naming what they lack, or if the
    mailing was changed or moved meanwhile. One that is scheduled already is put to the new instant.
    """
    now = datetime.now(UTC)
    if due is not None and not now - _SLACK <= due <= now + _LONGEST:
        raise MailError(f"{due:%Y-%m-%d %H:%M} UTC is past, or more than a year away", "choose a time to come")
    when = due or now
    with upkeep() as cursor:
        list_id, words = locked(cursor, key, {State.DRAFT, State.SCHEDULED}, "scheduled", edition)
        somebody(compiled(listed(list_id), words))
        cursor.execute(f"{_MOVE} state = 'scheduled', due = %s, zone = %s WHERE id = %s", [by, "", when, zone, key])
    return when


def unschedule(key: UUID, by: UUID | None = None) -> None:
    """Make a draft again of a mailing that did not begin, so that it can be written anew."""
    with upkeep() as cursor:
        locked(cursor, key, {State.SCHEDULED, State.PAUSED}, "taken back")
        cursor.execute(f"{_MOVE} state = 'draft', due = NULL WHERE id = %s AND begun IS NULL", [by, "", key])
        if not cursor.rowcount:
            raise MailError("this mailing has begun", "cancel it, and write another")


def pause(key: UUID, by: UUID | None = None) -> None:
    """Hold a mailing back; when this returns nothing of it is handed over until somebody goes on with it."""
    with upkeep() as cursor:
        hold(cursor, key)
        locked(cursor, key, {State.SCHEDULED, State.EXPANDING, State.SENDING}, "paused")
        cursor.execute(f"{_MOVE} state = 'paused' WHERE id = %s", [by, "", key])
    _off_the_wire(key)


def resume(key: UUID, by: UUID | None = None) -> None:
    """Go on with a mailing where it was paused; each mailbox is decided anew when its message leaves."""
    with upkeep() as cursor:
        list_id, words = locked(cursor, key, {State.PAUSED}, "gone on with")
        compiled(listed(list_id), words)
        cursor.execute(f"{_MOVE} {_BACK} WHERE id = %s", [by, "", key])


def cancel(key: UUID, by: UUID | None = None) -> None:
    """End a mailing; when this returns nothing of it is handed over any more. What was handed over stays so."""
    with upkeep() as cursor:
        hold(cursor, key)
        locked(cursor, key, {*State} - {State.CANCELLED, State.DONE}, "cancelled")
        cursor.execute(f"{_MOVE} state = 'cancelled' WHERE id = %s", [by, "", key])
    _off_the_wire(key)


def locked(
    cursor: CursorWrapper, key: UUID, states: set[State], act: str, edition: int | None = None
) -> tuple[str, str]:
    """Lock a mailing's row, and give its list and words; raise MailError where it stands in none of these states."""
    cursor.execute(_LOCKED, [key])
    row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise MailError(f"there is no mailing {key}", "`avow mailing show` lists them")
    state, current, list_id, words = row
    if state not in {one.value for one in states}:
        raise MailError(f"this mailing is {state}, so it cannot be {act}", "look at it again")
    if edition is not None and edition != current:
        raise MailError("this mailing was changed since you looked at it", "look at it again, then decide")
    return list_id, words


def _off_the_wire(key: UUID) -> None:
    """Wait until nothing of a mailing can still be handed over, and a moment longer for what became of it.

    Each batch has a lease of about two seconds; what its sender does not write down soon after is settled later.
    """
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with upkeep() as cursor:
            cursor.execute(_ON_THE_WIRE, [key])
            live, marked = cursor.fetchone()
        if not marked:
            return
        if not live:
            until = min(until, time.monotonic() + _MOMENT)
        time.sleep(_PAUSE)
