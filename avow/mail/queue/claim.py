"""Claim what waits, past what others hold."""

from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.mail.queue.rows import DELIVERIES, SINGLES, Queue, Row
from avow.mail.queue.still import MailingState, goes
from avow.store.server.columns import columnar
from avow.terms import MessageKind

_OPEN = "state IN ('waiting', 'deferred') AND due <= clock_timestamp()"


def claim(cursor: CursorWrapper, queue: Queue, choice: tuple[Any, ...], limit: int) -> list[Row]:
    """Claim up to `limit` rows for this transaction, the longest due first, past those others hold.

    `choice` is the mailing's id, or the kind and words of single messages. Of a mailing that was paused or cancelled
    nothing is claimed: whoever does that waits until this transaction ends, and holds from then on.
    """
    if queue is DELIVERIES and not goes(cursor, choice[0], MailingState.SENDING):
        return []
    where = "mailing_id = %s" if queue is DELIVERIES else "kind = %s AND words = %s"
    with columnar(cursor) as asking:
        found = asking.ask(
            f"SELECT {queue.key}, reach, person_id, attempts{queue.extra} FROM {queue.table}"
            f" WHERE {where} AND {_OPEN} ORDER BY due LIMIT %s FOR UPDATE SKIP LOCKED",
            [*choice, limit],
        )
    return [Row(*row) for row in found]


def give_up(cursor: CursorWrapper, queue: Queue, choice: tuple[Any, ...], words: str) -> None:
    """Fail whatever is due of a message that cannot be composed for anybody; no code or link of it is kept."""
    where = "mailing_id = %s" if queue is DELIVERIES else "kind = %s AND words = %s"
    wiped = ", given = '{}'" if queue is SINGLES else ""
    cursor.execute(
        f"UPDATE {queue.table} SET state = 'failed', outcome = %s, ended = clock_timestamp(){wiped}"
        f" WHERE {where} AND {_OPEN}",
        [words, *choice],
    )


def mailings(cursor: CursorWrapper, *, marketing: bool) -> list[tuple[UUID, str, str | None, str, str]]:
    """Give (id, list, topic, purpose, words) of the mailings that have due deliveries, oldest first."""
    cursor.execute(
        "SELECT mailing.id, mailing.list, topic, mailing.purpose, words FROM mailing"
        " JOIN list ON list.id = mailing.list WHERE state = 'sending' AND (%s OR kind <> ALL(%s)) AND EXISTS"
        f" (SELECT 1 FROM delivery WHERE mailing_id = mailing.id AND {_OPEN}) ORDER BY at",
        [marketing, [kind.value for kind in MessageKind if kind.marketing]],
    )
    return [(key, name, topic, purpose, words) for key, name, topic, purpose, words in cursor.fetchall()]


def kinds(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Give (kind, words) of the single messages that wait."""
    cursor.execute(f"SELECT DISTINCT kind, words FROM {SINGLES.table} WHERE {_OPEN}")
    return [(kind, words) for kind, words in cursor.fetchall()]


def finish(cursor: CursorWrapper) -> None:
    """Close each mailing of which no delivery is open or on the wire."""
    cursor.execute(
        "UPDATE mailing SET state = 'done', done = clock_timestamp() WHERE state = 'sending' AND NOT EXISTS"
        " (SELECT 1 FROM delivery WHERE mailing_id = mailing.id AND state IN ('waiting', 'deferred')) AND NOT EXISTS"
        " (SELECT 1 FROM delivery WHERE mailing_id = mailing.id AND state = 'sending')"
    )
