"""Hold a matter: begun by a person, answered by staff in turn, taken up again by whoever began it, ended."""

import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from avow.errors import RecordError
from avow.ledger.append import append
from avow.record.declare import keeping
from avow.record.kept import KEPT, UNKEPT
from avow.record.key import NOBODY, new_key
from avow.record.matters.enclosed import let_go
from avow.record.matters.over import end, lock
from avow.record.said.circle import linked, still_there
from avow.terms import ChannelKind, EntryKind

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
"""How a matter stands: it waits for us, it waits for whoever began it, it is ended."""
_SIGNS: Final = "BCDFGHJKLMNPQRSTVWXZ23456789"
"""What a mark is made of: no vowel, so that it says nothing, and no sign that is taken for another."""
MARK: Final = re.compile(rf"\[((?:[{_SIGNS}]{{4}}-){{2}}[{_SIGNS}]{{4}})\]")
_COLUMNS: Final = "id, person_id, mark, channel, exact, state, step, at, last, owner, ours, over"
_ITEM: Final = """
SELECT id FROM item WHERE person_id = %s AND thread = %s AND category = %s ORDER BY at DESC, id DESC LIMIT 1
"""
_BEGIN: Final = """
INSERT INTO matter (person_id, id, mark, channel, exact, state, step, at, last) VALUES (%s, %s, %s, %s, %s, 'open',
    '', %s, %s)
"""
_TURN: Final = """
INSERT INTO turn (person_id, id, matter, at, item, words, staff, message, letter)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_TAKEN_UP: Final = """
UPDATE matter SET state = 'open', last = %s, ours = 0, over = NULL WHERE id = %s AND person_id = %s
"""
_ANSWERED: Final = """
UPDATE matter SET state = %s, last = %s, ours = ours + 1, owner = coalesce(owner, %s), step = %s
WHERE id = %s AND last = %s AND over IS NULL
"""
_LIVE: Final = f"""
SELECT {_COLUMNS} FROM matter WHERE channel = %s AND over IS NULL AND state = ANY(%s)
    AND (%s::uuid IS NULL OR owner = %s) AND (last, id) > (%s, %s) ORDER BY last, id LIMIT %s
"""
_BEGUN: Final = f"""
SELECT {_COLUMNS} FROM matter WHERE person_id = %s AND exact = %s AND EXISTS (
        SELECT FROM address a
        WHERE a.person_id = matter.person_id AND a.exact = matter.exact AND verified IS NOT NULL AND ended IS NULL)
    AND (%s::uuid IS NULL OR id = %s) AND (%s::timestamptz IS NULL OR (last, id) < (%s, %s))
ORDER BY last DESC, id DESC LIMIT %s
"""
_SAID: Final = """
SELECT id, matter, at, item, words, staff, message, letter FROM turn WHERE matter = ANY(%s) ORDER BY at, id
"""
_STRAY: Final = """
e.item IS NOT NULL AND NOT EXISTS (SELECT FROM item i WHERE i.person_id = e.person_id AND i.id = e.item)
"""
"""A file goes with the words that it came with, also where others of the matter stay."""
_SPENT: Final = f"""
{KEPT} SELECT id, person_id FROM matter m WHERE person_id {UNKEPT}
    AND at < now() - interval '1 day' AND (%s::uuid[] IS NULL OR id = ANY(%s))
    AND NOT EXISTS (SELECT FROM turn t JOIN item i ON i.person_id = t.person_id AND i.id = t.item WHERE t.matter = m.id)
LIMIT 500
"""
"""Matters of which no word of the person is left; of some, or of all."""
FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0)
"""Before every matter."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter without its words: whose, its mark, by which channel, where to answer, how it stands, who has it.

    `ours` is how often we wrote since the person did; `over` is since when nothing of it is open.
    """

    id: UUID
    person: UUID
    mark: str
    channel: ChannelKind
    exact: bytes
    state: str
    step: str
    at: datetime
    last: datetime
    owner: UUID | None
    ours: int
    over: datetime | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said: by the person (the item that holds their words), or by our staff; with no message it is a note."""

    id: UUID
    matter: UUID
    at: datetime
    item: UUID | None
    words: str
    staff: UUID | None
    message: UUID | None
    letter: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What we say: by whom, in which words and message, and how the matter stands then, at which step."""

    staff: UUID
    words: str
    message: UUID
    state: str
    step: str = ""


def begin(person: UUID, key: UUID, channel: ChannelKind, exact: bytes, said: tuple[str, str]) -> tuple[str, UUID]:
    """Begin a matter under the key that its first items were kept with, and give its mark and its first turn.

    `said` is the category that holds the words, and the id of the letter they came by ("" for a form).
    """
    mark, now = _mark(), datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_BEGIN, [person, key, mark, channel.value, exact, now, now])
    return mark, _say(person, key, said, now)


def take_up(found: Matter, said: tuple[str, str]) -> UUID:
    """Add what the person wrote again, which was kept with the matter's key; it waits for us anew. Give the turn."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        still_there(cursor, found.person)
        cursor.execute(_TAKEN_UP, [now, found.id, found.person])
        if cursor.rowcount != 1:
            raise RecordError("this matter is gone", "begin another")
    return _say(found.person, found.id, said, now)


def reply(found: Matter, said: Reply) -> None:
    """Add what we answer to a matter as it was read; raise RecordError if something was said or done meanwhile."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        still_there(cursor, found.person)
        cursor.execute(_ANSWERED, [said.state, now, said.staff, said.step or found.step, found.id, found.last])
        if cursor.rowcount != 1:
            raise RecordError("something was said in this matter meanwhile", "read it again, then answer")
        told = [None, said.words, said.staff, said.message, ""]
        cursor.execute(_TURN, [found.person, new_key(), found.id, now, *told])


def still(found: Matter) -> Matter | None:
    """Give a matter as it stands, and keep it so until this transaction ends; None if it is gone."""
    with suppress(RecordError), transaction.atomic(), keeping() as cursor:
        linked(cursor, [found.person])  # whom whoever keeps more of theirs locks, in the same order
    return matter_at(found.id)


def note(found: Matter, staff: UUID, words: str) -> None:
    """Keep a note of staff with a matter, which goes to nobody; what was said, or billed, stays as it is."""
    with keeping() as cursor:
        still_there(cursor, found.person)
        told = [None, words, staff, None, ""]
        cursor.execute(_TURN, [found.person, new_key(), found.id, datetime.now(UTC), *told])


def matter_at(key: UUID) -> Matter | None:
    """Give a matter by its id; None if there is none."""
    return _one("id = %s", key)


def marked(subject: str) -> Matter | None:
    """Give the matter whose mark stands in a subject; None if none does."""
    mark = MARK.search(subject.upper())
    return _one("mark = %s", mark[1]) if mark else None


def answered_by(message: UUID) -> Matter | None:
    """Give the matter that one of our messages belongs to; None if it belongs to none."""
    return _one("id = (SELECT matter FROM turn WHERE message = %s LIMIT 1)", message)


def live(
    channel: ChannelKind, most: int, after: tuple[datetime, UUID] = FIRST, owner: UUID | None = None, *, closed: bool
) -> list[Matter]:
    """Give the matters of a channel that wait for us, those that wait longest before all; or those that do not."""
    states = [ANSWERED, CLOSED] if closed else [OPEN]
    with keeping() as cursor:
        cursor.execute(_LIVE, [channel.value, states, owner, owner, *after, most])
        return [_read(row) for row in cursor.fetchall()]


def matters_of(person: UUID) -> list[Matter]:
    """Give the matters of a person, oldest first."""
    with keeping() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM matter WHERE person_id = %s ORDER BY at, id", [person])
        return [_read(row) for row in cursor.fetchall()]


def begun_at(
    person: UUID, exact: bytes, most: int, before: tuple[datetime, UUID] | None = None, key: UUID | None = None
) -> list[Matter]:
    """Give what a person began at an address that they proved (HMAC of its exact key), the latest first; or one."""
    at, last = before or (None, None)
    with keeping() as cursor:
        cursor.execute(_BEGUN, [person, exact, key, key, at, at, last, most])
        return [_read(row) for row in cursor.fetchall()]


def turns_of(matters: Sequence[UUID]) -> list[Turn]:
    """Give what was said in some matters, in its order."""
    with keeping() as cursor:
        cursor.execute(_SAID, [list(matters)])
        return [Turn(*row) for row in cursor.fetchall()]


def take(key: UUID, staff: UUID) -> None:
    """Give a matter to a member of staff."""
    with keeping() as cursor:
        cursor.execute("UPDATE matter SET owner = %s WHERE id = %s AND state <> 'closed'", [staff, key])


def close(found: Matter, step: str = "") -> None:
    """End a matter without a word; whoever began it can take it up again. Raises RecordError as `reply` does."""
    with keeping() as cursor:
        cursor.execute(
            "UPDATE matter SET state = 'closed', step = %s, last = %s WHERE id = %s AND last = %s",
            [step or found.step, datetime.now(UTC), found.id, found.last],
        )
        if cursor.rowcount != 1:
            raise RecordError("something was said in this matter meanwhile", "read it again, then close it")


def sweep() -> int:
    """Forget the matters of which no word of the person is left, and files whose words are gone; give how many."""
    with keeping() as cursor:
        cursor.execute(_SPENT, [None, None])
        found = cursor.fetchall()
        lock([person for _, person in found])
        some = [key for key, _ in found]
        cursor.execute(_SPENT, [some, some])  # who wrote again until the lock was had is not among them
        gone = [key for key, _ in cursor.fetchall()]
        end(gone)
        leaves = let_go(cursor, "matter = ANY(%s)", [gone]) + let_go(cursor, _STRAY, [])
        for table, column in (("turn", "matter"), ("matter", "id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [gone])
        if leaves:
            append(EntryKind.FORGOTTEN, datetime.now(UTC), [], sorted(leaves))
        return len(gone)


def _say(person: UUID, key: UUID, said: tuple[str, str], now: datetime) -> UUID:
    category, letter = said
    turn = new_key()
    with keeping() as cursor:
        cursor.execute(_ITEM, [person, key, category])
        row = cursor.fetchone()
        if row is None:
            raise RecordError("nothing was kept with this key", "keep it first")
        cursor.execute(_TURN, [person, turn, key, now, row[0], "", None, None, letter])
    return turn


def _mark() -> str:
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))


def _one(where: str, value: str | UUID) -> Matter | None:
    with keeping() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM matter WHERE {where} AND person_id <> %s", [value, NOBODY])
        row = cursor.fetchone()
    return _read(row) if row else None


def _read(row: tuple[object, ...]) -> Matter:
    found = list(row)
    found[3], found[4] = ChannelKind(str(found[3])), bytes(found[4])  # type: ignore[call-overload]  # bytes of a column
    return Matter(*found)  # type: ignore[arg-type]  # in the order of _COLUMNS
