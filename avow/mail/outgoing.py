"""Post a single message: a row that waits, written in the transaction of the act that asks for it."""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import get_language

from avow.errors import MailError
from avow.mail.form.form import single, worded
from avow.record.key import new_key
from avow.record.mask import to_bits
from avow.record.shown.versions import in_force
from avow.record.upkeep import upkeep
from avow.terms import MessageKind, Scope
from avow.tongue import SOURCE

_POST: Final = """
INSERT INTO outgoing (id, reach, person_id, state, due, attempts, because, message_id, outcome, kind, exact, words,
    given, at, ended)
SELECT %s, reach_id, person_id, CASE WHEN barred THEN 'denied' ELSE 'waiting' END, now, 0, '', '', '', %s, exact,
    %s, CASE WHEN barred THEN '{}' ELSE %s END::jsonb, now, CASE WHEN barred THEN now END
FROM (
    SELECT address.*, clock_timestamp() AS now, reach.refused & %s::bit(256) <> 0::bit(256) AS barred
    FROM address JOIN reach ON reach.id = reach_id WHERE person_id = %s AND exact = %s
) AS mailbox
"""


def post(
    kind: MessageKind,
    person: UUID,
    exact: bytes,
    words: str,
    given: Mapping[str, str] | None = None,
    unless: Scope | None = None,
) -> UUID:
    """Let a message of this kind wait for one person, at an address that is or was on file; give its key.

    `exact` is the address's id; `words` names a template, which is taken in the language that is spoken where it stands
    in that, and else in the source's; `given` holds what the template needs of
    the act (a code, a link) and is emptied when the message has ended. Whether it goes out is
    decided by the gate when it is sent; where the mailbox refuses the scope `unless`, it is denied here, by the
    very statement that lets others wait, so that the time tells nobody of the refusal. Raises MailError for
    marketing, which goes to lists alone, for an address that was never this person's, and for words or a kind
    that are not there.
    """
    if kind.marketing:
        raise MailError(f"{kind.value} is no single message", "send a mailing to a list")
    words = worded(words, get_language() or SOURCE)
    single(in_force(), kind, words)
    key = new_key()
    barred = to_bits(unless.mask if unless is not None else 0)
    with upkeep() as cursor:
        cursor.execute(_POST, [key, kind.value, words, json.dumps(dict(given or {})), barred, person, exact])
        if cursor.rowcount != 1:
            raise MailError("this address was never this person's", "post to an address that is on file")
    return key


def waits(key: UUID) -> bool:
    """Say whether a message waits still, or is on its way."""
    with upkeep() as cursor:
        cursor.execute("SELECT 1 FROM outgoing WHERE id = %s AND state IN ('waiting', 'sending', 'deferred')", [key])
        return cursor.fetchone() is not None
