"""Hold the files that came with a letter, or why they were not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.record.declare import keeping
from avow.record.key import new_key

_INSERT: Final = """
INSERT INTO enclosed (person_id, id, matter, turn, name, kind, data, why, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
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
    """Keep files with the turn that they came with."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        for one in files:
            named = [person, new_key(), matter, turn]
            cursor.execute(_INSERT, [*named, one.name, one.kind, one.data, one.why, now])


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
