"""End what a matter that is over brought: without an open question there is nothing to answer, and the gate says so."""

from collections.abc import Mapping
from typing import Any, Final

from avow.record.upkeep import upkeep
from avow.terms import ChannelKind, MessageKind, Relation

KINDS: Final[Mapping[ChannelKind, MessageKind]] = {
    ChannelKind.SUPPORT: MessageKind.SUPPORT,
    ChannelKind.INQUIRY: MessageKind.INFO_REPLY,
    ChannelKind.ORDER: MessageKind.ORDER,
    ChannelKind.APPLICATION: MessageKind.EMPLOYMENT,
}
"""The channels by which people begin what our staff answer, and the kind of message that answers it."""
ENDING: Final[Mapping[str, Relation]] = {
    ChannelKind.SUPPORT.value: Relation.TICKET,
    ChannelKind.INQUIRY.value: Relation.ASKED,
}
"""What a person has while a matter of a channel is open, and no longer."""
FOLLOWING: Final = 3
"""Answers to one question, without a word of whoever asked; a further one would be marketing."""
_DUE: Final = """
over IS NULL AND channel = ANY(%s) AND (state = 'closed' OR channel = 'inquiry' AND ours >= %s) AND NOT EXISTS (
    SELECT FROM turn t JOIN outgoing o ON o.id = t.message
    WHERE t.matter = m.id AND o.state IN ('waiting', 'sending', 'deferred'))
"""
_WHOSE: Final = f"SELECT DISTINCT person_id FROM matter m WHERE {_DUE} ORDER BY person_id LIMIT 500"
_OVER: Final = f"""
UPDATE matter m SET over = clock_timestamp() WHERE person_id = ANY(%s) AND {_DUE} RETURNING person_id, channel
"""
_LOCK: Final = "SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_END: Final = """
UPDATE person p SET relations = relations & ~%s::bigint WHERE id = ANY(%s) AND NOT EXISTS (
    SELECT FROM matter m WHERE m.person_id = p.id AND m.channel = %s AND m.over IS NULL)
"""


def over() -> int:
    """End the matters that are closed, or answered as often as may be, once our last word is out; give how many.

    Whoever writes again has an open question again.
    """
    with upkeep() as cursor:
        due: list[Any] = [list(ENDING), FOLLOWING]
        cursor.execute(_WHOSE, due)
        cursor.execute(_LOCK, [[row[0] for row in cursor.fetchall()]])  # persons first, as whoever writes again does
        locked = [row[0] for row in cursor.fetchall()]
        cursor.execute(_OVER, [locked, *due])
        found = cursor.fetchall()
        for channel, relation in ENDING.items():
            whom = [person for person, by in found if by == channel]
            if whom:
                cursor.execute(_END, [relation.mask, whom, channel])
        return len(found)
