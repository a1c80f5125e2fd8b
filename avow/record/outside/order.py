"""Keep orders of the law: who gives one, what it reaches, who was called back, when it was followed and told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from avow.errors import RecordError
from avow.record.declare import keeping
from avow.terms import Relation

_COLUMNS: Final = (
    "id, authority, docket, words, categories, since, until, deadline, gag, by, at, caller, call, called, done, told"
)
_ALL: Final = f"SELECT {_COLUMNS} FROM legal_order"
_INSERT: Final = """
INSERT INTO legal_order (id, authority, docket, words, categories, since, until, deadline, gag, by, at, caller, call)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')
"""
_WHOM: Final = """
INSERT INTO ordered (order_id, person_id) SELECT %s, id FROM person WHERE id = ANY(%s) ORDER BY id RETURNING person_id
"""
_PEOPLE: Final = "SELECT person_id FROM ordered WHERE order_id = %s ORDER BY person_id"
_CALLED: Final = """
UPDATE legal_order SET caller = %s, call = %s, called = %s WHERE id = %s AND called IS NULL AND done IS NULL
"""
_DONE: Final = "UPDATE legal_order SET done = %s WHERE id = %s AND called IS NOT NULL AND done IS NULL"
_DUE: Final = """
WHERE done IS NOT NULL AND told IS NULL AND (gag IS NULL OR gag <= clock_timestamp()) ORDER BY done, id
"""
_REACHED: Final = "UPDATE person SET relations = relations {} WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the law: authority and docket, what it orders, the data and span of time that it reaches, its day.

    `gag` is until when the people must not be told; `caller`, `call` and `called` say who of the staff called the
    authority back, whom they reached, and when; `done` when it was followed, `told` when the people were told.
    """

    id: UUID
    authority: str
    docket: str
    words: str
    categories: frozenset[str]
    since: datetime
    until: datetime
    deadline: datetime
    gag: datetime | None
    by: str
    at: datetime
    caller: str = ""
    call: str = ""
    called: datetime | None = None
    done: datetime | None = None
    told: datetime | None = None

    @property
    def late(self) -> bool:
        """Say whether its day has passed and it was not followed."""
        return self.done is None and self.deadline < datetime.now(UTC)


def take_order(found: Order, people: Sequence[UUID]) -> None:
    """Write an order down with the people whom it reaches; raise RecordError if one of them is not here."""
    with keeping() as cursor:
        row = (found.id, found.authority, found.docket, found.words, " ".join(sorted(found.categories)))
        span = (found.since, found.until, found.deadline, found.gag)
        cursor.execute(_INSERT, [*row, *span, found.by, found.at])
        cursor.execute(_WHOM, [found.id, list(people)])
        if len(cursor.fetchall()) != len(set(people)):
            raise RecordError("there is no such person", "look at the ids")


def orders() -> list[Order]:
    """Give every order, the one that was taken last first."""
    with keeping() as cursor:
        cursor.execute(f"{_ALL} ORDER BY at DESC, id")
        return [_read(*row) for row in cursor.fetchall()]


def order(key: UUID) -> Order:
    """Find an order; raise RecordError if there is none."""
    with keeping() as cursor:
        cursor.execute(f"{_ALL} WHERE id = %s", [key])
        row = cursor.fetchone()
    if row is None:
        raise RecordError("there is no such order", "`avow disclosure orders` shows them")
    return _read(*row)


def people_of(key: UUID) -> list[UUID]:
    """Give the people whom an order reaches; who is forgotten is not among them any more."""
    with keeping() as cursor:
        cursor.execute(_PEOPLE, [key])
        return [row[0] for row in cursor.fetchall()]


def call_back(key: UUID, caller: str, call: str) -> None:
    """Note that somebody of the staff called the authority back; raise RecordError if that was noted, or without words.

    They call a number that they looked up themselves, and say whom they reached.
    """
    if not call.strip() or not caller.strip():
        raise RecordError("a call back needs who called, and whom they reached", "say at which number, and where from")
    with keeping() as cursor:
        cursor.execute(_CALLED, [caller, call.strip(), datetime.now(UTC), key])
        if not cursor.rowcount:
            raise RecordError("the call back stands already, or there is no such order", "look at the order")


@contextmanager
def following(key: UUID) -> Iterator[None]:
    """Let the gate see the order on file for the people whom it reaches, within one transaction and no longer.

    Raises RecordError if it was followed already, or nobody called back.
    """
    with keeping() as cursor:
        cursor.execute(_DONE, [datetime.now(UTC), key])
        if not cursor.rowcount:
            raise RecordError("it was followed already, or nobody called the authority back", "look at the order")
        people = people_of(key)
        cursor.execute("SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [people])
        mask = Relation.INSTRUMENT.mask
        cursor.execute(_REACHED.format("| %s::bigint"), [mask, people])
        yield
        cursor.execute(_REACHED.format("& ~%s::bigint"), [mask, people])


def untold() -> list[Order]:
    """Give the orders that were followed, whose people may be told now and were not yet."""
    with keeping() as cursor:
        cursor.execute(f"{_ALL} {_DUE}")
        return [_read(*row) for row in cursor.fetchall()]


def mark_told(key: UUID) -> bool:
    """Note, within the act, that the people of an order are told; say whether that was news."""
    with keeping() as cursor:
        cursor.execute("UPDATE legal_order SET told = %s WHERE id = %s AND told IS NULL", [datetime.now(UTC), key])
        return bool(cursor.rowcount)


def _read(*row: Any) -> Order:
    told: dict[str, Any] = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Order(**{**told, "categories": frozenset(told["categories"].split())})
