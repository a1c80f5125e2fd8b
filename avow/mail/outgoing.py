"""Post a single message: a row that waits, written in the transaction of the act that asks for it."""

import json
from collections.abc import Mapping
from uuid import UUID

from avow.errors import MailError
from avow.mail.form.form import single
from avow.record.key import new_key
from avow.record.shown.versions import in_force
from avow.record.upkeep import upkeep
from avow.terms import MessageKind


def post(kind: MessageKind, person: UUID, exact: bytes, words: str, given: Mapping[str, str] | None = None) -> UUID:
    """Let a message of this kind wait for one person, at an address that is or was on file; give its key.

    `exact` is the address's id; `words` names a template; `given` holds what the template needs of
    the act (a code, a link) and is emptied when the message has ended. Whether it goes out is
    decided by the gate when it is sent. Raises MailError for marketing, which goes to lists alone,
    for an address that was never this person's, and for words or a kind that are not there.
    """
    if kind.marketing:
        raise MailError(f"{kind.value} is no single message", "send a mailing to a list")
    single(in_force(), kind, words)
    key = new_key()
    with upkeep() as cursor:
        cursor.execute(
            "INSERT INTO outgoing (id, reach, person_id, state, due, attempts, because, message_id, outcome, kind,"
            " exact, words, given, at)"
            " SELECT %s, reach_id, person_id, 'waiting', clock_timestamp(), 0, '', '', '', %s, exact,"
            " %s, %s::jsonb, clock_timestamp() FROM address WHERE person_id = %s AND exact = %s",
            [key, kind.value, words, json.dumps(dict(given or {})), person, exact],
        )
        if cursor.rowcount != 1:
            raise MailError("this address was never this person's", "post to an address that is on file")
    return key
