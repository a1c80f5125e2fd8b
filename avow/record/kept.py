"""Say whom a legal hold keeps: everybody on whom one stands, and who is linked to them, from its first instant."""

from typing import Final

KEPT: Final = """
WITH RECURSIVE kept (id, via) AS (
    SELECT person_id, NULL::uuid FROM restraint WHERE kind = 'hold' AND ended IS NULL
    UNION
    SELECT next.id, next.via FROM kept, LATERAL (
        SELECT other_id AS id, link.id AS via FROM link WHERE person_id = kept.id AND ended IS NULL
        UNION ALL SELECT person_id, link.id FROM link WHERE other_id = kept.id AND ended IS NULL
    ) AS next WHERE NOT next.via IS NOT DISTINCT FROM kept.via
)
"""
"""Walk the links from all who are under a hold, also one that waits for its message and hides nobody yet."""
UNKEPT: Final = "NOT IN (SELECT id FROM kept)"
"""Follows the name of a column that names a person, in a statement that begins with `KEPT`."""
