"""Let the most private parts of a copy wait for three days, in which any address of their person can stop them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.record.declare import keeping

DELAY: Final = timedelta(hours=72)
"""How long those parts wait once they were asked for."""
OPEN: Final = timedelta(days=7)
"""How long they can be had then."""
CLOSED: Final = timedelta(days=7)
"""How long after a stop they cannot be asked for."""
_OVER: Final = "coalesce(awaited.stopped <= %s, awaited.at <= %s)"
_MOVED: Final = """
(awaited.stopped IS NULL
    AND EXISTS (SELECT FROM address a WHERE a.person_id = awaited.person_id AND a.ended > awaited.at))
"""
_BEGIN: Final = f"""
INSERT INTO awaited (person_id, at) (SELECT id, %s FROM person WHERE id = %s FOR NO KEY UPDATE)
ON CONFLICT (person_id) DO UPDATE SET at = excluded.at, stopped = NULL WHERE {_OVER} OR {_MOVED}
"""
_STANDS: Final = f"""
SELECT at, stopped FROM awaited WHERE person_id = %s AND NOT {_OVER} AND NOT {_MOVED}
"""
_SWEEP: Final = f"DELETE FROM awaited WHERE {_OVER}"
_LOCK: Final = "SELECT FROM person WHERE id = %s FOR NO KEY UPDATE"
_STOP: Final = "UPDATE awaited SET stopped = %s WHERE person_id = %s AND at >= %s AND stopped IS NULL AND at > %s"


@dataclass(frozen=True, slots=True)
class Awaited:
    """When a person's parts were asked for, and when somebody stopped that."""

    at: datetime
    stopped: datetime | None

    @property
    def opens(self) -> datetime:
        """Give from when on they can be had, or asked for again if they were stopped."""
        return self.at + DELAY if self.stopped is None else self.stopped + CLOSED

    @property
    def ends(self) -> datetime:
        """Give until when they can be had."""
        return self.at + DELAY + OPEN

    @property
    def opened(self) -> bool:
        """Say whether they can be had now."""
        return self.stopped is None and self.opens <= datetime.now(UTC) < self.ends


def begin(person: UUID) -> bool:
    """Ask for the parts of a person; False, and nothing new begins, while they wait, are open, or were stopped of late.

    What was asked for before an address of theirs ended is asked for anew.
    """
    with keeping() as cursor:
        cursor.execute(_BEGIN, [datetime.now(UTC), person, *_bounds()])
        return bool(cursor.rowcount)


def awaited(person: UUID) -> Awaited | None:
    """Give how the parts of a person stand; None if nobody asked for them of late."""
    with keeping() as cursor:
        cursor.execute(_STANDS, [person, *_bounds()])
        row = cursor.fetchone()
    return Awaited(*row) if row else None


def opened(person: UUID) -> bool:
    """Say whether the most private parts of a person can be shown to them now."""
    found = awaited(person)
    return found is not None and found.opened


def stop(person: UUID, at: datetime) -> bool:
    """Stop what was asked for at an instant, or since; say whether it waited, or was open, until now."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_LOCK, [person])
        cursor.execute(_STOP, [now, person, at, now - DELAY - OPEN])
        return bool(cursor.rowcount)


def begin_anew() -> int:
    """Let nothing wait any more in a store that was restored, and give how much: what was stopped since may be lost."""
    with keeping() as cursor:
        cursor.execute("DELETE FROM awaited")
        return int(cursor.rowcount)


def sweep() -> int:
    """Forget what can be had no more, and give how many."""
    with keeping() as cursor:
        cursor.execute(_SWEEP, [*_bounds()])
        return int(cursor.rowcount)


def _bounds() -> tuple[datetime, datetime]:
    """Give since when what was stopped, and what was asked for, must have been so to be over."""
    now = datetime.now(UTC)
    return now - CLOSED, now - DELAY - OPEN
