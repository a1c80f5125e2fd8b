"""End what a matter that is over brought: without an open question there is nothing to answer, and the gate says so."""

from collections.abc import Mapping
from typing import Any, Final

from avow.record.matters.over import ENDING, end, lock
from avow.record.upkeep import upkeep
from avow.terms import ChannelKind, MessageKind

KINDS: Final[Mapping[ChannelKind, MessageKind]] = {
    ChannelKind.SUPPORT: MessageKind.SUPPORT,
    ChannelKind.INQUIRY: MessageKind.INFO_REPLY,
    ChannelKind.ORDER: MessageKind.ORDER,
    ChannelKind.APPLICATION: MessageKind.EMPLOYMENT,
}
"""The channels by which people begin what our staff answer, and the kind of message that answers it."""
FOLLOWING: Final = 3
"""Answers to one question, without a word of whoever asked; a further one would be marketing."""
_DUE: Final = """
over IS NULL AND channel = ANY(%s) AND (state = 'closed' OR channel = 'inquiry' AND ours >= %s) AND NOT EXISTS (
    SELECT FROM turn t JOIN outgoing o ON o.id = t.message
    WHERE t.matter = m.id AND o.state IN ('waiting', 'sending', 'deferred'))
"""
_WHOSE: Final = f"SELECT DISTINCT person_id FROM matter m WHERE {_DUE} ORDER BY person_id LIMIT 500"
_WHICH: Final = f"SELECT id FROM matter m WHERE person_id = ANY(%s) AND {_DUE}"


def over() -> int:
    """End the matters that are closed, or answered as often as may be, once our last word is out; give how many.

    Whoever writes again has an open question again.
    """
    with upkeep() as cursor:
        due: list[Any] = [list(ENDING), FOLLOWING]
        cursor.execute(_WHOSE, due)
        whose = [row[0] for row in cursor.fetchall()]
        if not whose:
            return 0
        cursor.execute(_WHICH, [lock(whose), *due])
        return end([row[0] for row in cursor.fetchall()])
