"""Say which items carry an address, which mailboxes people hold or held, and who is linked, without any field."""

from collections.abc import Sequence
from uuid import UUID

from avow.record.declare import keeping
from avow.record.said.circle import LINKED


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


def linked_to(person: UUID) -> list[UUID]:
    """Give whoever else is taken for one with a person now."""
    with keeping() as cursor:
        cursor.execute(f"{LINKED} SELECT DISTINCT id FROM one WHERE id <> %s ORDER BY 1", [[person], person])
        return [row[0] for row in cursor.fetchall()]
