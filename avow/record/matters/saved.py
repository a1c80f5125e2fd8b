"""Hold the replies that staff saved to use again; they are about nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from avow.record.declare import keeping
from avow.record.key import new_key
from avow.terms import ChannelKind


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved reply: its id, what it is called, its words."""

    id: UUID
    title: str
    words: str


def save(channel: ChannelKind, title: str, words: str, staff: UUID) -> None:
    """Save a reply for the desk of a channel."""
    with keeping() as cursor:
        cursor.execute(
            "INSERT INTO saved (id, channel, title, words, staff, at) VALUES (%s, %s, %s, %s, %s, %s)",
            [new_key(), channel.value, title, words, staff, datetime.now(UTC)],
        )


def saved_of(channel: ChannelKind) -> list[Saved]:
    """Give the saved replies of a channel, by title."""
    with keeping() as cursor:
        cursor.execute("SELECT id, title, words FROM saved WHERE channel = %s ORDER BY title, id", [channel.value])
        return [Saved(*row) for row in cursor.fetchall()]


def drop(channel: ChannelKind, key: UUID) -> None:
    """Delete a saved reply of a channel."""
    with keeping() as cursor:
        cursor.execute("DELETE FROM saved WHERE channel = %s AND id = %s", [channel.value, key])
