"""Try again whom a mailing did not reach because of the mail server, and not because of their mailbox."""

from typing import Any, Final
from uuid import UUID

from avow.errors import MailError
from avow.mail.course.move import locked
from avow.mail.mailing import compiled, listed
from avow.mail.queue.mark import TRIES
from avow.mail.queue.still import MailingState
from avow.policy.proof.keeps import keeps
from avow.record.key import NOBODY
from avow.record.upkeep import upkeep
from avow.terms import Promise

_DAYS: Final = 7
"""Days after its beginning in which a mailing is tried again: older news are nobody's wish."""
_SERVERS: Final = (
    r"outcome ~ '^5[0-9][0-9] 5\.(?:[03456]\.|1\.[78](?![0-9])|7\.(?!13|17))'"
    r" OR outcome ~ '^5(?:0[0-9]|2[0-9]|3[0-9]|54|55)(?! 5\.[0-9])'"
)
"""What a mail server refuses for reasons of its own or of ours (RFC 3463, section 3; RFC 5321, section 4.2.2).

What is about the address (X.1), the mailbox (X.2) or its owner's account (X.7.13, X.7.17) stands, and is not on this.
"""
_MAILBOXES: Final = r"outcome ~* '(recipient|mailbox|user)[^.]*(reject|unknown|not |n.t |block|disabled)'"
"""What some servers say of a mailbox under a number that is not about one."""
_FAILED: Final = f"""
mailing_id = %s AND person_id <> %s AND entry IS NULL AND (
    state = 'failed' AND (attempts >= %s OR outcome LIKE 'the mail server does not offer %%')
    OR state = 'refused' AND ({_SERVERS}) AND NOT ({_MAILBOXES})
)
"""
_COUNT: Final = f"SELECT count(*) FROM delivery WHERE {_FAILED}"
_AGAIN: Final = f"""
UPDATE delivery SET state = 'waiting', attempts = 0, due = clock_timestamp(), outcome = '', ended = NULL WHERE {_FAILED}
"""
_YOUNG: Final = (
    "SELECT begun > clock_timestamp() - make_interval(days => %s) AND state = 'done' FROM mailing WHERE id = %s"
)
_OPEN: Final = """
UPDATE mailing SET state = 'sending', done = NULL, edition = edition + 1, staff = coalesce(%s, staff), note = ''
WHERE id = %s
"""


def failed(key: UUID) -> int:
    """Count whom `again` would try: 0 where the mailing is not done, or is too old."""
    with upkeep() as cursor:
        cursor.execute(_YOUNG, [_DAYS, key])
        row = cursor.fetchone()
        if not (row and row[0]):
            return 0
        cursor.execute(_COUNT, _words(key))
        return int(cursor.fetchone()[0])


@keeps(Promise.OPTOUT)
def again(key: UUID, by: UUID | None = None) -> int:
    """Let a mailing that is done go once more to whom the mail server turned away, and give how many they are.

    They are those it put off until they were given up, and those it refused for what is not about their mailbox. Who
    has it, or may have it (in doubt), gets no second one; each is decided anew when the copy leaves. Raises MailError
    where it is not done, is older than a week, lacks something by now, or failed for nobody.
    """
    with upkeep() as cursor:
        list_id, words = locked(cursor, key, {MailingState.DONE}, "tried again")
        cursor.execute(_YOUNG, [_DAYS, key])
        if not cursor.fetchone()[0]:
            raise MailError(f"this mailing began more than {_DAYS} days ago, and is old news", "write another")
        compiled(listed(list_id), words)
        cursor.execute(_AGAIN, _words(key))
        found = int(cursor.rowcount)
        if not found:
            raise MailError(
                "nobody failed for what is the mail server's alone",
                "a mailbox that is not there, is full or said no is not tried again",
            )
        cursor.execute(_OPEN, [by, key])
        return found


def _words(key: UUID) -> list[Any]:
    return [key, NOBODY, TRIES]
