"""Hold the files that came with a letter or a form, or why they were not kept; the ledger commits to each."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, inner, new_salt, outer
from avow.record.declare import keeping
from avow.record.key import new_key
from avow.terms import EntryKind

_INSERT: Final = """
INSERT INTO enclosed (person_id, id, matter, turn, item, name, kind, data, why, at, salt, entry, pos)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_GONE: Final = """
DELETE FROM enclosed e WHERE {where} RETURNING entry, pos, salt <> ''
"""
_LIST: Final = "SELECT id, turn, name, kind, length(data), why FROM enclosed WHERE matter = ANY(%s) ORDER BY at, id"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is kept: its name and media type, its bytes, and why there are none ("" where there are)."""

    name: str
    kind: str
    data: bytes
    why: str = ""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that is on file: its id, the turn it came with, its name, media type, size in bytes, why it has none."""

    id: UUID
    turn: UUID
    name: str
    kind: str
    size: int
    why: str


def enclose(person: UUID, matter: UUID, turn: UUID, files: Sequence[File]) -> None:
    """Keep files with the turn that they came with, as parts of the item that holds its words, under one entry.

    Raises RecordError where the turn holds no words of the person.
    """
    if not files:
        return
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute("SELECT item FROM turn WHERE person_id = %s AND id = %s AND item IS NOT NULL", [person, turn])
        row = cursor.fetchone()
        if row is None:
            raise RecordError("a file comes with somebody's words", "keep them first")
        named = [(new_salt(), [person, new_key(), matter, turn, row[0]], one) for one in files]
        entry = append(EntryKind.COLLECTED, now, [_commitment(salt, [*who, now], one) for salt, who, one in named])
        for pos, (salt, who, one) in enumerate(named):
            cursor.execute(_INSERT, [*who, one.name, one.kind, one.data, one.why, now, salt, entry, pos])


def files_of(person: UUID) -> list[tuple[UUID | None, File]]:
    """Give each file of a person that was kept, oldest first, with the item that it is a part of."""
    with keeping() as cursor:
        cursor.execute(
            "SELECT item, name, kind, data FROM enclosed WHERE person_id = %s AND why = '' ORDER BY at, id", [person]
        )
        return [(item, File(name, kind, bytes(data))) for item, name, kind, data in cursor.fetchall()]


def file_record(salt: bytes, row: Sequence[object]) -> object:
    """Give what the ledger commits to of a file, under the salt that `outer` gives.

    The row holds person, id, matter, turn, item, at, name, kind, why it has no bytes, and the SHA-256 of those it has;
    of the last four it commits to their digest, as of an item's fields.
    """
    *told, name, kind, why, digest = row
    return ["enclosed", *told, inner(salt, [name, kind, why, digest])]


def _commitment(salt: bytes, told: Sequence[object], one: File) -> bytes:
    row = [*told, one.name, one.kind, one.why, hashlib.sha256(one.data).digest()]
    return commit(outer(salt), file_record(salt, row))


def let_go(cursor: CursorWrapper, where: str, values: Sequence[UUID | list[UUID]]) -> list[tuple[int, int]]:
    """Delete the files for which a condition holds; give the leaf of each, for the entry that says so."""
    cursor.execute(_GONE.format(where=where), list(values))
    return [(int(entry), int(pos)) for entry, pos, covered in cursor.fetchall() if covered]


def enclosed_in(matters: Sequence[UUID]) -> list[Enclosed]:
    """Give what came with some matters, without its bytes."""
    with keeping() as cursor:
        cursor.execute(_LIST, [list(matters)])
        return [Enclosed(*row) for row in cursor.fetchall()]


def file_at(person: UUID, key: UUID) -> File | None:
    """Give one file of a person; None if there is none, or nothing of it was kept."""
    with keeping() as cursor:
        cursor.execute(
            "SELECT name, kind, data FROM enclosed WHERE person_id = %s AND id = %s AND why = ''", [person, key]
        )
        row = cursor.fetchone()
    return File(str(row[0]), str(row[1]), bytes(row[2])) if row else None
