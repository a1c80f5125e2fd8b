"""Know the boards of the forum; a community is one whose members it can write to."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import connection, transaction

from avow.errors import RecordError
from avow.record.shown.versions import in_force
from avow.terms import MessageKind

COMMUNITY: Final = "community"
"""How the names of the lists of communities begin."""
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
TAKEN: Final = frozenset({"name", "search", "t", "post"})
"""What no board is called, for addresses of other pages begin so."""
_BOARDS: Final = "SELECT id, title, charter, coalesce(list_id, '') FROM board ORDER BY at, id"


@dataclass(frozen=True, slots=True)
class Board:
    """A part of the forum; `list` is the list of its members' messages, "" where it has none."""

    id: str
    title: str
    charter: str
    list: str


def boards() -> tuple[Board, ...]:
    """Give every board, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BOARDS)
        return tuple(Board(*row) for row in cursor.fetchall())


def add_board(name: str, title: str, charter: str, *, community: bool = False) -> str:
    """Add a board, once and for all: who joined was shown its charter. Give the list of a community, or "".

    Raises RecordError for a name that links do not take or that is taken, for one without a charter, and for a
    community where the policy states no message of one.
    """
    if not _NAME.fullmatch(name) or name in TAKEN:
        raise RecordError(f"{name!r} cannot name a board", "give small letters, digits and dashes, at most 40")
    if not (title.strip() and charter.strip()):
        raise RecordError("a board needs a title, and a charter that says what it is for", "say so in a few words")
    purpose = next((one for one in in_force().purposes.values() if one.kind is MessageKind.EXEMPT_COMMUNITY), None)
    if community and purpose is None:
        raise RecordError("the policy states no messages of a community", "state a purpose of kind exempt.community")
    listed = f"{COMMUNITY}.{name}" if community else None
    with transaction.atomic(), connection.cursor() as cursor:
        if listed and purpose:
            cursor.execute(
                "INSERT INTO list (id, title, purpose, topic, joined_only) VALUES (%s, %s, %s, NULL, true)"
                " ON CONFLICT DO NOTHING",
                [listed, f"{purpose.title}: {title}", purpose.id],
            )
        cursor.execute(
            "INSERT INTO board (id, title, charter, list_id, at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [name, title.strip(), charter.strip(), listed, datetime.now(UTC)],
        )
        if not cursor.rowcount:
            raise RecordError(f"there is a board {name!r}", "give another name")
    return listed or ""
