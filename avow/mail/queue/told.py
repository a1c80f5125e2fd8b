"""Tell what was let out: each message that a decision allowed, with what opens the decision and the handing over."""

from collections.abc import Iterator, Mapping
from typing import Final

import psycopg

from avow.record.opening.lines import Line, lines

_LET_OUT: Final = "WHERE decision_pos IS NOT NULL OR entry IS NOT NULL"
_COLUMNS: Final = (
    "reach, state, attempts, decision, decision_pos, decision_salt, version, asked, because, choice_no, message_id,"
    " entry, pos, salt"
)
TOLD: Final[Mapping[str, str]] = {
    "mailings": "SELECT id, list, purpose, kind, version, state, expected, at FROM mailing WHERE begun IS NOT NULL"
    " ORDER BY id",
    "messages": f"""
        SELECT person_id AS person, mailing_id AS key, mailing_id AS mailing, NULL AS kind, {_COLUMNS}
        FROM delivery {_LET_OUT}
        UNION ALL SELECT person_id, id, NULL, kind, {_COLUMNS} FROM outgoing {_LET_OUT}
        ORDER BY person, key, reach""",
    "letters": """
        SELECT l.id, l.at, l.due, l.closed, l.state, l.intents, c.until, c.told
        FROM letter l LEFT JOIN clock c ON c.id = l.id WHERE l.due IS NOT NULL
        UNION ALL SELECT p.id, p.at, p.due, CASE WHEN p.state NOT IN ('open', 'disputed') THEN p.decided END,
            CASE WHEN p.state IN ('open', 'disputed') THEN 'open' ELSE 'done' END, p.wish, c.until, c.told
        FROM petition p LEFT JOIN clock c ON c.id = p.id ORDER BY at, id""",
}
"""The statement of each part of mail; a column of a line bears the name that it has here."""


def told(backup: psycopg.Connection, name: str) -> Iterator[Line]:
    """Give the lines of one part: mailings, messages (those of one person together), letters and petitions."""
    return lines(backup, name, TOLD[name])
