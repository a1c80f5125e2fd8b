"""Write a mailing before it is one: a draft that anybody of those who may can change, and nobody changes unseen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from avow.errors import MailError
from avow.mail.form.limits import legible
from avow.mail.mailing import listed, subject
from avow.mail.queue.still import MailingState
from avow.record.key import new_key
from avow.record.shown.versions import in_force
from avow.record.upkeep import upkeep
from avow.terms import MessageKind

_COLUMNS: Final = (
    "id, list, words, state, edition, at, due, zone, begun, made, done, expected, note, shown, staff, kind, purpose"
)
_INSERT: Final = """
INSERT INTO mailing (id, list, purpose, kind, words, version, state, expected, at, staff, shown)
VALUES (%s, %s, %s, %s, %s, %s, 'draft', 0, %s, %s, %s)
"""
_REWRITE: Final = """
UPDATE mailing SET list = %s, purpose = %s, kind = %s, words = %s, shown = %s, staff = coalesce(%s, staff),
    edition = edition + 1
WHERE id = %s AND state = 'draft' AND edition = %s RETURNING edition
"""


_NEWEST: Final = """
WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY list ORDER BY begun DESC) AS nth FROM mailing
        WHERE shown AND state = 'done' AND expected > 0
    ) AS issue WHERE nth <= %s
) ORDER BY begun DESC
"""


@dataclass(frozen=True, slots=True)
class Mailing:
    """A mailing as it stands: its list and words, its state, its times (UTC), who moved it last and what holds it."""

    id: UUID
    list: str
    words: str
    state: MailingState
    edition: int
    at: datetime
    due: datetime | None
    zone: str
    begun: datetime | None
    made: datetime | None
    done: datetime | None
    expected: int
    note: str
    shown: bool
    staff: UUID | None
    kind: str
    purpose: str

    @property
    def subject(self) -> str:
        """Give the subject as it stands for nobody."""
        return subject(self.words) or "Without a subject"


def draft(list_id: str, words: str, by: UUID | None = None, *, shown: bool = False) -> UUID:
    """Keep a draft to a list, whatever it still lacks, and give its id; raise MailError if it cannot be kept at all."""
    to, key = listed(list_id), new_key()
    with upkeep() as cursor:
        cursor.execute(
            _INSERT,
            [
                key,
                to.id,
                to.purpose,
                _kind(to.purpose),
                legible(words),
                in_force().front.version,
                datetime.now(UTC),
                by,
                shown,
            ],
        )
    return key


def rewrite(key: UUID, edition: int, list_id: str, words: str, by: UUID | None = None, *, shown: bool = False) -> int:
    """Change a draft in the edition that was looked at, and give the new one; raise MailError if it is another."""
    to = listed(list_id)
    with upkeep() as cursor:
        cursor.execute(_REWRITE, [to.id, to.purpose, _kind(to.purpose), legible(words), shown, by, key, edition])
        row = cursor.fetchone()
    if row is None:
        raise MailError(
            "this draft was changed or moved since you opened it; nothing of yours was kept",
            "copy what you wrote, look at it again, then write",
        )
    return int(row[0])


def mailing(key: UUID) -> Mailing:
    """Give a mailing; raise MailError if there is none."""
    found = _read("WHERE id = %s", [key])
    if not found:
        raise MailError(f"there is no mailing {key}", "`avow mailing show` lists them")
    return found[0]


def mailings(most: int = 100) -> list[Mailing]:
    """Give the mailings that were touched last, the newest first."""
    return _read("ORDER BY coalesce(begun, due, at) DESC LIMIT %s", [most])


def issues(list_id: str = "", most: int = 200) -> list[Mailing]:
    """Give what was sent and may be shown to everybody, of one list or of all, the newest first."""
    return _read(
        "WHERE shown AND state = 'done' AND expected > 0 AND (%s = '' OR list = %s) ORDER BY begun DESC LIMIT %s",
        [list_id, list_id, most],
    )


def newest_issues(most: int) -> dict[str, list[Mailing]]:
    """Give by list so many of the newest issues of each, in one statement however many lists there are."""
    found: dict[str, list[Mailing]] = {}
    for one in _read(_NEWEST, [most]):
        found.setdefault(one.list, []).append(one)
    return found


def _read(where: str, values: list[Any]) -> list[Mailing]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM mailing {where}", values)
        return [_mailing(*row) for row in cursor.fetchall()]


def _mailing(*row: Any) -> Mailing:
    id_, list_, words, state, *rest = row
    return Mailing(id_, list_, words, MailingState(state), *rest)


def _kind(purpose: str) -> str:
    """Give the kind of a purpose's messages; what the policy in force does not state counts as marketing."""
    found = in_force().purposes.get(purpose)
    return ((found.kind if found else None) or MessageKind.MARKETING_OTHER).value
