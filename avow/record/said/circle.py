"""Lock everyone whom a refusal spreads to: persons by id, then reaches by id."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.backends.utils import CursorWrapper

from avow.errors import Contended, RecordError
from avow.record.key import NOBODY
from avow.record.mask import from_bits

DEADLOCK: Final = "40P01"
"""What PostgreSQL calls it when two wait for each other, and one of them is sent away."""
_TRIES: Final = 20

LINKED: Final = """
WITH RECURSIVE one (id, via) AS (
    SELECT id, NULL::uuid FROM person WHERE id = ANY(%s)
    UNION
    SELECT next.id, next.via FROM one, LATERAL (
        SELECT other_id AS id, link.id AS via FROM link WHERE person_id = one.id AND ended IS NULL
        UNION ALL SELECT person_id, link.id FROM link WHERE other_id = one.id AND ended IS NULL
    ) AS next WHERE NOT next.via IS NOT DISTINCT FROM one.via
)
"""
"""Walk the links from some persons: each person that is one of them, and the link that led there."""
_HOLDERS: Final = "SELECT DISTINCT person_id FROM address WHERE reach_id = %s"
_PERSONS: Final = f"{LINKED} SELECT DISTINCT ON (id) id, via FROM one ORDER BY id, via NULLS FIRST"
_LOCK_PERSONS: Final = "SELECT id, own, refused, choice_no FROM person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_PAIRS: Final = "SELECT DISTINCT person_id, reach_id FROM address WHERE person_id = ANY(%s)"
_NEW_REACH: Final = """
INSERT INTO reach (id, at, refused, choice_no, bounces) VALUES (%s, now(), 0::bit(256), 0, 0) ON CONFLICT DO NOTHING
"""
_MADE_REACH: Final = """
INSERT INTO reach (id, at, refused, choice_no, bounces) VALUES (%s, now(), 0::bit(256), 0, 0)
ON CONFLICT (id) DO UPDATE SET at = reach.at RETURNING id, refused, choice_no
"""
"""Make a mailbox, or lock the one that is there, and give it: nobody else is in the circle, so there is no order."""
_LOCK_REACHES: Final = "SELECT id, refused, choice_no FROM reach WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_STILL: Final = "SELECT FROM person WHERE id = %s FOR NO KEY UPDATE"
_AT_ONCE: Final = " SKIP LOCKED"


@dataclass(frozen=True, slots=True)
class Circle:
    """The locked persons and reaches of one act, and the number of that act.

    `persons` maps id to (own, refused), `reaches` id to refused; `pairs` are (person, reach) of each address,
    (person, None) of who has none, (NOBODY, reach) of a mailbox that is nobody's; `via` is the link that led
    to a person.
    """

    persons: Mapping[UUID, tuple[int, int]]
    reaches: Mapping[bytes, int]
    pairs: tuple[tuple[UUID, bytes | None], ...]
    via: Mapping[UUID, UUID]
    no: int


class _Grown(Exception):
    """Somebody joined the circle while it was being locked, and another act holds them."""


@dataclass(slots=True)
class _Locked:
    """What is locked so far: persons (own, refused, number), mailboxes (refused, number), who holds which."""

    persons: dict[UUID, tuple[int, int, int]] = field(default_factory=dict)
    reaches: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    pairs: list[tuple[UUID, bytes]] = field(default_factory=list)


def circle(cursor: CursorWrapper, person: UUID | None, reach: bytes | None) -> Circle:
    """Lock a person, whoever holds a reach, all who are linked to them, and all their reaches.

    A reach that is not there yet is made. Raises RecordError if the person is unknown, and Contended if other
    acts about the same people do not let go of them.
    """
    return _at_rest(cursor, [person] if person else [], reach, wide=True)


def narrow(cursor: CursorWrapper, person: UUID | None, reach: bytes | None) -> Circle:
    """Lock a person, those who are linked, and one reach: what a yes or a condition may touch."""
    return _at_rest(cursor, [person] if person else [], reach, wide=False)


def linked(cursor: CursorWrapper, persons: list[UUID]) -> Circle:
    """Lock persons and all who are linked to any of them, and no reach."""
    return _at_rest(cursor, persons, None, wide=False)


def still_there(cursor: CursorWrapper, person: UUID) -> None:
    """Lock a person, so that nobody is forgotten while something is written about them; RecordError if they were."""
    cursor.execute(_STILL, [person])
    if cursor.fetchone() is None:
        raise RecordError("whoever this is about is forgotten", "nothing more is written about them")


def _at_rest(cursor: CursorWrapper, persons: list[UUID], reach: bytes | None, *, wide: bool) -> Circle:
    """Lock again from the start whenever another act held what we wanted."""
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _lock(cursor, persons, reach, wide=wide)
        except _Grown:
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
    raise Contended("too many acts about the same people at once", "try again")


def _lock(cursor: CursorWrapper, persons: list[UUID], reach: bytes | None, *, wide: bool) -> Circle:
    """Lock in order, then look again: whoever came meanwhile is added without waiting, or all is let go.

    Once the reach is locked nobody more can come to hold it, so this ends however many arrive.
    """
    found, locked = look(cursor, persons, reach, wide=wide), _Locked()
    _add_persons(cursor, locked, found, wide=wide)
    if any(one not in locked.persons for one in persons):
        raise RecordError("there is no such person", "look for the address among the persons")
    if reach and not locked.pairs:
        _lock_reaches(cursor, locked, _MADE_REACH, reach)
    elif reach:
        cursor.execute(_NEW_REACH, [reach])
    _add_reaches(cursor, locked, reach)
    found = look(cursor, persons, reach, wide=wide)
    while late := found.keys() - locked.persons.keys():
        _add_persons(cursor, locked, late, wide=wide, order=_AT_ONCE)
        _add_reaches(cursor, locked, reach, order=_AT_ONCE)
        if late - locked.persons.keys():
            raise _Grown
        found = look(cursor, persons, reach, wide=wide)
    return _circle(locked, found, reach, wide=wide)


def _add_persons(
    cursor: CursorWrapper, locked: _Locked, found: Collection[UUID], *, wide: bool, order: str = ""
) -> None:
    """Lock persons, and read which mailboxes they hold, which nobody can change now."""
    if not found:
        return
    cursor.execute(_LOCK_PERSONS + order, [list(found)])
    added = {id_: (from_bits(own), from_bits(refused), no) for id_, own, refused, no in cursor.fetchall()}
    locked.persons |= added
    if wide:
        cursor.execute(_PAIRS, [list(added)])
        locked.pairs += [(id_, bytes(at)) for id_, at in cursor.fetchall()]


def _add_reaches(cursor: CursorWrapper, locked: _Locked, reach: bytes | None, order: str = "") -> None:
    """Lock the mailboxes of the pairs, and one more, that are not locked yet."""
    wanted = ({at for _, at in locked.pairs} | ({reach} if reach else set())) - locked.reaches.keys()
    if wanted:
        _lock_reaches(cursor, locked, _LOCK_REACHES + order, sorted(wanted))
        if wanted - locked.reaches.keys():
            raise _Grown


def _lock_reaches(cursor: CursorWrapper, locked: _Locked, how: str, which: bytes | list[bytes]) -> None:
    cursor.execute(how, [which])
    locked.reaches |= {bytes(id_): (from_bits(refused), no) for id_, refused, no in cursor.fetchall()}


def _circle(locked: _Locked, found: Mapping[UUID, UUID | None], reach: bytes | None, *, wide: bool) -> Circle:
    """Give the circle of those found who are locked."""
    persons = {one: locked.persons[one] for one in sorted(found)}
    pairs = sorted(pair for pair in locked.pairs if pair[0] in persons)
    held, wanted = {one for one, _ in pairs}, {at for _, at in pairs}
    loose: list[tuple[UUID, bytes | None]] = [(one, None) for one in persons if one not in held]
    if reach and wide and reach not in wanted:
        loose.append((NOBODY, reach))
    reaches = {at: standing for at, standing in locked.reaches.items() if at in wanted or at == reach}
    return Circle(
        {one: (own, refused) for one, (own, refused, _) in persons.items()},
        {at: refused for at, (refused, _) in reaches.items()},
        (*pairs, *loose),
        {one: via for one, via in found.items() if via is not None},
        1 + max([no for *_, no in persons.values()] + [no for *_, no in reaches.values()], default=0),
    )


def look(cursor: CursorWrapper, persons: list[UUID], reach: bytes | None, *, wide: bool) -> dict[UUID, UUID | None]:
    """Find who is in the circle, and by which link, without a lock."""
    start = list(persons)
    if wide and reach:
        cursor.execute(_HOLDERS, [reach])
        start += [row[0] for row in cursor.fetchall()]
    if not start:
        return {}
    cursor.execute(_PERSONS, [start])
    return dict(cursor.fetchall())
