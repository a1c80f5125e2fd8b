"""Know which purposes people and mailboxes withdrew, and hold back what one accepted whom another is taken for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.mask import from_bits, to_bits
from avow.record.said.chosen import ever
from avow.record.shown.versions import history
from avow.terms import Actor

_LOOSENS: Final = [actor.value for actor in Actor if actor.loosens]
_NO: Final = "answer = 'no'"
_YES: Final = "answer = 'yes' AND actor = ANY(%s)"
_OF: Final = f"""
WITH own AS (
    SELECT person_id, purpose, max(no) FILTER (WHERE {_NO}) AS no, max(no) FILTER (WHERE {_YES}) AS yes
    FROM choice WHERE person_id = ANY(%s) AND purpose IS NOT NULL GROUP BY 1, 2
), mail AS (
    SELECT a.person_id, c.reach, c.purpose, max(c.no) FILTER (WHERE {_NO} AND c.person_id <> a.person_id) AS no,
        max(c.no) FILTER (WHERE {_YES}) AS yes
    FROM (SELECT DISTINCT person_id, reach_id FROM address WHERE person_id = ANY(%s)) AS a
        JOIN choice c ON c.reach = a.reach_id
    WHERE c.purpose IS NOT NULL GROUP BY 1, 2, 3
)
SELECT person_id, purpose, bool_or(mine) FROM (
    SELECT person_id, purpose, true AS mine FROM own WHERE no >= coalesce(yes, 0)
    UNION ALL SELECT person_id, purpose, false FROM mail WHERE no >= coalesce(yes, 0)
) AS refused GROUP BY 1, 2
"""
_AT: Final = f"""
SELECT reach, purpose FROM choice WHERE reach = ANY(%s) AND purpose IS NOT NULL
GROUP BY 1, 2 HAVING max(no) FILTER (WHERE {_NO}) >= coalesce(max(no) FILTER (WHERE {_YES}), 0)
"""
_HOLD_BACK: Final = """
UPDATE item SET accepted = (accepted | coalesce(withheld, nothing)) & ~ held,
    withheld = nullif((accepted | coalesce(withheld, nothing)) & held, nothing)
FROM (
    SELECT person, bits::bit(256) AS held, 0::bit(256) AS nothing
    FROM unnest(%s::uuid[], %s::text[]) AS row (person, bits)
) AS act
WHERE person_id = person AND (accepted & held <> nothing OR coalesce(withheld, nothing) & ~ held <> nothing)
"""


def withdrawn(cursor: CursorWrapper, persons: Sequence[UUID]) -> Mapping[UUID, Mapping[str, bool]]:
    """Give the purposes that each person refuses, by own acts (True), or by others' at a mailbox of theirs alone."""
    cursor.execute(_OF, [_LOOSENS, list(persons)] * 2)
    found: dict[UUID, dict[str, bool]] = {one: {} for one in persons}
    for person, purpose, mine in cursor.fetchall():
        found[person][purpose] = mine
    return found


def withdrawn_at(cursor: CursorWrapper, reaches: Sequence[bytes]) -> set[tuple[bytes, str]]:
    """Give (mailbox, purpose) of what was refused at mailboxes, by whomever, and by nobody allowed since."""
    cursor.execute(_AT, [list(reaches), _LOOSENS])
    return {(bytes(reach), purpose) for reach, purpose in cursor.fetchall()}


def hold_back(cursor: CursorWrapper, persons: Sequence[UUID]) -> None:
    """Hold back, for persons who are all linked, what each accepted and another refuses; give back the rest."""
    refused, known = withdrawn(cursor, persons), history()
    columns: tuple[list[Any], ...] = ([], [])
    for person in persons:
        others = {purpose for other in persons if other != person for purpose in refused[other]}
        mask = 0
        for purpose in others:
            mask |= ever(known, purpose)
        columns[0].append(person)
        columns[1].append(to_bits(mask))
    cursor.execute(_HOLD_BACK, columns)


def held_back(cursor: CursorWrapper, persons: Sequence[UUID]) -> set[str]:
    """Give the purposes of which something is held back on items of these persons."""
    cursor.execute("SELECT bit_or(withheld)::text FROM item WHERE person_id = ANY(%s)", [list(persons)])
    row = cursor.fetchone()
    mask = from_bits(row[0]) if row and row[0] else 0
    return {told.purpose for told, bit in history().bits.items() if mask >> bit & 1}
