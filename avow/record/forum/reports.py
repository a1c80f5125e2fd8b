"""Know what was reported to the moderators: for which reason, by whom, and what came of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from avow.record.declare import keeping
from avow.record.forum.posts import kept
from avow.record.key import NOBODY, new_key

_INSERT: Final = """
INSERT INTO report (person_id, id, post, item, exact, reason, at, outcome) VALUES (%s, %s, %s, %s, %s, %s, %s, '')
"""
_OPEN: Final = """
SELECT person_id, id, post, item, exact, reason, at FROM report
WHERE post IN (SELECT post FROM report WHERE outcome = '' GROUP BY post ORDER BY min(at) LIMIT %s) AND outcome = ''
ORDER BY at, id
"""
_CLOSE: Final = """
UPDATE report SET outcome = %s, ended = %s WHERE post = %s AND outcome = ''
RETURNING person_id, id, post, item, exact, reason, at
"""


class Reason(StrEnum):
    """Why a post is reported or hidden; the list is closed."""

    PRIVATE = "private"
    INSULT = "insult"
    ADVERTISING = "advertising"
    UNLAWFUL = "unlawful"
    CHARTER = "charter"

    @property
    def words(self) -> str:
        """Say it as a page and a message do."""
        return _WORDS[self]


_WORDS: Final = {
    Reason.PRIVATE: "It tells something private about somebody.",
    Reason.INSULT: "It insults or threatens somebody.",
    Reason.ADVERTISING: "It is advertising.",
    Reason.UNLAWFUL: "It breaks the law.",
    Reason.CHARTER: "It has nothing to do with what the board is for.",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A report: by whom (NOBODY: a visitor), of which post, the item with words beside the reason, where to answer."""

    person: UUID
    id: UUID
    post: UUID
    item: UUID | None
    exact: bytes | None
    reason: Reason
    at: datetime


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports, where they are answered (exact id), and under which key and category their words were kept."""

    person: UUID
    exact: bytes
    key: UUID
    category: str


def add_report(post: UUID, reason: Reason, by: Reporter | None = None) -> None:
    """Note that a post was reported, by somebody who is answered, or by a visitor of whom nothing is kept."""
    with keeping() as cursor:
        if by is None:
            cursor.execute(_INSERT, [NOBODY, new_key(), post, None, None, reason.value, datetime.now(UTC)])
            return
        item = kept(cursor, by.person, by.key, by.category)
        cursor.execute(_INSERT, [by.person, by.key, post, item, by.exact, reason.value, datetime.now(UTC)])


def open_reports(most: int) -> list[Report]:
    """Give the open reports of at most so many posts, those that wait longest before all."""
    with keeping() as cursor:
        cursor.execute(_OPEN, [most])
        return [_report(*row) for row in cursor.fetchall()]


def close_reports(post: UUID, outcome: str) -> list[Report]:
    """Close every open report of a post with what came of it, and give them."""
    with keeping() as cursor:
        cursor.execute(_CLOSE, [outcome, datetime.now(UTC), post])
        return [_report(*row) for row in cursor.fetchall()]


def _report(
    person: UUID, id_: UUID, post: UUID, item: UUID | None, exact: bytes | None, reason: str, at: datetime
) -> Report:
    return Report(person, id_, post, item, None if exact is None else bytes(exact), Reason(reason), at)
