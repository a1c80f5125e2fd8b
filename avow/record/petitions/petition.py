"""Hold a petition: opened once, decided by one member of staff, looked at again by another, told, then ended.

It stands in the journal while it waits, so that a restore of an older copy loses nobody's.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.wish import Wish
from avow.record.attested.papers import let_papers_go
from avow.record.declare import keeping
from avow.record.journal.beside import beside
from avow.record.journal.whose import owe, whose
from avow.record.kept import KEPT, UNKEPT
from avow.record.key import NOBODY, new_key
from avow.record.petitions import followed
from avow.record.pinned.aside import settle
from avow.record.said.circle import linked
from avow.record.seen.cases import open_case
from avow.store.journal.people import let_go
from avow.terms import Actor, EntryKind

OPEN, DISPUTED, GRANTED, REFUSED, UPHELD = "open", "disputed", "granted", "refused", "upheld"
"""How a petition stands: the first two wait for staff; a refusal that was looked at twice is upheld."""
GOING, WITHDRAWN = "going", "withdrawn"
"""How an erasure stands that was granted: it is done when it is ripe, unless the person takes it back."""
DISPUTABLE: Final = timedelta(days=60)
"""How long a refusal can be disputed; what was said with it is kept so long."""
_KEPT: Final = timedelta(days=730)
_SELECT: Final = """
SELECT p.id, p.person_id, wish, way, words, item, proposed, state, at, due, c.until, owner, staff, reply, decided,
    closed, ripe
FROM petition p LEFT JOIN clock c ON c.id = p.id
"""
_OF: Final = f"{_SELECT} WHERE p.person_id = %s ORDER BY at DESC, p.id DESC LIMIT %s"
_SAME: Final = """
SELECT id FROM petition WHERE person_id = %s AND wish = %s AND item IS NOT DISTINCT FROM %s
    AND state IN ('open', 'disputed') ORDER BY at LIMIT 1
"""
_INSERT: Final = """
INSERT INTO petition (person_id, id, wish, way, words, item, proposed, state, at, due, owner, reply, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, %s, 0)
"""
_DECIDE: Final = """
UPDATE petition SET state = %s, reply = %s, staff = %s, owner = %s, decided = clock_timestamp(), message = %s, ripe = %s
WHERE person_id = %s AND id = %s AND state = %s RETURNING entry
"""
_DISPUTE: Final = """
UPDATE petition SET state = 'disputed', words = words || %s, owner = NULL, at = clock_timestamp(), due = %s,
    closed = NULL
WHERE person_id = %s AND id = %s AND state = 'refused' AND decided > %s
RETURNING wish, way, words, item, proposed::text, state, at, due, staff, reply, entry, pos
"""
_COVER: Final = "UPDATE petition SET entry = %s, salt = %s, pos = 0 WHERE person_id = %s AND id = %s"
_LOOK: Final = """
UPDATE petition SET state = 'disputed', words = %s, at = %s, due = %s, staff = %s, reply = %s, owner = NULL,
    closed = NULL, decided = coalesce(decided, clock_timestamp())
WHERE person_id = %s AND id = %s
"""
_RIPE: Final = """
SELECT id, person_id FROM petition q WHERE state = 'going' AND ripe <= %s AND NOT EXISTS (
    SELECT FROM restraint h WHERE h.person_id = q.person_id AND h.kind = 'hold' AND h.ended IS NULL
) ORDER BY ripe, id LIMIT %s
"""
_WITHDRAW: Final = """
UPDATE petition SET state = 'withdrawn', ripe = NULL WHERE person_id = %s AND id = %s AND state = 'going'
RETURNING entry
"""
_WITHDRAWN: Final = """
UPDATE petition SET state = 'withdrawn', ripe = NULL, decided = coalesce(decided, clock_timestamp())
WHERE person_id = %s AND id = %s AND state IN ('open', 'disputed', 'going') RETURNING entry
"""
_GOING: Final = "SELECT FROM petition WHERE person_id = %s AND id = %s AND state = 'going' FOR UPDATE"
_AGAIN: Final = """
UPDATE petition SET state = 'open', ripe = NULL, decided = NULL, message = NULL, closed = NULL WHERE state = 'going'
"""
_SETTLED: Final = f"""
{KEPT} UPDATE petition SET words = '', item = NULL, proposed = NULL
WHERE (state IN ('granted', 'upheld', 'withdrawn') OR state = 'refused' AND decided < %s) AND words <> ''
    AND person_id {UNKEPT}
"""
_GONE: Final = f"""
{KEPT} DELETE FROM petition WHERE closed < %s AND state <> 'going' AND person_id {UNKEPT}
RETURNING entry, pos, salt <> ''
"""
_PAPERS: Final = "DELETE FROM mandate m WHERE NOT EXISTS (SELECT FROM petition p WHERE p.id = m.id)"
_CLOCKS: Final = f"{KEPT} DELETE FROM clock WHERE told < %s AND person_id {UNKEPT}"


@dataclass(frozen=True, slots=True)
class Petition:
    """What a person asked for: what and how, in which words, of which item, how it stands, until when, who has it.

    `staff` decided last, with `reply`; `proposed` is what the item should say; `longer` is told where it takes so long;
    `ripe` is from when on all is erased.
    """

    id: UUID
    person: UUID
    wish: str
    way: str
    words: str
    item: UUID | None
    proposed: Mapping[str, str] | None
    state: str
    at: datetime
    due: datetime
    longer: datetime | None
    owner: UUID | None
    staff: UUID | None
    reply: str
    decided: datetime | None
    closed: datetime | None
    ripe: datetime | None

    @property
    def waits(self) -> bool:
        """Say whether somebody has to answer it."""
        return self.state in {OPEN, DISPUTED}

    @property
    def disputable(self) -> bool:
        """Say whether the person can ask for a second look."""
        return self.state == REFUSED and self.decided is not None and datetime.now(UTC) < self.decided + DISPUTABLE


@dataclass(frozen=True, slots=True)
class Said:
    """What is asked for: what, which way it came (page or desk), in which words, until when it is to be answered.

    A correction names the item, and what it should say.
    """

    wish: Wish
    way: str
    words: str
    due: datetime
    item: UUID | None = None
    proposed: Mapping[str, str] | None = None


def petition(person: UUID, said: Said, staff: UUID = NOBODY) -> UUID:
    """Open a petition, and the person's case, unless the same one waits already; give its id.

    What it says is wrong is contested from now on: it is used for nothing until that is settled. Raises RecordError if
    there is no such person.
    """
    with keeping() as cursor:
        circle = list(linked(cursor, [person]).persons)
        cursor.execute(_SAME, [person, said.wish.value, said.item])
        row = cursor.fetchone()
        if row:
            return UUID(str(row[0]))
        key = new_key()
        open_case(person, staff, f"asks for {said.wish.value}: {said.words}"[:1000])
        proposed = None if said.proposed is None else json.dumps(dict(said.proposed), ensure_ascii=False)
        told = [said.wish.value, said.way, said.words, said.item, proposed, OPEN, datetime.now(UTC), said.due]
        _open(cursor, person, key, [*told, None if staff == NOBODY else staff])
        settle(cursor, circle)
    return key


def petition_again(person: UUID, entry: int, kept: Mapping[str, Any], salt: str, *, placed: bool) -> bool:
    """Open a petition as the journal kept it of an entry, which a store lost; say whether that was news.

    Where the entry was published (`placed`), the row is the one that it commits to.
    """
    key, item = UUID(kept["id"]), kept["item"] and UUID(kept["item"])
    told = [kept["wish"], kept["way"], kept["words"], item, kept["proposed"], kept["state"]]
    when = [datetime.fromisoformat(kept[name]) for name in ("at", "due")]
    decided = [kept["staff"] and UUID(kept["staff"]), kept["reply"]]
    with keeping() as cursor:
        circle = list(linked(cursor, [person]).persons)
        cursor.execute("SELECT state, entry, pos FROM petition WHERE person_id = %s AND id = %s", [person, key])
        row = cursor.fetchone()
        if row and not (kept["state"] == DISPUTED and row[0] in {OPEN, REFUSED}):
            return False
        open_case(person, NOBODY, f"asks for {kept['wish']}: {kept['words']}"[:1000])
        if placed and row:
            cursor.execute(_COVER, [entry, bytes.fromhex(salt), person, key])
        elif placed:
            cursor.execute(_INSERT, [person, key, *told, *when, None, bytes.fromhex(salt), entry])
        elif row:
            _cover(cursor, person, key, [*told, *when, *decided], [(int(row[1]), int(row[2]))] if row[1] else [])
        else:
            _open(cursor, person, key, [*told, *when, None])
        if kept["state"] == DISPUTED:
            cursor.execute(_LOOK, [kept["words"], *when, *decided, person, key])
        settle(cursor, circle)
    return True


def petitions_of(person: UUID, most: int = 200) -> list[Petition]:
    """Give what a person asked for, the latest first."""
    with keeping() as cursor:
        cursor.execute(_OF, [person, most])
        return [_read(row) for row in cursor.fetchall()]


def petition_at(key: UUID) -> Petition:
    """Give a petition by its id; raise RecordError if there is none."""
    with keeping() as cursor:
        cursor.execute(f"{_SELECT} WHERE p.id = %s", [key])
        row = cursor.fetchone()
    if row is None:
        raise RecordError("there is no such request", "it may have been forgotten")
    return _read(row)


def take(key: UUID, staff: UUID) -> None:
    """Give a petition that waits to a member of staff."""
    with keeping() as cursor:
        cursor.execute("UPDATE petition SET owner = %s WHERE id = %s AND state IN ('open', 'disputed')", [staff, key])


def decide(
    found: Petition, staff: UUID, state: str, reply: str, message: UUID | None, ripe: datetime | None = None
) -> None:
    """Decide a petition as it was read; `message` tells the person, and the case ends when it is out.

    What is erased is erased from `ripe` on. Raises RecordError if it was decided meanwhile, or if who refused it looks
    at it a second time.
    """
    if found.state == DISPUTED and found.staff == staff:
        raise RecordError("you decided this the first time", "another member of staff looks at it again")
    with keeping() as cursor:
        circle = list(linked(cursor, [found.person]).persons)
        cursor.execute(_DECIDE, [state, reply, staff, staff, message, ripe, found.person, found.id, found.state])
        _one(cursor)
        entry = int(cursor.fetchone()[0])
        settle(cursor, circle)
    if state != GOING:  # till it is done a restore may lose that it was granted: it waits for an answer then
        transaction.on_commit(lambda: let_go(whose(found.person), entry))


def going(person: UUID, key: UUID) -> bool:
    """Say whether an erasure that was granted still is, and lets nobody take it back until this transaction ends."""
    with keeping() as cursor:
        if person not in linked(cursor, [person]).persons:
            return False
        cursor.execute(_GOING, [person, key])
        return cursor.fetchone() is not None


def wait_again() -> int:
    """Let each erasure that was granted be decided anew, and give how many: that it was taken back may be lost."""
    with keeping() as cursor:
        cursor.execute(_AGAIN)
        return int(cursor.rowcount)


def ripe(most: int = 100) -> list[tuple[UUID, UUID]]:
    """Give (petition, person) of the erasures that were granted, whose time has come, and that no hold keeps."""
    with keeping() as cursor:
        cursor.execute(_RIPE, [datetime.now(UTC), most])
        return [(key, person) for key, person in cursor.fetchall()]


def withdraw(person: UUID, key: UUID) -> None:
    """Take back, as the person, an erasure that was granted and is not done; raise RecordError where there is none."""
    with keeping() as cursor:
        linked(cursor, [person])
        cursor.execute(_WITHDRAW, [person, key])
        _one(cursor)
        entry = int(cursor.fetchone()[0])
        followed.follow(cursor, person, key, followed.WITHDRAWN, Actor.PERSON_VERIFIED.value)
    transaction.on_commit(lambda: let_go(whose(person), entry))


def withdraw_again(person: UUID, key: UUID) -> None:
    """Take back an erasure that was granted and taken back, whatever of that a store lost."""
    with keeping() as cursor:
        circle = list(linked(cursor, [person]).persons)
        cursor.execute(_WITHDRAWN, [person, key])
        row = cursor.fetchone()
        settle(cursor, circle)
    if row:
        transaction.on_commit(lambda: let_go(whose(person), int(row[0])))


def dispute(person: UUID, key: UUID, words: str, due: datetime) -> None:
    """Ask for a second look at a refusal; raise RecordError where there is none that can be disputed."""
    with keeping() as cursor:
        circle = list(linked(cursor, [person]).persons)
        cursor.execute(_DISPUTE, [f"\n{words}", due, person, key, datetime.now(UTC) - DISPUTABLE])
        _one(cursor)
        *told, entry, pos = cursor.fetchone()
        _cover(cursor, person, key, told, [(entry, pos)] if entry else [])
        open_case(person, NOBODY, f"disputes a refusal: {words}"[:1000])
        settle(cursor, circle)


def sweep() -> int:
    """Empty what is settled of its words, and forget what ended two years ago; give how many that was."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_SETTLED, [now - DISPUTABLE])
        done = int(cursor.rowcount)
        cursor.execute(_GONE, [now - _KEPT])
        done += int(cursor.rowcount)
        leaves = [(int(entry), int(pos)) for entry, pos, covered in cursor.fetchall() if covered]
        cursor.execute(_PAPERS)
        leaves = sorted(leaves + followed.sweep(cursor, now - _KEPT) + let_papers_go(cursor))
        if leaves:
            append(EntryKind.FORGOTTEN, now, [], leaves)
        cursor.execute(_CLOCKS, [now - _KEPT])
        return done + int(cursor.rowcount)


def wishes(known: Collection[str]) -> list[Wish]:
    """Give what can be asked for where a policy grants these rights."""
    return [one for one in Wish if one.right in known]


def petition_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a petition: person, id, what it asks for, which way it came."""
    return ["petition", *row]


def _open(cursor: CursorWrapper, person: UUID, key: UUID, told: Sequence[Any]) -> None:
    """Write a petition (wish, way, words, item, proposed, state, at, due, owner) with its entry, and journal it."""
    salt, now = new_salt(), datetime.now(UTC)
    entry = append(EntryKind.ASKED, now, [commit(salt, petition_record((person, key, *told[:2])))])
    cursor.execute(_INSERT, [person, key, *told, salt, entry])
    _put(person, key, entry, salt, [*told[:8], None, ""])
    owe(cursor, entry, [person])


def _cover(
    cursor: CursorWrapper, person: UUID, key: UUID, told: Sequence[Any], names: Sequence[tuple[int, int]]
) -> None:
    """Cover a petition that is looked at again by an entry of its own; another names the one before. Journal it."""
    salt, now = new_salt(), datetime.now(UTC)
    if names:
        append(EntryKind.FORGOTTEN, now, [], names)
    entry = append(EntryKind.ASKED, now, [commit(salt, petition_record((person, key, *told[:2])))])
    cursor.execute(_COVER, [entry, salt, person, key])
    _put(person, key, entry, salt, told)
    owe(cursor, entry, [person])


def _put(person: UUID, key: UUID, entry: int, salt: bytes, told: Sequence[Any]) -> None:
    """Keep a petition beside the journal, until it is decided; where its disk takes nothing, it is asked still."""
    wish, way, words, item, proposed, state, at, due, staff, reply = told
    kept = {"id": key.hex, "wish": wish, "way": way, "words": words, "item": item and item.hex}
    kept |= {"proposed": proposed, "state": state, "at": at.isoformat(), "due": due.isoformat()}
    kept |= {"staff": staff and staff.hex, "reply": reply}
    beside(person, entry, {"petition": kept, "salt": salt.hex()})


def _one(cursor: CursorWrapper) -> None:
    if cursor.rowcount != 1:
        raise RecordError("this request is not open any more", "look at it again")


def _read(row: tuple[object, ...]) -> Petition:
    found = list(row)
    found[6] = json.loads(found[6]) if isinstance(found[6], str) else found[6]
    return Petition(*found)  # type: ignore[arg-type]  # in the order of _SELECT
