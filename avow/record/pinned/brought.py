"""Set aside, of people who are brought in, what somebody who holds the same address had put right before."""

from typing import Any, Final

import psycopg
from django.db.backends.utils import CursorWrapper

from avow.record.key import NOBODY
from avow.record.mask import to_bits
from avow.record.pinned.aside import ASIDE
from avow.record.said.circle import LINKED

_ANY: Final = "SELECT array_agg(DISTINCT person_id) FROM pin"
_TABLE: Final = (
    "CREATE TEMPORARY TABLE wrong (exact bytea, category text, field text, salt bytea, was bytea, now_salt bytea,"
    " now_value bytea) ON COMMIT DROP"
)
_FILL: Final = f"""
INSERT INTO wrong
WITH pinning AS (SELECT unnest(%s::uuid[]) AS id), circle AS (
    SELECT pinning.id AS pinner, around.id AS person FROM pinning, LATERAL (
        {LINKED.replace("ANY(%s)", "ANY(ARRAY[pinning.id])")} SELECT DISTINCT id FROM one) AS around
), latest AS (
    SELECT DISTINCT ON (c.person, p.category, p.field) c.person, p.category, p.field, p.salt, p.value
    FROM circle c JOIN pin p ON p.person_id = c.pinner ORDER BY c.person, p.category, p.field, p.at DESC, p.id DESC
)
SELECT a.exact, p.category, p.field, p.salt, p.was, l.salt, l.value FROM circle c
JOIN pin p ON p.person_id = c.pinner AND p.was IS NOT NULL
JOIN latest l ON l.person = c.person AND l.category = p.category AND l.field = p.field
JOIN address a ON a.person_id = c.person AND a.ended IS NULL
"""
_ASIDE: Final = """
WITH hit AS (
    INSERT INTO aside (person_id, item, field, by, at)
    SELECT DISTINCT i.person, i.id, w.field, %s::uuid, now()
    FROM arrival v JOIN wrong w ON w.exact = v.exact JOIN arrival_item i ON i.person = v.person
    JOIN sort s ON s.no = i.sort AND s.category = w.category
    WHERE sha256(w.salt || convert_to(i.fields->>w.field, 'UTF8')) = w.was
        AND sha256(w.now_salt || convert_to(i.fields->>w.field, 'UTF8')) <> w.now_value
    RETURNING person_id, item
)
UPDATE item SET refused = refused | %s::bit(256) FROM hit WHERE item.person_id = hit.person_id AND item.id = hit.item
"""


def known_wrong(cursor: CursorWrapper) -> bool:
    """Lay out, for one transaction, which values were put right at which address; say whether there are any."""
    cursor.execute(_ANY)
    pinning = cursor.fetchone()[0]
    if pinning:
        cursor.execute(_TABLE)
        cursor.execute(_FILL, [pinning])
        cursor.execute("ANALYZE wrong")
    return bool(pinning)


def set_aside(cursor: "psycopg.Cursor[Any]") -> None:
    """Set aside, of the batch that is just written, each item that brings such a value back."""
    cursor.execute(_ASIDE, [NOBODY, to_bits(ASIDE)])
