"""Tell each organization that was given a value of what became of it: a notice until it acknowledges."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.outside.recall import recall_record
from avow.terms import EntryKind, Promise, RecipientClass

CORRECTED: Final = "corrected"
"""Why a notice is sent that calls nothing back."""
_WHERE: Final = """
FROM disclosed d JOIN disclosure g ON g.id = d.disclosure AND g.recipient = %s JOIN outside o ON o.id = g.whom
WHERE d.person_id = %s AND d.recall IS NULL AND %s = ANY(string_to_array(d.categories, ' '))
"""
_WHOSE: Final = f"SELECT DISTINCT o.id, o.mailbox {_WHERE} ORDER BY 1"
_BEFORE: Final = f"""
UPDATE recall SET acknowledged = %s, how = 'taken up by a later notice'
WHERE acknowledged IS NULL AND why = %s AND id IN (SELECT d.corrected {_WHERE} AND o.id = %s)
"""
_INSERT: Final = """
INSERT INTO recall (id, outside, people, at, mailbox, how, why, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, '', %s, %s, %s, 0)
"""
_MARK: Final = f"""
UPDATE disclosed SET corrected = %s WHERE (person_id, id) IN (SELECT d.person_id, d.id {_WHERE} AND o.id = %s)
"""


@keeps(Promise.CORRECTION)
def tell_outside(cursor: CursorWrapper, person: UUID, category: str) -> int:
    """Make a notice to each organization outside that was given a category of a person; give how many.

    It is written in the transaction of the correction, and the ledger covers it; one that waited for the same person
    is taken up by it.
    """
    words: list[Any] = [RecipientClass.OUTSIDE.value, person, category]
    cursor.execute(_WHOSE, words)
    whose = cursor.fetchall()
    for to, mailbox in whose:
        key, now, salt = new_key(), datetime.now(UTC), new_salt()
        cursor.execute(_BEFORE, [now, CORRECTED, *words, to])
        entry = append(EntryKind.DISCLOSED, now, [commit(salt, recall_record((key, to, 1, now)))])
        cursor.execute(_INSERT, [key, to, 1, now, parse(mailbox).reach_id, CORRECTED, salt, entry])
        cursor.execute(_MARK, [key, *words, to])
    return len(whose)
