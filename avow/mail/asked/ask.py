"""Queue the questions and notes about a version: set-based, nobody twice, whenever it is broken off."""

import json
from collections.abc import Callable, Sequence
from itertools import product
from typing import Final

from django.db.backends.utils import CursorWrapper

from avow.gate.changed.crowd import done, whom
from avow.mail.form.form import single, worded
from avow.policy.document import Policy
from avow.policy.history import History
from avow.policy.proof.keeps import keeps
from avow.record.changed.alike import Alike
from avow.record.changed.different import asked
from avow.record.mask import from_bits
from avow.record.shown.language import LAST, languages
from avow.record.upkeep import up_to_date, upkeep
from avow.terms import MessageKind, Promise, Relation
from avow.tongue import SOURCE

QUESTION, NOTE = "question", "courtesy"
"""The names of the words of either message."""
CHUNK: Final = 5_000
"""People whose messages are queued in one transaction."""
_QUEUE: Final = f"""
WITH chunk AS (SELECT * FROM asking WHERE n > %s AND n <= %s),
known AS MATERIALIZED (
    SELECT id FROM person WHERE id IN (SELECT person FROM chunk) ORDER BY id FOR NO KEY UPDATE
), fresh AS (
    INSERT INTO question (person_id, version, reach, uses, yes, no, at, message)
    SELECT person, %s, reach, uses, 0::bit(256), 0::bit(256), clock_timestamp(), gen_random_uuid()
    FROM chunk JOIN known ON id = person ON CONFLICT DO NOTHING RETURNING person_id, message, uses
), spoken AS MATERIALIZED (
    SELECT fresh.*, CASE WHEN %s THEN coalesce(
        (SELECT language FROM ({LAST.format(person="fresh.person_id")}) AS last WHERE language = ANY(%s)), '{SOURCE}'
    ) ELSE '{SOURCE}' END AS language FROM fresh
), marked AS (
    UPDATE person SET relations = relations | %s FROM fresh WHERE id = person_id AND uses <> 0::bit(256)
)
INSERT INTO outgoing (id, reach, person_id, state, due, attempts, because, message_id, outcome, kind, exact, words,
    given, at)
SELECT message, chunk.reach, person_id, 'waiting', clock_timestamp(), 0, '', '', '', kind, exact, words, given,
    clock_timestamp()
FROM spoken JOIN chunk ON person = person_id
JOIN unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[]) AS told (bits, language, kind, words, given)
    ON spoken.uses = bits::bit(256) AND spoken.language = told.language
"""
"""Where nobody was ever shown another language, none is looked up."""


@keeps(Promise.DIFFERENT_USE_TOLD, Promise.COURTESY)
def ask(
    history: History,
    policy: Policy,
    told: Sequence[tuple[Alike, int]],
    version: str,
    tick: Callable[[int], object] = lambda _: None,
    *,
    asks: bool = True,
    notes: bool = True,
) -> int:
    """Queue for everybody whom a version touches, and whom mail reaches, the question; give how many were queued.

    With it go the notes, where there is something to note (`notes`), to those who asked for them and are not asked;
    where the policy promises no different use at all (`asks`), nobody is asked. Whoever
    has a message about this version gets no second one, so it is called again after a crash, and for those who came
    since. `policy` is the version under which is asked. Raises MailError if it states no such message.
    """
    up_to_date()
    for kind, words in ((MessageKind.POLICY_CHANGE, QUESTION), (MessageKind.POLICY_COURTESY, NOTE)):
        if any(purpose.kind is kind for purpose in policy.purposes.values()):
            single(policy, kind, words)
    with upkeep() as cursor:
        waiting = whom(cursor, history, policy, told, version, ask=asks, note=notes)
        spoken = languages(cursor)
        given = _given(cursor, history, version, spoken)
    queued = 0
    for begin in range(0, waiting, CHUNK):
        with upkeep() as cursor:
            asking = begin, begin + CHUNK, version, len(spoken) > 1, spoken, Relation.AFFECTED.mask
            cursor.execute(_QUEUE, [*asking, *given])
            queued += cursor.rowcount
        tick(min(CHUNK, waiting - begin))
    with upkeep() as cursor:
        done(cursor)
    return queued


def _given(cursor: CursorWrapper, history: History, version: str, spoken: Sequence[str]) -> list[list[str]]:
    """Give for each mask of uses that is asked about, and each language, the kind, its words and what fills them."""
    cursor.execute("SELECT DISTINCT uses::text FROM asking")
    columns: list[list[str]] = [[], [], [], [], []]
    for (bits,), language in product(cursor.fetchall(), spoken):
        uses = asked(history, version, from_bits(bits))
        kind, words = (MessageKind.POLICY_CHANGE, QUESTION) if uses else (MessageKind.POLICY_COURTESY, NOTE)
        given = {"about": version, "uses": " ".join(one.name for one in uses), "language": language}
        row = bits, language, kind.value, worded(words, language), json.dumps(given)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return columns
