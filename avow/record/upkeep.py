"""Lend mail the keeping role, for its rows stand beside those about people, and the lock that holds refusals back."""

import time
from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.backends.utils import CursorWrapper

from avow.errors import Contended
from avow.record.declare import keeping as upkeep
from avow.record.said.circle import DEADLOCK
from avow.store.journal.head import head, not_behind
from avow.store.server.columns import byteas, columnar, uuids

_TRIES: Final = 20
_REST: Final = 0.1
"""Seconds of rest after the first time."""

__all__ = ["hold", "hold_still", "up_to_date", "upkeep"]

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

    Locks persons by id, then reaches by id, like every choice; who writes a new person at a mailbox has its reach
    first, so where the two wait for each other all is let go and locked again. What holds must be read in a *later*
    statement: this one still sees what was true before it waited. Raises Contended if that never ends.
    """
    whom = ("person", uuids(list(set(persons)))), ("reach", byteas(list(set(reaches))))

    def lock() -> None:
        with columnar(cursor) as asking:
            for table, ids in whom:
                asking.tell(_LOCKED.format(table), [ids])

    hold(lock)


def hold(lock: Callable[[], None]) -> None:
    """Lock within a running transaction, letting all go and locking again where another act is in the way.

    It rests between, longer each time: whoever is in the way waits for what was let go, and several who share a lock
    would else take it again, in turn, before that one ever has it. Raises Contended if that never ends.
    """
    for tried in range(_TRIES):
        try:
            with transaction.atomic():
                lock()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
            time.sleep(_REST * (1 + tried))
        else:
            return
    raise Contended("too many acts about the same people at once", "try again")
