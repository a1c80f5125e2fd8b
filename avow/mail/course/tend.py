"""Begin what is due, go on with what was interrupted, end what was cancelled: what `avow work` does of mailings."""

from typing import Final
from uuid import UUID

from avow.errors import MailError
from avow.mail.exempt.within import within
from avow.mail.mailing import compiled, listed, resume, somebody
from avow.record.shown.versions import in_force
from avow.record.upkeep import up_to_date, upkeep

_DUE: Final = "SELECT id, list, words FROM mailing WHERE state = 'scheduled' AND due <= clock_timestamp() ORDER BY due"
_LATE: Final = """
UPDATE mailing SET state = 'paused', edition = edition + 1, note = %s
WHERE id = %s AND state = 'scheduled' AND due < clock_timestamp() - interval '12 hours'
"""
_BEGIN: Final = """
UPDATE mailing SET state = 'expanding', begun = clock_timestamp(), version = %s, purpose = %s, kind = %s,
    edition = edition + 1, note = ''
WHERE id = %s AND state = 'scheduled' AND due <= clock_timestamp()
"""
_STOP: Final = (
    "UPDATE mailing SET state = 'paused', edition = edition + 1, note = %s WHERE id = %s AND state = 'scheduled'"
)
_CANCELLED: Final = "SELECT id FROM mailing WHERE state = 'cancelled' AND done IS NULL ORDER BY at"
_END: Final = """
WITH left_ AS (
    SELECT mailing_id, reach FROM delivery WHERE mailing_id = %s AND state IN ('waiting', 'deferred')
    LIMIT 20000 FOR UPDATE SKIP LOCKED
)
UPDATE delivery AS d SET state = 'failed', outcome = 'the mailing was cancelled', ended = clock_timestamp()
FROM left_ WHERE d.mailing_id = left_.mailing_id AND d.reach = left_.reach
"""
_ENDED: Final = """
UPDATE mailing SET done = clock_timestamp(), expected = (SELECT count(*) FROM delivery WHERE mailing_id = %s)
WHERE id = %s AND NOT EXISTS (
    SELECT 1 FROM delivery WHERE mailing_id = %s AND state IN ('waiting', 'deferred', 'sending')
)
"""
_MISSED: Final = "its time passed more than twelve hours before anybody worked, or the clock jumped"


def tend() -> int:
    """Take one round, and give how many mailings were begun, gone on with or ended.

    Several may do so at once: each step is one statement that finds a mailing as it was, or leaves it alone. One
    whose time passed long ago is paused, for old news are nobody's wish, and so is one that lacks something now.
    """
    with upkeep() as cursor:
        cursor.execute(_DUE)
        due = cursor.fetchall()
    begun = sum(begin(key, list_id, words) for key, list_id, words in due)
    return begun + resume() + end()


def begin(key: UUID, list_id: str, words: str) -> int:
    """Begin one that is due, unless somebody else did; give 1 if it moved."""
    with upkeep() as cursor:
        cursor.execute(_LATE, [_MISSED, key])
        if cursor.rowcount:
            return 1
    up_to_date()
    try:
        to = listed(list_id)
        form = compiled(to, words)
        within(to.id)
        somebody(form)
    except MailError as error:
        with upkeep() as cursor:
            cursor.execute(_STOP, [str(error)[:200], key])
            return int(cursor.rowcount)
    with upkeep() as cursor:
        cursor.execute(_BEGIN, [in_force().front.version, to.purpose, form.kind.value, key])
        return int(cursor.rowcount)


def end() -> int:
    """End each delivery that still waited of what was cancelled, with the reason; give how many mailings ended."""
    with upkeep() as cursor:
        cursor.execute(_CANCELLED)
        found = [key for (key,) in cursor.fetchall()]
    return sum(_end(key) for key in found)


def _end(key: UUID) -> int:
    more = True
    while more:
        with upkeep() as cursor:
            cursor.execute(_END, [key])
            more = cursor.rowcount > 0
    with upkeep() as cursor:
        cursor.execute(_ENDED, [key, key, key])
        return int(cursor.rowcount)
