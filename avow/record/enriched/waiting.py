"""Lay facts beside the people they speak of, set-based, and lock these people until all is decided."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.declare import keeping
from avow.record.enriched.fact import Fact
from avow.record.enriched.lot import Lot
from avow.record.key import NOBODY
from avow.record.upkeep import hold
from avow.terms import EntryKind

BATCH: Final = 2_000
"""Facts that are decided together and covered by one entry; so many may replace as many, which one entry can name."""
_TABLE: Final = """
CREATE TEMPORARY TABLE fact (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, exact bytea, place text, fields text,
    person uuid, why text) ON COMMIT DROP
"""
_COPY: Final = "COPY fact (exact, place, fields) FROM STDIN"
_MATCH: Final = """
UPDATE fact SET person = held.person,
    why = CASE WHEN held.holders > 1 THEN 'shared' WHEN held.nth > 1 THEN 'twice' END
FROM (
    SELECT n, person, holders, row_number() OVER (PARTITION BY person ORDER BY n) AS nth FROM (
        SELECT f.n, min(a.person_id::text)::uuid AS person, count(DISTINCT a.person_id) AS holders
        FROM fact f JOIN address a ON a.exact = f.exact WHERE a.ended IS NULL AND a.verified IS NOT NULL GROUP BY f.n
    ) AS holder
) AS held WHERE held.n = fact.n
"""
_STRANGERS: Final = "UPDATE fact SET why = 'unknown' WHERE person IS NULL"
_CORRECTED: Final = """
UPDATE fact SET why = 'corrected' FROM item i JOIN entry e ON e.id = i.entry
WHERE fact.why IS NULL AND i.person_id = fact.person AND i.category = %s AND i.lot_id IS NOT NULL AND e.kind = ANY(%s)
"""
_OLDER: Final = """
UPDATE fact SET why = 'older' FROM item i JOIN lot l ON l.id = i.lot_id
WHERE fact.why IS NULL AND i.person_id = fact.person AND l.source = %s AND l.obtained > %s
"""
_LOCKS: Final = (
    """SELECT count(*) FROM (SELECT FROM person WHERE id IN (SELECT person FROM fact WHERE why IS NULL)
    ORDER BY id FOR SHARE) AS locked""",
    """SELECT count(*) FROM (SELECT FROM reach WHERE id IN (SELECT a.reach_id FROM address a
        JOIN fact f ON f.person = a.person_id WHERE f.why IS NULL) ORDER BY id FOR SHARE) AS locked""",
)
_NEXT: Final = "SELECT n, place, person, fields, why FROM fact WHERE n > %s ORDER BY n LIMIT %s"
_PUT_RIGHT: Final = [EntryKind.AMENDED.value, EntryKind.RESTORED.value]


class Why(StrEnum):
    """Why a fact is not even asked about."""

    UNKNOWN = "unknown"
    SHARED = "shared"
    TWICE = "twice"
    CORRECTED = "corrected"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A fact with the person it speaks of (NOBODY where that is not known), or with why it is not taken."""

    place: str
    person: UUID
    fields: Mapping[str, str]
    why: Why | None


def stage(told: Iterable[Fact], category: str, lot: Lot) -> None:
    """Take facts into a table of this transaction, find of whom each speaks, and let none of these people choose.

    An address counts where its holder proved it, and where one alone did: of two nobody knows whom a fact is about.
    What a person corrected stays, and so does what the same source said later.
    """
    with keeping() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy(_COPY) as copy:
            for one in told:
                copy.write_row((one.exact, one.place, json.dumps(dict(one.fields), ensure_ascii=False)))
        cursor.execute("ANALYZE fact")
        cursor.execute(_MATCH)
        cursor.execute(_STRANGERS)
        cursor.execute(_CORRECTED, [category, _PUT_RIGHT])
        cursor.execute(_OLDER, [lot.source, lot.obtained])
        hold(lambda: _lock(cursor))


def _lock(cursor: CursorWrapper) -> None:
    for statement in _LOCKS:
        cursor.execute(statement)


def waiting() -> Iterator[list[Waiting]]:
    """Give the facts that were taken in, in the order of the file, some thousands at a time."""
    last = 0
    while True:
        with keeping() as cursor:
            cursor.execute(_NEXT, [last, BATCH])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield [
            Waiting(place, person or NOBODY, json.loads(fields), Why(why) if why else None)
            for _, place, person, fields, why in rows
        ]
