"""Write what the journal does not hold yet; whoever acknowledges a right has called this after the commit."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.utils import CursorWrapper

from avow.errors import StoreError
from avow.record.declare import keeping
from avow.record.journal.whose import whose
from avow.record.key import NOBODY
from avow.store.journal.chain import Chain, Line
from avow.store.journal.folder import claim, written
from avow.store.journal.people import drop

BATCH: Final = 1_000
"""Acts that are written, and then taken off the list, at a time."""
_WAITING: Final = """
SELECT u.entry, e.kind, e.at, u.whose, c.no, c.scope, c.list, c.purpose, c.actor, c.person_id, c.reach
FROM (SELECT entry, whose FROM unwritten ORDER BY entry LIMIT %s) AS u,
LATERAL (SELECT kind, at FROM entry WHERE id = u.entry OFFSET 0) AS e
LEFT JOIN LATERAL (
    SELECT no, scope, list, purpose, actor, person_id, reach, pos FROM choice
    WHERE entry = u.entry AND answer = 'no' OFFSET 0) AS c ON true
ORDER BY u.entry, c.pos
"""
"""Each entry is looked up by itself: of so short a list the planner knows nothing, and would read the whole ledger."""
_DONE: Final = """
WITH done AS (DELETE FROM unwritten WHERE entry = ANY(%s) RETURNING entry)
SELECT set_config('synchronous_commit', 'off', true), count(*) FROM done
"""
"""Whatever is taken off twice is written twice, and replayed once: it need not be on the disk at once."""
_LINKS: Final = "SELECT entry, person_id, other_id FROM link WHERE entry = ANY(%s)"
_ENDED: Final = """
SELECT entry, agreement, at FROM agreement_act WHERE entry = ANY(%s) AND act = 'ended'
"""
_FIRST: Final = "SELECT data FROM entry ORDER BY id LIMIT 1"
_DIGEST: Final = 32

_claimed: set[tuple[str | int, ...]] = set()
_said: set[str] = set()


def journal() -> int:
    """Write every right that was exercised and is committed, and give how many; on the disk when this returns.

    Inside a transaction nothing is written, for it may yet be undone: whoever began it calls again after it.
    Raises StoreError where the disk does not take it; what was not written goes on waiting.
    """
    done = 0
    while not connection.in_atomic_block:
        with Chain("rights").held() as chain, keeping() as cursor:
            lines, entries = _lines(cursor)
            if not entries:
                return done
            _claim(cursor)
            chain.append(lines)
            for line in lines:
                _drop(line)
            cursor.execute(_DONE, [entries])
        done += len(entries)
        if len(entries) < BATCH:
            return done
    return done


def journalled() -> bool:
    """Write what waits, and say whether all is written; what cannot be written is told on stderr, and goes on waiting.

    A right is taken all the same: it is committed, and `avow work` and every later act try again.
    """
    try:
        journal()
    except (StoreError, OSError, DatabaseError, InterfaceError, psycopg.Error) as error:
        if not connection.in_atomic_block:
            connection.close()
        _tell(f"the journal lags behind: {' '.join(str(error).split())}")
        return False
    _said.clear()
    return True


def lag() -> int:
    """Count the acts that the journal does not hold yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM unwritten")
        return int(cursor.fetchone()[0])


def claim_journal() -> None:
    """Take the journal for this store; raise StoreError if it is another's, or not there."""
    with keeping() as cursor:
        claim(_store(cursor))


def _claim(cursor: CursorWrapper) -> None:
    """Take the journal for this store, unless this process did so and nobody wrote whose it is since."""
    here = str(connection.settings_dict["HOST"]), str(connection.settings_dict["NAME"]), *written()
    if here not in _claimed:
        claim(_store(cursor))
        _claimed.add(here)


def _store(cursor: CursorWrapper) -> str:
    """Name this store by its first entry, which no other store has."""
    cursor.execute(_FIRST)
    row = cursor.fetchone()
    return sha256(bytes(row[0])).hexdigest() if row else ""


def _lines(cursor: CursorWrapper) -> tuple[list[Line], list[int]]:
    """Give the lines of what waits, and the entries that they are about; one that left nothing behind has no line."""
    cursor.execute(_WAITING, [BATCH])
    waiting: dict[int, tuple[str, Any, bytes, list[Sequence[Any]]]] = {}
    for row in cursor.fetchall():
        waiting.setdefault(row[0], (row[1], row[2], bytes(row[3]), []))[3].append(row[4:])
    more = _linked(cursor, [entry for entry, (kind, *_) in waiting.items() if kind in {"linked", "unlinked"}])
    more |= _ended(cursor, [entry for entry, (kind, *_) in waiting.items() if kind == "agreed"])
    lines: list[Line] = []
    for entry, (kind, at, told, choices) in waiting.items():
        head = {"kind": kind, "entry": entry, "at": at.isoformat()}
        match kind:
            case "chosen":
                lines += [head | line for line in _chosen(choices)]
            case "amended" | "forgotten" | "asked" | "barred" | "followed":
                lines.append(head | {"whose": _parts(told)})
            case "ended" if told:  # a token; of what else is over nothing is done again
                lines.append(head | {"token": told.hex()})
            case _ if entry in more:
                lines.append(head | more[entry])
    return lines, list(waiting)


def _chosen(choices: Sequence[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Give each no of an act with every place where it stands: a person's digest, a mailbox, or both."""
    places: dict[tuple[Any, ...], list[tuple[str, str]]] = defaultdict(list)
    for *act, person, reach in choices:
        if act[0] is not None:
            places[tuple(act)].append((_digest(person), bytes(reach or b"").hex()))
    for told, there in places.items():
        yield dict(zip(("no", "scope", "list", "purpose", "actor"), told, strict=True)) | {"places": there}


def _linked(cursor: CursorWrapper, entries: Sequence[int]) -> dict[int, dict[str, str]]:
    """Give whom some entries linked or parted."""
    if not entries:
        return {}
    cursor.execute(_LINKS, [list(entries)])
    return {entry: {"one": _digest(one), "other": _digest(other)} for entry, one, other in cursor.fetchall()}


def _ended(cursor: CursorWrapper, entries: Sequence[int]) -> dict[int, dict[str, str]]:
    """Give which agreement some entries ended, and when."""
    if not entries:
        return {}
    cursor.execute(_ENDED, [list(entries)])
    return {entry: {"agreement": name, "ended": at.isoformat()} for entry, name, at in cursor.fetchall()}


def _digest(person: UUID) -> str:
    return "" if person == NOBODY else whose(person).hex()


def _parts(told: bytes) -> list[str]:
    return [told[at : at + _DIGEST].hex() for at in range(0, len(told), _DIGEST)]


def _drop(line: Line) -> None:
    """Let what was kept of people die with them."""
    told = line.get("whose")
    if line["kind"] == "forgotten" and isinstance(told, list):
        for one in told:
            drop(bytes.fromhex(one))


def _tell(line: str) -> None:
    """Say a thing once."""
    if line not in _said:
        _said.add(line)
        sys.stderr.write(f"avow: {line}\n")
