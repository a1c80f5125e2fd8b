"""Lend mail the keeping role, for its rows stand beside those about people, and the lock that holds refusals back."""

from collections.abc import Iterable
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.declare import keeping as upkeep
from avow.store.journal.head import head, not_behind
from avow.store.server.columns import byteas, columnar, uuids

__all__ = ["hold_still", "up_to_date", "upkeep"]

_LOCKED = "SELECT count(*) FROM (SELECT FROM {} WHERE id = ANY(%s) ORDER BY id FOR SHARE) AS locked"


def up_to_date() -> None:
    """Raise StoreError if the store is older than what it published: what is begun now could not be gone on with."""
    known = head()
    with upkeep() as cursor:
        cursor.execute("SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1")
        row = cursor.fetchone()
    not_behind(row[0] if row else None, known)


def hold_still(cursor: CursorWrapper, persons: Iterable[UUID], reaches: Iterable[bytes]) -> None:
    """Wait for whoever is just choosing, and let nobody choose until this transaction ends.

    Locks persons by id, then reaches by id, like every choice. What holds must be read in a *later*
    statement: this one still sees what was true before it waited.
    """
    with columnar(cursor) as asking:
        asking.tell(_LOCKED.format("person"), [uuids(list(set(persons)))])
        asking.tell(_LOCKED.format("reach"), [byteas(list(set(reaches)))])
