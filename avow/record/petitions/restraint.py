"""Bar the uses of a person: by a legal hold all but the law's, by a restriction all but to keep, ask and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.journal.whose import owe, whose
from avow.record.key import NOBODY, new_key
from avow.record.mask import to_bits
from avow.record.petitions.followed import LIFTED, follow
from avow.record.pinned.aside import settle as settle_aside
from avow.record.said.circle import LINKED, Circle, circle
from avow.record.said.effect import settle
from avow.store.journal.people import let_go, put
from avow.terms import EntryKind, Promise, Scope

HOLD, RESTRICTION, DEATH = "hold", "restriction", "death"
"""What bars: a hold all but the law's uses; a restriction all but to keep, ask and answer; death what is optional."""
_BITS: Final = to_bits(Scope.HELD.mask | Scope.SUSPENDED.mask | Scope.DECEASED.mask)
_COLUMNS: Final = 'person_id, id, kind, why, by, petition, at, gag, message, told, "full", ended'
_INSERT: Final = f"""
INSERT INTO restraint ({_COLUMNS}, salt, entry, pos) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0)
"""
_SAME: Final = """
SELECT id FROM restraint WHERE person_id = %s AND kind = %s AND petition IS NOT DISTINCT FROM %s AND why = %s
    AND gag IS NOT DISTINCT FROM %s AND ended IS NULL
"""
_MASK: Final = """
UPDATE person SET own = own & ~ %s::bit(256) | (SELECT coalesce(bit_or(CASE
        WHEN r.kind = 'death' THEN %s::bit(256) WHEN r.kind = 'hold' AND r."full" IS NOT NULL THEN %s::bit(256)
        ELSE %s::bit(256) END), 0::bit(256)) FROM restraint r WHERE r.person_id = person.id AND r.ended IS NULL),
    choice_no = greatest(choice_no, %s)
WHERE id = %s
"""
_HELD: Final = f"""
{LINKED} SELECT EXISTS (
    SELECT FROM restraint WHERE kind = 'hold' AND ended IS NULL AND person_id IN (SELECT id FROM one))
"""
_OPEN: Final = f"SELECT {_COLUMNS} FROM restraint WHERE ended IS NULL"
_UNTOLD: Final = f"""
SELECT {_COLUMNS} FROM restraint
WHERE kind = 'hold' AND ended IS NOT NULL AND told IS NULL AND gag <= %s ORDER BY at, id
"""
_TELL: Final = "UPDATE restraint SET told = %s WHERE person_id = %s AND id = %s AND told IS NULL"
_ENDED: Final = "UPDATE restraint SET ended = %s WHERE person_id = %s AND id = %s AND ended IS NULL RETURNING entry"


@dataclass(frozen=True, slots=True)
class Restraint:
    """What bars the uses of a person: of which kind, why, by whom, for which petition, since when.

    `gag` is until when the person must not be told, `message` what tells them, `told` when that was posted; a hold is
    `full` when it hides them from all but the law.
    """

    person: UUID
    kind: str
    why: str
    by: str
    petition: UUID | None = None
    gag: datetime | None = None
    message: UUID | None = None
    told: datetime | None = None
    full: datetime | None = None
    id: UUID = NOBODY
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    ended: datetime | None = None


@keeps(Promise.LEGAL_PROCESS)
def restrain(found: Restraint) -> UUID:
    """Bar the uses of a person, and of who is linked, from this commit on, also of what comes later; give its id.

    The same one is set once. It stands in the journal, so that a restore of an older copy bars again. Raises
    RecordError if there is no such person, or without a word of why.
    """
    if not found.why.strip():
        raise RecordError("nobody is barred without a word of why", "say what it rests on")
    with keeping() as cursor:
        around = circle(cursor, found.person, None)
        cursor.execute(_SAME, [found.person, found.kind, found.petition, found.why, found.gag])
        row = cursor.fetchone()
        if row:
            return UUID(str(row[0]))
        now = datetime.now(UTC)
        made = replace(found, id=new_key(), at=now)
        entry, salt = _write(cursor, made)
        put(whose(found.person), entry, {"restraint": _told(made), "salt": salt.hex()})
        owe(cursor, entry, [found.person])
        _settle(cursor, around, found.person)
    return made.id


def end(key: UUID, by: str) -> Restraint | None:
    """Let uses be again what they were before, and keep who ended it; give what was ended, None if nothing stood."""
    with keeping() as cursor:
        cursor.execute(f"{_OPEN} AND id = %s", [key])
        row = cursor.fetchone()
    if row is None:
        return None
    found = _read(*row)
    with keeping() as cursor:
        if not end_again(found.person, key, datetime.now(UTC)):
            return None
        follow(cursor, found.person, key, LIFTED, by)
    return found


def end_again(person: UUID, key: UUID, at: datetime) -> bool:
    """Let uses be what they were before a restraint, which ended at an instant; say whether it stood."""
    with keeping() as cursor:
        around = circle(cursor, person, None)
        cursor.execute(_ENDED, [at, person, key])
        row = cursor.fetchone()
        if row is None:
            return False
        _settle(cursor, around, person)
    transaction.on_commit(lambda: let_go(whose(person), int(row[0])))
    return True


def fill(found: Restraint, *, full: bool, message: UUID | None) -> None:
    """Let a hold hide its person from all but the law, or, while a message tells them of it, not yet."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        around = circle(cursor, found.person, None)
        cursor.execute(
            'UPDATE restraint SET "full" = %s, message = %s, told = %s WHERE person_id = %s AND id = %s',
            [now if full else None, message, found.told or (now if message else None), found.person, found.id],
        )
        _settle(cursor, around, found.person)


def untold() -> list[Restraint]:
    """Give the holds that ended before their person could be told of them, and of which they may be told now."""
    with keeping() as cursor:
        cursor.execute(_UNTOLD, [datetime.now(UTC)])
        return [_read(*row) for row in cursor.fetchall()]


def tell(found: Restraint) -> bool:
    """Note that a hold that ended is told of by this transaction; say whether none did before."""
    with keeping() as cursor:
        cursor.execute(_TELL, [datetime.now(UTC), found.person, found.id])
        return bool(cursor.rowcount == 1)


def restraints(person: UUID | None = None) -> list[Restraint]:
    """Give what bars now, the oldest first: of one person and who is linked, or of everybody."""
    with keeping() as cursor:
        if person is None:
            cursor.execute(f"{_OPEN} ORDER BY at, id")
        else:
            cursor.execute(f"{LINKED} {_OPEN} AND person_id IN (SELECT id FROM one) ORDER BY at, id", [[person]])
        return [_read(*row) for row in cursor.fetchall()]


def held(person: UUID) -> bool:
    """Say whether a legal hold stands on a person, or on who is linked to them."""
    with keeping() as cursor:
        cursor.execute(_HELD, [[person]])
        return bool(cursor.fetchone()[0])


def restrain_again(person: UUID, entry: int, kept: Mapping[str, str], salt: str, *, placed: bool) -> bool:
    """Bar as the journal kept it of an entry, which a store lost; say whether that was news.

    Where the entry was published (`placed`), the row is the one that it commits to.
    """
    found = _kept(person, kept)
    if any(one.id == found.id for one in restraints(person)):
        return False
    with keeping() as cursor:
        around = circle(cursor, person, None)
        if placed:
            cursor.execute(_INSERT, [*_row(found), bytes.fromhex(salt), entry])
        else:
            again, fresh = _write(cursor, found)
            put(whose(person), again, {"restraint": dict(kept), "salt": fresh.hex()})
            owe(cursor, again, [person])
        _settle(cursor, around, person)
    return True


def restraint_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a restraint: person, id, kind, at."""
    return ["restraint", *row]


def _write(cursor: CursorWrapper, one: Restraint) -> tuple[int, bytes]:
    salt = new_salt()
    entry = append(EntryKind.BARRED, one.at, [commit(salt, restraint_record((one.person, one.id, one.kind, one.at)))])
    cursor.execute(_INSERT, [*_row(one), salt, entry])
    return entry, salt


def _settle(cursor: CursorWrapper, around: Circle, person: UUID) -> None:
    """Make person, who is linked, and all their items say what bars; everybody is locked."""
    masks = (to_bits(one.mask) for one in (Scope.DECEASED, Scope.HELD, Scope.SUSPENDED))
    cursor.execute(_MASK, [_BITS, *masks, around.no, person])
    settle(cursor, list(around.persons), [])
    settle_aside(cursor, list(around.persons))


def _row(one: Restraint) -> list[Any]:
    when = one.at, one.gag, one.message, one.told, one.full, one.ended
    return [one.person, one.id, one.kind, one.why, one.by, one.petition, *when]


def _told(one: Restraint) -> dict[str, str]:
    """Give a restraint as the journal keeps it; "" is none."""
    return {
        "id": one.id.hex,
        "kind": one.kind,
        "why": one.why,
        "by": one.by,
        "petition": one.petition.hex if one.petition else "",
        "at": one.at.isoformat(),
        "gag": one.gag.isoformat() if one.gag else "",
    }


def _kept(person: UUID, told: Mapping[str, str]) -> Restraint:
    """Read a restraint as the journal kept it; a hold hides at once, for its person was told, or must not be."""
    at, gag = datetime.fromisoformat(told["at"]), datetime.fromisoformat(told["gag"]) if told["gag"] else None
    petition = UUID(told["petition"]) if told["petition"] else None
    first = Restraint(person, told["kind"], told["why"], told["by"], petition, gag)
    return replace(first, id=UUID(told["id"]), at=at, full=at, told=None if gag else at)


def _read(*row: Any) -> Restraint:
    person, id_, kind, why, by, petition, at, gag, message, told, full, ended = row
    return Restraint(person, kind, why, by, petition, gag, message, told, full, id_, at, ended)
