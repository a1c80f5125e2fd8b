"""End an agreement, and keep that what was held under it was returned or deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.terms import EntryKind, Promise

ENDED, RETURNED = "ended", "returned"
"""What can be done about an agreement."""
_LOCK: Final = "SELECT id FROM agreement WHERE id = %s FOR UPDATE"
_UNTIL: Final = "SELECT least(ends, ended), clock_timestamp() FROM agreement WHERE id = %s"
_END: Final = "UPDATE agreement SET ended = %s WHERE id = %s"
_AGAIN: Final = "UPDATE agreement SET ended = %s WHERE id = %s AND (ended IS NULL OR ended > %s)"
_KEEP: Final = """
INSERT INTO agreement_act (agreement, act, words, at, salt, entry, pos) VALUES (%s, %s, %s, %s, %s, %s, 0)
"""


@keeps(Promise.PROCESSORS_BOUND)
def end(name: str, words: str) -> datetime:
    """End an agreement now, and give the instant from which nothing is seen under it.

    It waits for those who are just reading under it: when this returns, nobody is. Raises RecordError if there is no
    such agreement, or if it ended before.
    """
    with keeping() as cursor:
        until, now = _locked(cursor, name)
        if until is not None and until <= now:
            raise RecordError(f"the agreement {name!r} ended on {until:%-d %B %Y} already", "nothing is left to end")
        _act(cursor, name, ENDED, words, now)
        cursor.execute(_END, [now, name])
    return now


def give_back(name: str, words: str) -> None:
    """Keep how it was attested that what was held under an agreement was returned or deleted.

    Raises RecordError if it has not ended, or if that was attested before.
    """
    with keeping() as cursor:
        until, now = _locked(cursor, name)
        if until is None or until > now:
            raise RecordError(f"the agreement {name!r} has not ended", f"`avow processor end {name}` ends it")
        cursor.execute("SELECT 1 FROM agreement_act WHERE agreement = %s AND act = %s", [name, RETURNED])
        if cursor.fetchone():
            raise RecordError(f"the return under {name!r} was attested before", "nothing is left to attest")
        _act(cursor, name, RETURNED, words, now)


def end_again(name: str, at: datetime) -> bool:
    """End an agreement that an older store takes to be in force, as it was ended since; say whether that was news."""
    with keeping() as cursor:
        cursor.execute(_AGAIN, [at, name, at])
        return bool(cursor.rowcount)


def act_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of an end or a return: agreement, act, words, at."""
    return ["agreement act", *row]


def _locked(cursor: CursorWrapper, name: str) -> tuple[datetime | None, datetime]:
    """Wait for whoever reads under an agreement; give when it ends, if that is known, and now, by the guard's clock."""
    cursor.execute(_LOCK, [name])
    cursor.execute(_UNTIL, [name])
    row = cursor.fetchone()
    if row is None:
        raise RecordError(f"there is no agreement {name!r}", "`avow processor list` names them")
    until, now = row
    return until, now


def _act(cursor: CursorWrapper, name: str, act: str, words: str, now: datetime) -> None:
    if not words.strip():
        raise RecordError("this needs a word on how it is known", "say what was agreed, or who attested it")
    salt, row = new_salt(), (name, act, words.strip(), now)
    entry = append(EntryKind.AGREED, now, [commit(salt, act_record(row))])
    cursor.execute(_KEEP, [*row, salt, entry])
