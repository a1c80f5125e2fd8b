"""Mark rows before and after the wire; every mark is one statement for the whole batch."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.decision.request import Request
from avow.gate.clearance import Clearance
from avow.gate.sent import sent
from avow.ledger.commitment import canonical, listed
from avow.mail.message import Message
from avow.mail.queue.rows import DELIVERIES, SINGLES, Queue, Row
from avow.mail.smtp.hand import Outcome
from avow.record.enriched.told import Untold, tell
from avow.record.key import NOBODY
from avow.store.server.columns import bigints, byteas, columnar, texts, uuids
from avow.terms import DeliveryState

LEASE = 2.0
"""Seconds from the mark `sending` within which the final dot must have begun."""
_REST = (60, 300, 900, 3600, 7200, 14400, 28800, 43200)
"""Seconds to wait after each attempt that was deferred; after the last one it is given up."""
TRIES = len(_REST) + 1
"""Attempts after which it is given up."""
_NOBODYS = f"t.person_id = '{NOBODY}'"
"""Says that the person was forgotten while the message was on the wire: nothing that tells of them is written."""
_EMPTY = "given = '{}'::jsonb,"
"""Wipes codes and links of the act once a single message has ended."""
_WIPED = f"given = CASE WHEN c.state IN ('waiting', 'deferred') AND NOT {_NOBODYS} THEN t.given ELSE '{{}}'::jsonb END,"
_WHY = (
    "because = CASE WHEN t.entry IS NULL THEN c.words ELSE t.because END,"
    " outcome = CASE WHEN t.entry IS NULL THEN t.outcome ELSE c.words END"
)
_ADDRESS = re.compile(r"<?[^\s<>:;,]+@[^\s<>:;,]+>?")
_VOID = f"({_NOBODYS} AND c.state IN ('waiting', 'deferred'))"
_HANDED = frozenset({DeliveryState.SENT, DeliveryState.DOUBT})


@dataclass(frozen=True, slots=True)
class Copy:
    """One message that is cleared and composed, with the row it belongs to, and the facts from others it tells of."""

    row: Row
    clearance: Clearance
    message: Message
    tells: tuple[Untold, ...] = ()


def mark_sending(cursor: CursorWrapper, queue: Queue, copies: Sequence[Copy]) -> None:
    """Write what each decision saw, what opens it, and the lease; this is committed before the first byte leaves.

    They were decided together: one entry, one use, one version allowed them all, for the same clauses. Whatever was
    handed over before, in doubt, is told by its entry alone from now on.
    """
    first = copies[0].clearance
    with columnar(cursor) as telling:
        telling.tell(
            f"UPDATE {queue.table} AS t SET state = 'sending', lease = clock_timestamp() + make_interval(secs => %s),"
            " decision = %s, decision_pos = c.pos, decision_salt = c.salt, version = %s, asked = %s::jsonb,"
            " choice_no = c.choice_no, because = %s, message_id = c.message_id, entry = NULL, pos = NULL, salt = NULL"
            f"{', domain = c.domain' if queue is DELIVERIES else ''}"
            " FROM unnest(%s, %s, %s, %s, %s, %s, %s) AS c(key, reach, pos, salt, choice_no, message_id, domain)"
            f" WHERE t.{queue.key} = c.key AND t.reach = c.reach",
            [
                LEASE,
                first.entry,
                first.version,
                _asked(first.request),
                " ".join(sorted(first.because)),
                uuids([copy.row.key for copy in copies]),
                byteas([copy.row.reach for copy in copies]),
                bigints([copy.clearance.pos for copy in copies]),
                byteas([copy.clearance.salt for copy in copies]),
                bigints([copy.clearance.choice_no for copy in copies]),
                texts([copy.message.id for copy in copies]),
                texts([copy.message.domain for copy in copies]),
            ],
        )


@cache
def _asked(request: Request) -> str:
    """Write which use was asked for; its list is the mailing's."""
    return json.dumps(
        {
            "purpose": request.purpose,
            "recipient": request.recipient.value,
            "topic": request.topic,
            "categories": sorted(request.categories),
        }
    )


def mark_ended(
    cursor: CursorWrapper, queue: Queue, state: DeliveryState, rows: Sequence[tuple[Row, str]], decision: int | None
) -> None:
    """End rows that never met the wire, this time: denied by the gate for clauses, or failed for words.

    One that was handed over before, in doubt, keeps the decision that let it out, and its clauses.
    """
    if rows:
        denied = state is DeliveryState.DENIED
        cursor.execute(
            f"UPDATE {queue.table} AS t SET state = %s, ended = clock_timestamp(),"
            " decision = CASE WHEN t.entry IS NULL THEN %s ELSE t.decision END,"
            " decision_pos = CASE WHEN t.entry IS NOT NULL THEN t.decision_pos END,"
            " decision_salt = CASE WHEN t.entry IS NOT NULL THEN t.decision_salt END,"
            f" {_EMPTY if queue is SINGLES else ''}"
            f" {_WHY if denied else 'outcome = c.words'}"
            " FROM unnest(%s::uuid[], %s::bytea[], %s::text[]) AS c(key, reach, words)"
            f" WHERE t.{queue.key} = c.key AND t.reach = c.reach",
            [state.value, decision, *_columns([(row.key, row.reach, words) for row, words in rows])],
        )


def mark_moved(
    cursor: CursorWrapper, queue: Queue, rows: Sequence[tuple[Row, Clearance]], decision: int | None
) -> None:
    """End rows whose person has another address now; a copy of a mailing waits for that one instead."""
    mark_ended(cursor, queue, DeliveryState.DENIED, [(row, "moved to another address") for row, _ in rows], decision)
    to = [(row.key, clearance.reach, row.person) for row, clearance in rows if clearance.reach]
    if to and queue is DELIVERIES:
        cursor.execute(
            "INSERT INTO delivery (mailing_id, reach, person_id, state, due, attempts, because, message_id, outcome)"
            " SELECT key, reach, person, 'waiting', clock_timestamp(), 0, '', '', ''"
            " FROM unnest(%s::uuid[], %s::bytea[], %s::uuid[]) AS c(key, reach, person) ON CONFLICT DO NOTHING",
            _columns(to),
        )
        cursor.execute(
            "UPDATE mailing SET expected = expected + %s WHERE id = %s", [int(cursor.rowcount), rows[0][0].key]
        )


def mark_put_off(cursor: CursorWrapper, queue: Queue, rows: Sequence[tuple[Row, float]]) -> None:
    """Let rows wait for their turn (seconds) by the pace of their domain; they are decided again then."""
    if rows:
        with columnar(cursor) as telling:
            telling.tell(
                f"UPDATE {queue.table} AS t SET due = clock_timestamp() + make_interval(secs => c.rest / 1000.0)"
                f" FROM unnest(%s, %s, %s) AS c(key, reach, rest) WHERE t.{queue.key} = c.key AND t.reach = c.reach",
                [
                    uuids([row.key for row, _ in rows]),
                    byteas([row.reach for row, _ in rows]),
                    bigints([int(rest * 1000) for _, rest in rows]),
                ],
            )


def mark_outcomes(
    cursor: CursorWrapper, queue: Queue, ended: Sequence[tuple[Copy, Outcome]], at: datetime, *, again: bool
) -> None:
    """Write what became of each message, the entry of those handed over, and of what facts these told.

    A message in doubt is sent again under the same id if `again`, else it stays in doubt.
    """
    tell([one for copy, outcome in ended if outcome.state is DeliveryState.SENT for one in copy.tells], at)
    entry, salts = _entry(ended, at)
    drawn = enumerate(salts)
    marks = [_mark(copy, outcome, again=again) for copy, outcome in ended]
    places = [next(drawn) if outcome.state in _HANDED else (None, None) for _, outcome in ended]
    with columnar(cursor) as telling:
        telling.tell(
            f"UPDATE {queue.table} AS t SET state = CASE WHEN {_VOID} THEN 'failed' ELSE c.state END,"
            f" outcome = CASE WHEN {_NOBODYS} THEN '' ELSE c.outcome END, attempts = c.attempts,"
            f" {_WIPED if queue is SINGLES else ''}"
            " due = CASE WHEN c.rest > 0 THEN clock_timestamp() + make_interval(secs => c.rest) ELSE t.due END,"
            f" ended = CASE WHEN c.state IN ('waiting', 'deferred') AND NOT {_VOID} THEN NULL ELSE %s END,"
            " entry = CASE WHEN c.pos IS NULL THEN t.entry ELSE %s END, pos = coalesce(c.pos, t.pos),"
            f" salt = CASE WHEN NOT {_NOBODYS} THEN coalesce(c.salt, t.salt) END"
            " FROM unnest(%s, %s, %s, %s, %s, %s, %s, %s)"
            " AS c(key, reach, state, outcome, attempts, rest, pos, salt)"
            f" WHERE t.{queue.key} = c.key AND t.reach = c.reach AND t.state IN ('sending', 'doubt')",
            [
                at,
                entry,
                uuids([copy.row.key for copy, _ in ended]),
                byteas([copy.row.reach for copy, _ in ended]),
                texts([state for state, _, _, _ in marks]),
                texts([words for _, words, _, _ in marks]),
                bigints([tried for _, _, tried, _ in marks]),
                bigints([rest for _, _, _, rest in marks]),
                bigints([pos for pos, _ in places]),
                byteas([salt for _, salt in places]),
            ],
        )


def _entry(ended: Sequence[tuple[Copy, Outcome]], at: datetime) -> tuple[int | None, Sequence[bytes]]:
    handed = [
        act_bytes(copy.row.key, copy.row.reach, copy.row.person, copy.clearance.entry, copy.message.id)
        for copy, outcome in ended
        if outcome.state in _HANDED
    ]
    return sent(at, handed) if handed else (None, ())


def act(key: UUID, reach: bytes, person: UUID, decision: int, message_id: str) -> list[object]:
    """Give the record of one act of handing over, as the ledger covers it."""
    return ["handed over", key, reach, person, decision, message_id]


def act_bytes(key: UUID, reach: bytes, person: UUID, decision: int, message_id: str) -> bytes:
    """Give the canonical bytes of `act`."""
    return listed(map(canonical, act(key, reach, person, decision, message_id)))


def _mark(copy: Copy, outcome: Outcome, *, again: bool) -> tuple[str, str, int, int]:
    """Give state, words, attempts and rest (seconds) after an attempt."""
    state, tried = outcome.state, copy.row.attempts
    if state is not DeliveryState.WAITING:
        tried += 1
    if state is DeliveryState.DOUBT and again:
        state = DeliveryState.DEFERRED
    if state is DeliveryState.DEFERRED and tried >= TRIES:
        state = DeliveryState.FAILED
    rest = _REST[tried - 1] if state is DeliveryState.DEFERRED else 0
    return state.value, nameless(outcome.text), tried, rest


def nameless(words: str) -> str:
    """Take addresses out of a mail server's words: they are stored beside no purpose."""
    return _ADDRESS.sub("[address]", words) if "@" in words else words


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
