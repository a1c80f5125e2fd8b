"""Give all that people wait for an answer to, letters and petitions alike, those due first before all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from avow.record.key import NOBODY
from avow.record.upkeep import upkeep

_ALL: Final = """
SELECT l.id, 'letter' AS way, l.person_id, l.intents AS wishes, l.at, l.due, c.until, l.owner, NULL::uuid AS staff,
    coalesce(c.until, l.due) AS last
FROM letter l LEFT JOIN clock c ON c.id = l.id WHERE l.state = 'open'
UNION ALL
SELECT p.id, p.way, p.person_id, p.wish, p.at, p.due, c.until, p.owner, p.staff, coalesce(c.until, p.due)
FROM petition p LEFT JOIN clock c ON c.id = p.id WHERE p.closed IS NULL AND p.state IN ('open', 'disputed')
"""
_PAGE: Final = f"""
SELECT id, way, person_id, wishes, at, due, until, owner, staff FROM ({_ALL}) AS every
WHERE (%s OR owner IS NOT DISTINCT FROM %s) AND (last, id) > (%s, %s) ORDER BY last, id LIMIT %s
"""
_COUNT: Final = f"""
SELECT count(*), count(*) FILTER (WHERE last < %s), count(*) FILTER (WHERE last BETWEEN %s AND %s),
    count(*) FILTER (WHERE owner IS NULL) FROM ({_ALL}) AS every
"""
_LOAD: Final = f"""
SELECT 'came', date_trunc('week', at AT TIME ZONE 'UTC')::date AS week, count(*) FROM (
    SELECT at FROM letter WHERE at >= %s AND due IS NOT NULL UNION ALL SELECT at FROM petition WHERE at >= %s
) AS came GROUP BY 2
UNION ALL SELECT 'answered', date_trunc('week', ended AT TIME ZONE 'UTC')::date, count(*) FROM (
    SELECT closed AS ended FROM letter WHERE closed >= %s AND due IS NOT NULL
    UNION ALL SELECT decided FROM petition WHERE decided >= %s
) AS ended GROUP BY 2
UNION ALL SELECT 'due', date_trunc('week', last AT TIME ZONE 'UTC')::date, count(*) FROM ({_ALL}) AS open
WHERE last < %s GROUP BY 2
"""
_ONE: Final = f"SELECT id, way, person_id, wishes, at, due, until, owner, staff FROM ({_ALL}) AS every WHERE id = %s"
SOON: Final = timedelta(days=7)
"""What is due within this time is called to mind."""
FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0)
"""Before every line."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an answer: which way it came, whose, what it asks for, when, until when, who has it.

    `until` is the longer time that the person was told of; `staff` refused it before, and does not look again.
    """

    id: UUID
    way: str
    person: UUID
    wishes: tuple[str, ...]
    at: datetime
    due: datetime
    until: datetime | None
    owner: UUID | None
    staff: UUID | None

    @property
    def last(self) -> datetime:
        """Give until when it is to be answered."""
        return self.until or self.due

    @property
    def somebody(self) -> bool:
        """Say whether it is a person's, and not nobody's."""
        return self.person != NOBODY


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait, of them: late, due soon, with nobody who has them."""

    open: int
    late: int
    soon: int
    free: int


def queue(most: int, after: tuple[datetime, UUID] = FIRST, owner: UUID | None = None, *, every: bool) -> list[Waiting]:
    """Give a page of what waits, those due first before all: `every` one, or those of an owner (None: nobody's)."""
    with upkeep() as cursor:
        cursor.execute(_PAGE, [every, owner, *after, most])
        return [_read(row) for row in cursor.fetchall()]


def waiting(key: UUID) -> Waiting | None:
    """Give what waits under an id; None if nothing does."""
    with upkeep() as cursor:
        cursor.execute(_ONE, [key])
        row = cursor.fetchone()
    return _read(row) if row else None


def counts(now: datetime) -> Counts:
    """Count what waits at an instant."""
    with upkeep() as cursor:
        cursor.execute(_COUNT, [now, now, now + SOON])
        return Counts(*cursor.fetchone())


def load(since: datetime, until: datetime) -> dict[str, dict[date, int]]:
    """Count by weeks (Mondays, UTC) what came and was answered since an instant, and what is due before another."""
    found: dict[str, dict[date, int]] = {"came": {}, "answered": {}, "due": {}}
    with upkeep() as cursor:
        cursor.execute(_LOAD, [since, since, since, since, until])
        for kind, week, count in cursor.fetchall():
            found[kind][week] = int(count)
    return found


def _read(row: Sequence[object]) -> Waiting:
    found = list(row)
    found[3] = tuple(str(found[3]).split())
    return Waiting(*found)  # type: ignore[arg-type]  # in the order of _PAGE
