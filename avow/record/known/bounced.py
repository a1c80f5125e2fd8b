"""Note that mail to a mailbox came back: for good, and it serves nothing optional; for now, and it is counted."""

from datetime import UTC, datetime
from typing import Final

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.record.declare import keeping
from avow.record.said.circle import narrow
from avow.record.said.effect import tighten
from avow.terms import EntryKind, Scope

_COUNT: Final = "UPDATE reach SET bounces = bounces + 1 WHERE id = %s"


def bounced(reach: bytes, status: str, *, permanent: bool) -> None:
    """Count what came back from a mailbox, with the status of RFC 3463; for good, it is barred from what is optional.

    Nobody chose this: it spreads to no other mailbox and no person, and says nothing of who holds it.
    """
    now = datetime.now(UTC)
    with keeping() as cursor:
        around = narrow(cursor, None, reach)
        append(EntryKind.BOUNCED, now, [commit(new_salt(), ["bounced", reach, now, status])])
        cursor.execute(_COUNT, [reach])
        if permanent:
            tighten(cursor, [], [reach], Scope.BOUNCED.mask, around.no)
