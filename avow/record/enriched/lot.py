"""Name what was bought or borrowed at once: from whom, under which licence, when; and count what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from avow.record.declare import keeping

_BEGIN: Final = """
INSERT INTO lot (id, source, licence, obtained, at, days, taken, denied) VALUES (%s, %s, %s, %s, %s, %s, 0, 0)
"""
_END: Final = "UPDATE lot SET taken = %s, denied = %s WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Lot:
    """Facts that came together: source, licence, the day on which they were given to us, when they were merged.

    `days` is how long each is kept once its person was told; None is until asked.
    """

    id: UUID
    source: str
    licence: str
    obtained: date
    at: datetime
    days: int | None


def begin(lot: Lot) -> None:
    """Write a lot down, of which nothing is taken yet."""
    with keeping() as cursor:
        cursor.execute(_BEGIN, [lot.id, lot.source, lot.licence, lot.obtained, lot.at, lot.days])


def end(lot: Lot, taken: int, denied: int) -> None:
    """Count how many facts of a lot were kept, and how many not, because somebody said no or was never told."""
    with keeping() as cursor:
        cursor.execute(_END, [taken, denied, lot.id])
