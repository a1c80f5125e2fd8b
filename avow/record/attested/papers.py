"""Let go what was attested of papers that are gone: their words name who asked in somebody's name."""

from typing import Final

from django.db.backends.utils import CursorWrapper

_GONE: Final = """
SELECT digest FROM attested a WHERE a.words::jsonb ->> 'act' = 'mandate'
    AND NOT EXISTS (SELECT FROM mandate m WHERE m.id::text = a.words::jsonb ->> 'request')
"""
_ATTESTATIONS: Final = "DELETE FROM attestation WHERE attested = ANY(%s) RETURNING entry, pos"


def let_papers_go(cursor: CursorWrapper) -> list[tuple[int, int]]:
    """Let go what was attested of each mandate that is gone; give the leaves whose rows went."""
    cursor.execute(_GONE)
    gone = [bytes(row[0]) for row in cursor.fetchall()]
    cursor.execute(_ATTESTATIONS, [gone])
    leaves = [(int(entry), int(pos)) for entry, pos in cursor.fetchall()]
    cursor.execute("DELETE FROM attested WHERE digest = ANY(%s)", [gone])
    return leaves
