"""Hold what is about to be given, line by line, until it is: nobody is in it who chose otherwise meanwhile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salts
from avow.record.declare import keeping
from avow.record.upkeep import hold_still
from avow.terms import EntryKind

BATCH: Final = 5_000
"""People whose lines are covered by one entry."""
_BEGIN: Final = """
CREATE TEMPORARY TABLE giving (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid, person uuid, reach bytea,
    categories text, choice_no bigint, decision bigint, decision_pos int, decision_salt bytea, length bigint)
    ON COMMIT DROP
"""
_ADD: Final = """
INSERT INTO giving (id, person, reach, categories, choice_no, decision, decision_pos, decision_salt, length)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::text[], %s::bigint[], %s::bigint[], %s::int[],
    %s::bytea[], %s::bigint[])
"""
_NEXT: Final = "SELECT n, person, reach FROM giving WHERE n > %s ORDER BY n LIMIT %s"
_CHOSE: Final = """
SELECT g.person FROM giving g LEFT JOIN person p ON p.id = g.person LEFT JOIN reach r ON r.id = g.reach
WHERE g.n > %s AND g.n <= %s AND (p.id IS NULL OR greatest(p.choice_no, r.choice_no) > g.choice_no) ORDER BY g.n
"""
_DROP: Final = """
WITH spans AS (SELECT n, person, sum(length) OVER (ORDER BY n) - length AS start, length FROM giving),
gone AS (DELETE FROM giving USING spans WHERE spans.n = giving.n AND spans.person = ANY(%s))
SELECT start::bigint, length FROM spans WHERE person = ANY(%s) ORDER BY n
"""
_ROWS: Final = """
SELECT n, person, id, reach, categories, decision, decision_pos, decision_salt, choice_no FROM giving
WHERE n > %s ORDER BY n LIMIT %s
"""
_KEEP: Final = """
INSERT INTO disclosed (person_id, id, disclosure, reach, categories, decision, decision_pos, decision_salt, choice_no,
    salt, entry, pos)
SELECT g.person, g.id, %s, g.reach, g.categories, g.decision, g.decision_pos, g.decision_salt, g.choice_no,
    row.salt, %s, row.pos - 1
FROM unnest(%s::bytea[]) WITH ORDINALITY AS row (salt, pos)
JOIN (SELECT *, row_number() OVER (ORDER BY n) AS pos FROM giving WHERE n > %s AND n <= %s) AS g USING (pos)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line: what the file calls them, mailbox, data in it, the decision that let it out, its length."""

    id: UUID
    person: UUID
    reach: bytes | None
    categories: str
    choice_no: int
    decision: int
    decision_pos: int
    decision_salt: bytes
    length: int


def begin() -> None:
    """Begin to hold lines, within the transaction that gives them."""
    with keeping() as cursor:
        cursor.execute(_BEGIN)


def add(lines: Sequence[Line]) -> None:
    """Hold lines, in the order in which they stand in the file."""
    columns: list[list[Any]] = [[getattr(one, name) for one in lines] for name in Line.__slots__]
    with keeping() as cursor:
        cursor.execute(_ADD, columns)


def chose() -> list[UUID]:
    """Hold still everybody whose line is held, until this transaction ends; give who chose something since, or is gone.

    Whoever says no after this waits until all is given, and is told of it like anybody to whom it was given before.
    """
    found: list[UUID] = []
    with keeping() as cursor:
        last = 0
        while True:
            cursor.execute(_NEXT, [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return found
            hold_still(cursor, [row[1] for row in rows], [bytes(row[2]) for row in rows if row[2] is not None])
            cursor.execute(_CHOSE, [last, rows[-1][0]])
            found += [row[0] for row in cursor.fetchall()]
            last = rows[-1][0]


def drop(persons: Sequence[UUID]) -> list[tuple[int, int]]:
    """Let the lines of some people go; give where each stands in the file (first byte, length), in its order."""
    with keeping() as cursor:
        cursor.execute(_DROP, [list(persons), list(persons)])
        return [(int(start), int(length)) for start, length in cursor.fetchall()]


def give(disclosure: UUID, at: datetime) -> int:
    """Keep for each line that is held that it was given, an entry a batch; give how many there are."""
    count = 0
    with keeping() as cursor:
        for last, rows in _batches():
            salts = new_salts(len(rows))
            records = (disclosed_record((*row[1:3], disclosure, *row[3:])) for row in rows)
            commitments = [commit(salt, record) for salt, record in zip(salts, records, strict=True)]
            entry = append(EntryKind.DISCLOSED, at, commitments)
            cursor.execute(_KEEP, [disclosure, entry, salts, last, rows[-1][0]])
            count += len(rows)
    return count


def _batches() -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    last = 0
    while True:
        with keeping() as cursor:
            cursor.execute(_ROWS, [last, BATCH])
            rows = [(*row[:3], _bytes(row[3]), *row[4:7], bytes(row[7]), row[8]) for row in cursor.fetchall()]
        if not rows:
            return
        yield last, rows
        last = rows[-1][0]


def _bytes(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)


def disclosed_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a person in a disclosure.

    The row holds person, id, disclosure, reach, categories, decision, decision_pos, decision_salt and choice_no.
    """
    return ["disclosed", *row]
