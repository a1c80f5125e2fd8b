"""Number the sessions of a person: one that carries an older number, or an address that ended, is over."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from avow.record.declare import keeping

_STANDS: Final = """
SELECT p.session_no FROM address a JOIN person p ON p.id = a.person_id
WHERE a.person_id = %s AND a.exact = %s AND a.ended IS NULL AND a.verified IS NOT NULL
"""
_AT: Final = """
WITH at AS (
    SELECT id FROM person WHERE id IN (
        SELECT person_id FROM address WHERE exact = ANY(%s) AND verified IS NOT NULL AND ended IS NULL)
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE person SET session_no = session_no + 1 WHERE id IN (SELECT id FROM at)
"""


def session(person: UUID, exact: bytes) -> int | None:
    """Give the number that a session of a person at an address (HMAC of its exact key) carries; one query.

    None if the address is not on file, not proven or ended, or the person was forgotten.
    """
    with keeping() as cursor:
        cursor.execute(_STANDS, [person, exact])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def end_sessions(person: UUID) -> None:
    """End every session that a person has, wherever a copy of its cookie is kept."""
    with keeping() as cursor:
        cursor.execute("UPDATE person SET session_no = session_no + 1 WHERE id = %s", [person])


def end_sessions_at(addresses: Collection[bytes]) -> None:
    """End every session of everybody who proved one of some addresses (HMACs of their exact keys)."""
    with keeping() as cursor:
        cursor.execute(_AT, [list(addresses)])
