"""Know what was posted where: threads, posts in their order, who posts; the words are items, and the gate's to give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.record.declare import keeping
from avow.record.key import NOBODY, new_key

SHOWN, HIDDEN, REMOVED = "shown", "hidden", "removed"
_POST: Final = """
SELECT p.id, p.person_id, p.item, o.name, p.thread_id, t.board_id, p.no, p.at, p.state, p.why
FROM post p JOIN thread t ON t.id = p.thread_id LEFT JOIN poster o ON o.person_id = p.person_id
"""
_THREADS: Final = """
SELECT p.id, p.person_id, p.item, o.name, p.thread_id, t.board_id, t.posts, t.last, p.state, p.why
FROM thread t JOIN post p ON p.thread_id = t.id AND p.no = 1 LEFT JOIN poster o ON o.person_id = p.person_id
WHERE t.board_id = %s AND (%s::timestamptz IS NULL OR (t.last, t.id) < (%s, %s))
ORDER BY t.last DESC, t.id DESC LIMIT %s
"""
_COUNTS: Final = "SELECT board_id, count(*), sum(posts), max(last) FROM thread GROUP BY 1"
_ITEM: Final = """
SELECT i.id FROM item i WHERE person_id = %s AND thread = %s AND category = %s ORDER BY at DESC, id DESC LIMIT 1
"""
_THREAD: Final = "INSERT INTO thread (id, board_id, at, last, posts) VALUES (%s, %s, %s, %s, 0)"
_INSERT: Final = """
INSERT INTO post (person_id, id, item, thread_id, no, at, state, why) VALUES (%s, %s, %s, %s, %s, %s, 'shown', '')
"""
_NAMED: Final = """
INSERT INTO poster (person_id, name, exact, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, exact = excluded.exact
"""


@dataclass(frozen=True, slots=True)
class Post:
    """A post without its words: whose, the items that hold its words and its writer's name, its place, its state.

    Where threads are listed, it is the first of one: `no` is how many posts there are, `at` when the last one came.
    """

    id: UUID
    person: UUID
    item: UUID
    name: UUID | None
    thread: UUID
    board: str
    no: int
    at: datetime
    state: str
    why: str

    @property
    def items(self) -> tuple[tuple[UUID, UUID], ...]:
        """Give (person, item) of each item that is shown with it; none where it is not shown."""
        if self.state != SHOWN:
            return ()
        return tuple((self.person, item) for item in (self.item, self.name) if item is not None)


@dataclass(frozen=True, slots=True)
class Count:
    """How much there is on a board: threads, posts, and when the last one came."""

    threads: int
    posts: int
    last: datetime


def counts() -> dict[str, Count]:
    """Give how much there is on each board that has a thread."""
    with keeping() as cursor:
        cursor.execute(_COUNTS)
        return {board: Count(threads, int(posts), last) for board, threads, posts, last in cursor.fetchall()}


def threads_of(board: str, most: int, before: tuple[datetime, UUID] | None = None) -> list[Post]:
    """Give the first post of each thread on a board, the one that was posted to last before all, from a place on."""
    last, key = before or (None, None)
    with keeping() as cursor:
        cursor.execute(_THREADS, [board, last, last, key, most])
        return [Post(*row) for row in cursor.fetchall()]


def posts_of(thread: UUID, most: int, after: int = 0) -> list[Post]:
    """Give the posts of a thread in their order, from a number on; none if there is no such thread."""
    with keeping() as cursor:
        cursor.execute(f"{_POST} WHERE p.thread_id = %s AND p.no > %s ORDER BY p.no LIMIT %s", [thread, after, most])
        return [Post(*row) for row in cursor.fetchall()]


def posts_named(posts: Sequence[UUID]) -> dict[UUID, Post]:
    """Give the posts that are named, by their ids."""
    with keeping() as cursor:
        cursor.execute(f"{_POST} WHERE p.id = ANY(%s)", [list(posts)])
        return {row[0]: Post(*row) for row in cursor.fetchall()}


def newest(most: int) -> list[Post]:
    """Give the posts that came last and are shown, the latest first."""
    with keeping() as cursor:
        cursor.execute(f"{_POST} WHERE p.state = 'shown' ORDER BY p.at DESC, p.id DESC LIMIT %s", [most])
        return [Post(*row) for row in cursor.fetchall()]


def hidden(most: int) -> list[Post]:
    """Give the posts that are hidden, the latest first."""
    with keeping() as cursor:
        cursor.execute(f"{_POST} WHERE p.state = 'hidden' ORDER BY p.at DESC, p.id DESC LIMIT %s", [most])
        return [Post(*row) for row in cursor.fetchall()]


def name_of(person: UUID) -> UUID | None:
    """Give the item that holds a person's name in the forum; None while they have none."""
    with keeping() as cursor:
        cursor.execute("SELECT name FROM poster WHERE person_id = %s", [person])
        row = cursor.fetchone()
    return row[0] if row else None


def mailbox_of(person: UUID) -> bytes | None:
    """Give the address (its exact id) at which somebody who posts is told of their posts."""
    with keeping() as cursor:
        cursor.execute("SELECT exact FROM poster WHERE person_id = %s", [person])
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def name(person: UUID, key: UUID, category: str, exact: bytes) -> None:
    """Note under which name a person posts, as it was kept with this key, and the address of notices to them."""
    with keeping() as cursor:
        cursor.execute(_NAMED, [person, kept(cursor, person, key, category), exact, datetime.now(UTC)])


def begin(board: str) -> UUID:
    """Begin a thread on a board, for a first post that is added in the same transaction."""
    key, now = new_key(), datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_THREAD, [key, board, now, now])
    return key


def add(person: UUID, key: UUID, category: str, thread: UUID) -> int:
    """Put what was kept with this key at the end of a thread, as the post of that id; give its number there."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute("UPDATE thread SET posts = posts + 1, last = %s WHERE id = %s RETURNING posts", [now, thread])
        row = cursor.fetchone()
        if row is None:
            raise RecordError("there is no such thread", "it may have been cut from its address")
        cursor.execute(_INSERT, [person, key, kept(cursor, person, key, category), thread, row[0], now])
    return int(row[0])


def move(post: UUID, state: str, why: str = "") -> bool:
    """Hide a post or show it again; say no if it is so already, or is removed."""
    with keeping() as cursor:
        cursor.execute(
            "UPDATE post SET state = %s, why = %s WHERE id = %s AND state <> %s AND state <> 'removed'",
            [state, why, post, state],
        )
        return bool(cursor.rowcount)


def remove(person: UUID, post: UUID) -> UUID | None:
    """Take the writer from a post of this person's; give the item that holds its words, None if it is not theirs."""
    with keeping() as cursor:
        cursor.execute("SELECT id FROM person WHERE id = %s FOR NO KEY UPDATE", [person])
        cursor.execute("SELECT item FROM post WHERE person_id = %s AND id = %s FOR UPDATE", [person, post])
        row = cursor.fetchone()
        cursor.execute(
            "UPDATE post SET person_id = %s, state = 'removed', why = '' WHERE person_id = %s AND id = %s",
            [NOBODY, person, post],
        )
    return row[0] if row else None


def kept(cursor: CursorWrapper, person: UUID, key: UUID, category: str) -> UUID:
    """Give the item of a category that was kept with a key as its thread; raise RecordError if there is none."""
    cursor.execute(_ITEM, [person, key, category])
    row = cursor.fetchone()
    if row is None:
        raise RecordError("nothing was kept with this key", "keep it first")
    found: UUID = row[0]
    return found
