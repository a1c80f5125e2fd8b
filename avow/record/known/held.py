"""Say which items of a person carry an address, and which mailboxes people hold or held, without any field."""

from collections.abc import Sequence
from uuid import UUID

from avow.record.declare import keeping


def addressed(person: UUID) -> list[tuple[UUID, str]]:
    """Give (item, category) of each item that carries an address, oldest first."""
    with keeping() as cursor:
        cursor.execute(
            "SELECT id, category FROM item WHERE person_id = %s AND reach_id IS NOT NULL ORDER BY at, id", [person]
        )
        return [(item, str(category)) for item, category in cursor.fetchall()]


def mailboxes(persons: Sequence[UUID]) -> list[bytes]:
    """Give every mailbox (its reach) that any of these persons holds or held."""
    with keeping() as cursor:
        cursor.execute("SELECT DISTINCT reach_id FROM address WHERE person_id = ANY(%s)", [list(persons)])
        return [bytes(row[0]) for row in cursor.fetchall()]
