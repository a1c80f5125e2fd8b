"""Keep what followed on a request or a bar, and who did it: in the ledger, and beside the journal for a restore."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt
from avow.policy.proof.keeps import keeps
from avow.record.journal.beside import beside
from avow.record.journal.whose import owe, whose
from avow.record.kept import KEPT, UNKEPT
from avow.record.key import new_key
from avow.record.said.circle import still_there
from avow.store.journal.people import let_go
from avow.terms import EntryKind, Promise

LIFTED, WITHDRAWN, NAMED, YES, NO, EXTENDED = "lifted", "withdrawn", "named", "yes", "no", "extended"
"""What followed: a bar ended, an erasure was taken back, somebody asked in a name, that person's answer, more time."""
_INSERT: Final = """
INSERT INTO followed (person_id, id, of, act, by, at, salt, entry, pos) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0)
"""
_OLD: Final = f"""
{KEPT} DELETE FROM followed f WHERE at < %s AND person_id {UNKEPT}
    AND NOT EXISTS (SELECT FROM petition p WHERE p.id = f.of)
    AND NOT EXISTS (SELECT FROM restraint r WHERE r.id = f.of) RETURNING person_id, entry, pos
"""
_THERE: Final = "SELECT FROM followed WHERE person_id = %s AND id = %s"


@keeps(Promise.ACCESS, Promise.LEGAL_PROCESS)
def follow(
    cursor: CursorWrapper, person: UUID, of: UUID, act: str, by: str, kept: Mapping[str, str] | None = None
) -> None:
    """Keep that something followed on a petition, a letter or a restraint of a person, and who did it.

    `kept` is what a restore of an older copy needs to do it again; it dies with the person. Raises RecordError where
    they were forgotten meanwhile: nothing more is kept of them.
    """
    still_there(cursor, person)
    _write(cursor, person, {"id": new_key().hex, "of": of.hex, "act": act, "by": by, **(kept or {})}, datetime.now(UTC))


def followed_again(
    cursor: CursorWrapper, person: UUID, entry: int, kept: Mapping[str, Any], salt: str, *, placed: bool
) -> bool:
    """Keep again what followed, as the journal kept it of an entry which a store lost; say whether that was news.

    Where the entry was published (`placed`), the row is the one that it commits to.
    """
    cursor.execute(_THERE, [person, UUID(kept["id"])])
    if cursor.fetchone():
        return False
    at = datetime.fromisoformat(kept["at"])
    if placed:
        _insert(cursor, person, kept, at, (bytes.fromhex(salt), entry))
    else:
        _write(cursor, person, kept, at)
    return True


def sweep(cursor: CursorWrapper, before: datetime) -> list[tuple[int, int]]:
    """Let go what followed before an instant on what is gone; give the leaves whose rows went."""
    cursor.execute(_OLD, [before])
    gone = cursor.fetchall()
    for person, entry, _ in gone:
        _let_go(person, int(entry))
    return [(int(entry), int(pos)) for _, entry, pos in gone]


def followed_record(row: Sequence[object]) -> object:
    """Give what the ledger commits to of what followed: person, id, on what, the act, who did it, at."""
    return ["followed", *row]


def _write(cursor: CursorWrapper, person: UUID, kept: Mapping[str, Any], at: datetime) -> None:
    salt = new_salt()
    record = followed_record((person, UUID(kept["id"]), UUID(kept["of"]), kept["act"], kept["by"], at))
    entry = append(EntryKind.FOLLOWED, at, [commit(salt, record)])
    _insert(cursor, person, kept, at, (salt, entry))
    beside(person, entry, {"followed": {**kept, "at": at.isoformat()}, "salt": salt.hex()})
    owe(cursor, entry, [person])


def _insert(
    cursor: CursorWrapper, person: UUID, kept: Mapping[str, Any], at: datetime, place: tuple[bytes, int]
) -> None:
    told = [UUID(kept["id"]), UUID(kept["of"]), kept["act"], kept["by"], at]
    cursor.execute(_INSERT, [person, *told, *place])


def _let_go(person: UUID, entry: int) -> None:
    transaction.on_commit(lambda: let_go(whose(person), entry))
