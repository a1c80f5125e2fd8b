"""Hold a petition: opened once, decided by one member of staff, looked at again by another, told, then ended."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.policy.wish import Wish
from avow.record.declare import keeping
from avow.record.key import NOBODY, new_key
from avow.record.pinned.aside import settle
from avow.record.said.circle import linked
from avow.record.seen.cases import open_case

OPEN, DISPUTED, GRANTED, REFUSED, UPHELD = "open", "disputed", "granted", "refused", "upheld"
"""How a petition stands: the first two wait for staff; a refusal that was looked at twice is upheld."""
DISPUTABLE: Final = timedelta(days=60)
"""How long a refusal can be disputed; what was said with it is kept so long."""
_KEPT: Final = timedelta(days=730)
_SELECT: Final = """
SELECT p.id, p.person_id, wish, way, words, item, proposed, state, at, due, c.until, owner, staff, reply, decided,
    closed
FROM petition p LEFT JOIN clock c ON c.id = p.id
"""
_OF: Final = f"{_SELECT} WHERE p.person_id = %s ORDER BY at DESC, p.id DESC LIMIT %s"
_SAME: Final = """
SELECT id FROM petition WHERE person_id = %s AND wish = %s AND item IS NOT DISTINCT FROM %s
    AND state IN ('open', 'disputed') ORDER BY at LIMIT 1
"""
_INSERT: Final = """
INSERT INTO petition (person_id, id, wish, way, words, item, proposed, state, at, due, owner, reply)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'open', %s, %s, %s, '')
"""
_DECIDE: Final = """
UPDATE petition SET state = %s, reply = %s, staff = %s, owner = %s, decided = clock_timestamp(), message = %s
WHERE person_id = %s AND id = %s AND state = %s
"""
_DISPUTE: Final = """
UPDATE petition SET state = 'disputed', words = words || %s, owner = NULL, at = clock_timestamp(), due = %s,
    closed = NULL
WHERE person_id = %s AND id = %s AND state = 'refused' AND decided > %s
"""
_SETTLED: Final = """
UPDATE petition SET words = '', item = NULL, proposed = NULL
WHERE (state IN ('granted', 'upheld') OR state = 'refused' AND decided < %s) AND words <> ''
"""
_GONE: Final = "DELETE FROM petition WHERE closed < %s"
_CLOCKS: Final = "DELETE FROM clock WHERE told < %s"


@dataclass(frozen=True, slots=True)
class Petition:
    """What a person asked for: what and how, in which words, of which item, how it stands, until when, who has it.

    `staff` decided last, with `reply`; `proposed` is what the item should say; `longer` is told where it takes so long.
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
        told = [said.wish.value, said.way, said.words, said.item, proposed, datetime.now(UTC), said.due]
        cursor.execute(_INSERT, [person, key, *told, None if staff == NOBODY else staff])
        settle(cursor, circle)
    return key


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


def decide(found: Petition, staff: UUID, state: str, reply: str, message: UUID | None) -> None:
    """Decide a petition as it was read; `message` tells the person, and the case ends when it is out.

    Raises RecordError if it was decided meanwhile, or if who refused it looks at it a second time.
    """
    if found.state == DISPUTED and found.staff == staff:
        raise RecordError("you decided this the first time", "another member of staff looks at it again")
    with keeping() as cursor:
        circle = list(linked(cursor, [found.person]).persons)
        cursor.execute(_DECIDE, [state, reply, staff, staff, message, found.person, found.id, found.state])
        _one(cursor)
        settle(cursor, circle)


def dispute(person: UUID, key: UUID, words: str, due: datetime) -> None:
    """Ask for a second look at a refusal; raise RecordError where there is none that can be disputed."""
    with keeping() as cursor:
        circle = list(linked(cursor, [person]).persons)
        cursor.execute(_DISPUTE, [f"\n{words}", due, person, key, datetime.now(UTC) - DISPUTABLE])
        _one(cursor)
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
        cursor.execute(_CLOCKS, [now - _KEPT])
        return done + int(cursor.rowcount)


def wishes(known: Collection[str]) -> list[Wish]:
    """Give what can be asked for where a policy grants these rights."""
    return [one for one in Wish if one.right in known]


def _one(cursor: CursorWrapper) -> None:
    if cursor.rowcount != 1:
        raise RecordError("this request is not open any more", "look at it again")


def _read(row: tuple[object, ...]) -> Petition:
    found = list(row)
    found[6] = json.loads(found[6]) if isinstance(found[6], str) else found[6]
    return Petition(*found)  # type: ignore[arg-type]  # in the order of _SELECT
