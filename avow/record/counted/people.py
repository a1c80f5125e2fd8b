"""Lay down who may be counted among kinds of people: no field is read, and nobody is decided one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.backends.utils import CursorWrapper

from avow.record.mask import to_bits
from avow.terms import Scope

_ADDRESS: Final = Scope.BOUNCED.mask | Scope.UNVERIFIED.mask
"""What is wrong with an address alone says nothing of its person."""
_PEOPLE: Final = """
CREATE TEMPORARY TABLE insight_people ON COMMIT DROP AS
WITH RECURSIVE tied AS (
    SELECT person_id, other_id FROM link WHERE ended IS NULL
    UNION ALL SELECT other_id, person_id FROM link WHERE ended IS NULL
),
same AS (
    SELECT person_id, other_id FROM tied
    UNION SELECT same.person_id, tied.other_id FROM same JOIN tied ON tied.person_id = same.other_id
),
circle AS (SELECT person_id, (array_agg(other_id ORDER BY other_id))[1] AS one FROM same GROUP BY person_id),
barred AS (
    SELECT id FROM person WHERE refused & %s::bit(256) <> 0::bit(256)
    UNION SELECT a.person_id FROM address a JOIN reach r ON r.id = a.reach_id
    WHERE r.refused & %s::bit(256) <> 0::bit(256)
),
active AS (
    SELECT person_id FROM item WHERE category = ANY(%s) AND at >= %s AND at < %s
    UNION SELECT person FROM pg_temp.insight_offer
)
SELECT person_id AS person, coalesce(one, person_id) AS one
FROM active JOIN (
    SELECT DISTINCT person_id FROM address WHERE verified IS NOT NULL AND ended IS NULL
) AS proven USING (person_id)
LEFT JOIN circle USING (person_id)
WHERE coalesce(one, person_id) NOT IN (
    SELECT coalesce(circle.one, barred.id) FROM barred LEFT JOIN circle ON circle.person_id = barred.id
)
"""


def people(cursor: CursorWrapper, categories: Sequence[str], span: tuple[datetime, datetime], scopes: int) -> None:
    """Lay down in the temporary table `insight_people` who gave something in a period, or was offered something in it.

    Left out is whoever refused one of the scopes or is held back, with all who are linked to them, and whoever proved
    no address. Linked persons are one (the `one` of each). The table ends with the transaction; the using role sees it.
    """
    no, held = to_bits(scopes), to_bits(scopes & ~_ADDRESS)
    cursor.execute(_PEOPLE, [no, held, list(categories), *span])
    cursor.execute("ANALYZE pg_temp.insight_people")
    cursor.execute("GRANT SELECT ON pg_temp.insight_people, pg_temp.insight_offer TO avow_use")
