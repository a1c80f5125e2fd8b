"""Pin the values of a correction: only hashes of them stand here, under a salt of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.ledger.commitment import new_salt
from avow.record.key import new_key
from avow.record.pinned.aside import differ, same, settle
from avow.record.shown.versions import history
from avow.terms import ChannelKind

_INSERT: Final = """
INSERT INTO pin (person_id, id, category, field, item, salt, value, was, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ITEMS: Final = """
SELECT person_id, id FROM item WHERE person_id = ANY(%s) AND category = %s AND id <> %s ORDER BY person_id, id
"""
_LATEST: Final = """
SELECT DISTINCT ON (person_id, category, field) person_id, category, field, salt, value FROM pin
WHERE person_id = ANY(%s) AND category = ANY(%s) ORDER BY person_id, category, field, at DESC, id DESC
"""


@dataclass(frozen=True, slots=True)
class Pin:
    """A field that was put right: a salt (32 bytes), the hashes of what it is now and of what it was, or b""."""

    field: str
    salt: bytes
    value: bytes
    was: bytes


@dataclass(frozen=True, slots=True)
class Pins:
    """What one correction pins, and the other items of the same person that were seen to agree; no other counts."""

    pins: tuple[Pin, ...] = ()
    agree: tuple[UUID, ...] = ()
    category: str = ""

    def told(self) -> dict[str, Any]:
        """Give it as the journal keeps it; no value stands in it."""
        rows = [[one.field, one.salt.hex(), one.value.hex(), one.was.hex()] for one in self.pins]
        agree = [one.hex for one in self.agree]
        return {"pins": rows, "agree": agree, "category": self.category} if rows else {}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Pins":
        """Read what the journal kept."""
        pins = (Pin(name, *map(bytes.fromhex, rest)) for name, *rest in kept.get("pins", ()))
        return cls(tuple(pins), tuple(map(UUID, kept.get("agree", ()))), kept.get("category", ""))


NO_PINS: Final = Pins()
"""What an amendment pins that corrects nothing."""


def lasting(category: str) -> bool:
    """Say whether items of a category say who somebody is, and not what happened once: any version's registration."""
    known = (policy.channels.get(ChannelKind.REGISTRATION) for policy in history().policies)
    return any(channel is not None and category in channel.collects for channel in known)


def pinned(category: str, now: Mapping[str, str], was: Mapping[str, str], agree: Sequence[UUID]) -> Pins:
    """Pin the fields named in `was`, with what they were, at what they are `now`; "" is none."""
    salts = {field: new_salt() for field in was}
    pins = tuple(
        Pin(field, salt, digest(salt, now.get(field, "")), digest(salt, was[field]) if was[field] else b"")
        for field, salt in salts.items()
    )
    return Pins(pins, tuple(agree), category)


def digest(salt: bytes, value: str) -> bytes:
    """Hash a value (32 bytes), as SQL does: sha256(salt || convert_to(value, 'UTF8'))."""
    return sha256(salt + value.encode()).digest()


def write(cursor: CursorWrapper, person: UUID, circle: Sequence[UUID], item: UUID, found: Pins) -> None:
    """Pin what a person's item says now, for all who are linked, who are locked.

    Whatever was not seen to agree does not count any more: what came meanwhile, what others gave who are linked. The
    item itself counts again.
    """
    if not found.pins:
        return
    now = datetime.now(UTC)
    for one in found.pins:
        row: list[Any] = [person, new_key(), found.category, one.field, item, one.salt, one.value, one.was or None, now]
        cursor.execute(_INSERT, row)
    cursor.execute(_ITEMS, [list(circle), found.category, item])
    beside = cursor.fetchall()
    fields = [one.field for one in found.pins]
    same(cursor, [item, *found.agree], fields)
    unlike = [(whose, one) for whose, one in beside if whose != person or one not in found.agree]
    differ(cursor, [(whose, one, field, person) for whose, one in unlike for field in fields])
    settle(cursor, circle)


def compare(
    cursor: CursorWrapper, person: UUID, circle: Sequence[UUID], rows: Sequence[tuple[UUID, str, Mapping[str, str]]]
) -> None:
    """Set aside those of some items, just kept (id, category, fields), of which a pin says otherwise.

    What lacks a field says nothing of it.
    """
    cursor.execute(_LATEST, [list(circle), sorted({category for _, category, _ in rows})])
    known = cursor.fetchall()
    unlike = [
        (person, item, field, by)
        for item, category, fields in rows
        for by, of, field, salt, value in known
        if of == category and fields.get(field) and digest(bytes(salt), fields[field]) != bytes(value)
    ]
    if unlike:
        differ(cursor, unlike)
        settle(cursor, circle)
