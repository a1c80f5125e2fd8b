"""Note that a person owns a product or downloaded it, and whether they were told before what mail that brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.key import new_key
from avow.record.shown.versions import in_force
from avow.terms import EntryKind, MessageKind, Promise, Relation

_LOCK: Final = "SELECT relations FROM person WHERE id = %s FOR NO KEY UPDATE"
_TOLD: Final = """
SELECT s.notice FROM item i JOIN stamp s ON s.id = i.stamp_id
WHERE i.person_id = %s AND i.at <= %s AND s.notice IS NOT NULL AND string_to_array(s.purposes, ' ') && %s::text[]
ORDER BY i.at LIMIT 1
"""
_SERIES: Final = "SELECT product_id FROM reserved WHERE series = %s AND at <= %s AND until > %s"
_HAS: Final = """
SELECT notice FROM possession WHERE person_id = %s AND product = %s AND version = %s AND series = %s AND ended IS NULL
"""
_OF: Final = """
SELECT product, version, series, at, ended, notice IS NOT NULL FROM possession WHERE person_id = %s ORDER BY at DESC, id
"""
_INSERT: Final = """
INSERT INTO possession (person_id, id, product, version, series, notice, at, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0)
"""
_END: Final = """
UPDATE possession SET ended = %s
WHERE person_id = %s AND product = %s AND version = %s AND series = %s AND ended IS NULL RETURNING id
"""
_RELATIONS: Final = """
UPDATE person p SET relations = relations & ~%s::bigint
    | (SELECT coalesce(bit_or(CASE WHEN series = '' THEN %s ELSE %s END), 0)
        FROM possession WHERE person_id = p.id AND ended IS NULL)
WHERE id = %s RETURNING relations
"""


@dataclass(frozen=True, slots=True)
class Possession:
    """What a person owns or downloaded, since and until when, and whether they were told before what that brings."""

    product: str
    version: str
    series: str
    at: datetime
    ended: datetime | None
    told: bool


@keeps(Promise.EXEMPTIONS_NOTICED, Promise.EXEMPTIONS_LIMITED)
def possess(person: UUID, product: str, version: str = "", series: str = "", at: datetime | None = None) -> bool:
    """Note that a person owns a version of a product, or downloaded it in a series; say whether they were told before.

    They were if something of theirs came in, before that instant, beside words that state the messages which it
    brings. Who was not told gets none of them. Noting it twice changes nothing.
    Raises RecordError for a person or product that is not there, and for a series that had not begun or was over.
    """
    at = at or datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_LOCK, [person])
        if cursor.fetchone() is None:
            raise RecordError("there is no such person", "look at the id")
        _check(cursor, product, series, at)
        cursor.execute(_HAS, [person, product, version, series])
        known = cursor.fetchone()
        if known is not None:
            return known[0] is not None
        cursor.execute(_TOLD, [person, at, _purposes(series)])
        told = cursor.fetchone()
        notice = bytes(told[0]) if told else None
        id_, salt = new_key(), new_salt()
        record = possession_record((person, id_, product, version, series, notice, at))
        entry = append(EntryKind.COLLECTED, datetime.now(UTC), [commit(salt, record)])
        cursor.execute(_INSERT, [person, id_, product, version, series, notice, at, salt, entry])
        _relate(cursor, person)
        return notice is not None


def give_up(person: UUID, product: str, version: str = "", series: str = "") -> None:
    """Note that a person has a version of a product no more, or left its series: nothing about it reaches them.

    An entry *ended* covers what they had, and each relation that went with it.
    """
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_LOCK, [person])
        before = sum(relations for (relations,) in cursor.fetchall())
        cursor.execute(_END, [now, person, product, version, series])
        records: list[list[object]] = [["over", person, id_, now] for (id_,) in cursor.fetchall()]
        after = _relate(cursor, person)
        gone = (one for one in (Relation.OWNS, Relation.DOWNLOADED) if before & ~after & one.mask)
        records += [["ended", person, int(one), now] for one in gone]
        if records:
            append(EntryKind.ENDED, now, [commit(new_salt(), record) for record in records])


def possessions_of(person: UUID) -> tuple[Possession, ...]:
    """Give all that a person owns or owned, the latest first."""
    with keeping() as cursor:
        cursor.execute(_OF, [person])
        return tuple(Possession(*row) for row in cursor.fetchall())


def possession_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of a possession: person, id, product, version, series, notice, at."""
    return ["possession", *row]


def _check(cursor: CursorWrapper, product: str, series: str, at: datetime) -> None:
    if series:
        cursor.execute(_SERIES, [series, at, at])
    else:
        cursor.execute("SELECT id FROM product WHERE id = %s", [product])
    if product not in {name for (name,) in cursor.fetchall()}:
        raise RecordError(
            f"there was no product {product!r}" + (f" with a series {series!r} then" if series else ""),
            "`avow product list` shows them; a series is declared before its first download, and ends",
        )


def _relate(cursor: CursorWrapper, person: UUID) -> int:
    """Let the person's relations say what they own and what they downloaded; give them."""
    owns, downloaded = Relation.OWNS.mask, Relation.DOWNLOADED.mask
    cursor.execute(_RELATIONS, [owns | downloaded, owns, downloaded, person])
    return sum(relations for (relations,) in cursor.fetchall())


def _purposes(series: str) -> list[str]:
    kind = MessageKind.EXEMPT_DOWNLOAD if series else MessageKind.EXEMPT_SECURITY
    return [purpose.id for purpose in in_force().purposes.values() if purpose.kind is kind]
