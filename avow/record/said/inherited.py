"""Let newcomers refuse what their mailboxes refused before: many at once, each by choices of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.ledger.append import ENTERED, entered
from avow.ledger.commitment import commit, new_salt
from avow.record.key import new_key
from avow.record.mask import CHOICES, bits_of, from_bits, to_bits
from avow.record.said.choices import choice_record
from avow.terms import Actor, Answer, EntryKind

BATCH: Final = 5_000
"""People whose choices are covered by one entry."""
_EVIDENCE: Final = "held with what was refused before"
_TABLE: Final = """
CREATE TEMPORARY TABLE inheriting (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person uuid, reach bytea,
    refused bit(256), further bit(256), no bigint) ON COMMIT DROP
"""
_PERSONS: Final = """
WITH others AS (
    SELECT a.reach_id, bit_or(p.refused) & %s::bit(256) AS refused FROM person p JOIN address a ON a.person_id = p.id
    WHERE p.refused <> 0::bit(256) AND a.reach_id IN (SELECT reach FROM taken) GROUP BY 1
), held AS (
    SELECT t.person, t.reach, r.refused & %s::bit(256) AS refused,
        coalesce(others.refused & ~ r.refused, 0::bit(256)) AS further, r.choice_no
        + CASE WHEN r.refused & %s::bit(256) <> 0::bit(256) THEN row_number() OVER (
            PARTITION BY t.reach ORDER BY t.person) WHEN others.refused IS NOT NULL THEN 1 ELSE 0 END AS no
    FROM taken t JOIN reach r ON r.id = t.reach LEFT JOIN others ON others.reach_id = t.reach
    WHERE r.refused <> 0::bit(256) OR r.choice_no <> 0 OR others.refused IS NOT NULL
), done AS (
    UPDATE person SET own = held.refused | further, refused = held.refused | further, choice_no = held.no
    FROM held WHERE id = held.person
    RETURNING id, held.reach, held.refused, further, held.no
)
INSERT INTO inheriting (person, reach, refused, further, no) SELECT * FROM done
"""
_ITEMS: Final = """
UPDATE item SET refused = item.refused | CASE WHEN reach_id IS NULL THEN r.refused & %s::bit(256) ELSE r.refused END
FROM taken t JOIN reach r ON r.id = t.reach WHERE item.person_id = t.person AND r.refused <> 0::bit(256)
"""
_FURTHER: Final = """
UPDATE item SET refused = item.refused | further FROM inheriting WHERE person_id = person AND further <> 0::bit(256)
"""
_REACHES: Final = """
UPDATE reach SET choice_no = held.no FROM (
    SELECT reach, max(no) AS no FROM inheriting WHERE refused <> 0::bit(256) GROUP BY reach
) AS held WHERE id = held.reach
"""
_NEXT: Final = """
SELECT n, person, reach, refused::text, further::text, no FROM inheriting
WHERE n > %s AND refused | further <> 0::bit(256) ORDER BY n LIMIT %s
"""
_CHOICES: Final = f"""
WITH {ENTERED}
INSERT INTO choice (person_id, id, no, reach, scope, answer, actor, evidence, at, salt, entry, pos)
SELECT person_id, id, no, reach, scope, %s, %s, %s, %s, salt, (SELECT id FROM entered), pos - 1
FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bytea[], %s::smallint[], %s::bytea[])
WITH ORDINALITY AS row (person_id, id, no, reach, scope, salt, pos)
"""

Held = tuple[UUID, bytes, int, int, int]
"""A newcomer, the mailbox, what it refuses, what its holders refuse further, and the number of the act that takes over.

Who holds a mailbox may refuse more than it does: by who they are taken for.
"""


def inherited(cursor: CursorWrapper, at: datetime) -> int:
    """Let the newcomers in the temporary table `taken` refuse what mailbox or holders do; give how many refuse now.

    The mailboxes are locked, and the newcomers are nobody else's yet. Set-based, but for the entries; memory stays
    flat. Those who take something over stand in the temporary table `inheriting` until the transaction ends.
    """
    choices = to_bits(CHOICES)
    cursor.execute(_TABLE)
    cursor.execute(_PERSONS, [choices] * 3)
    cursor.execute(_ITEMS, [choices])
    cursor.execute(_FURTHER)
    cursor.execute(_REACHES)
    last = count = 0
    while True:
        cursor.execute(_NEXT, [last, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return count
        last, count = rows[-1][0], count + len(rows)
        held = [
            (person, bytes(reach), from_bits(mask), from_bits(further), no)
            for _, person, reach, mask, further, no in rows
        ]
        take_over(cursor, held, at)


def take_over(cursor: CursorWrapper, held: Sequence[Held], at: datetime) -> None:
    """Write the choices of some newcomers, one a bit, and the entry that covers them."""
    answer, actor = Answer.NO.value, Actor.SYSTEM.value
    columns: tuple[list[Any], ...] = tuple([] for _ in range(6))
    commitments = []
    for person, reach, mask, further, no in held:
        for place, bit in [*((reach, bit) for bit in bits_of(mask)), *((None, bit) for bit in bits_of(further))]:
            row = (person, new_key(), no, place, bit, new_salt())
            record = (*row[:5], None, None, answer, actor, _EVIDENCE, None, at)
            commitments.append(commit(row[5], choice_record(record)))
            for column, value in zip(columns, row, strict=True):
                column.append(value)
    entry = entered(EntryKind.CHOSEN, at, commitments)
    cursor.execute(_CHOICES, [*entry, answer, actor, _EVIDENCE, at, *columns])
