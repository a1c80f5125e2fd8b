"""Correct again what was corrected since: the item is what it was, to the byte that its entry commits to."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.record.declare import keeping
from avow.record.known.address import parse
from avow.record.known.attach import attach
from avow.record.pinned.aside import settle
from avow.record.pinned.pin import Pins, write
from avow.record.said.circle import linked
from avow.record.shown.versions import history
from avow.record.taken.given import address_field
from avow.record.taken.lookup import array, lookup, lookup_fields
from avow.record.taken.store import amend, settle_moved

_ITEM: Final = "SELECT category FROM item WHERE person_id = %s AND id = %s"
_BACK: Final = """
UPDATE item SET fields = %s::jsonb, lookup = %s::bigint[], reach_id = %s, salt = %s, entry = %s, pos = 0
WHERE person_id = %s AND id = %s
"""
_REACH: Final = """
INSERT INTO reach (id, at, refused, choice_no, bounces) VALUES (%s, now(), 0::bit(256), 0, 0) ON CONFLICT DO NOTHING
"""
_ADDRESS: Final = """
INSERT INTO address (person_id, exact, reach_id, at, verified, ended) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (person_id, exact) DO UPDATE SET verified = excluded.verified, ended = excluded.ended
"""
_CARRYING: Final = "SELECT id FROM item WHERE person_id = %s AND reach_id IS NOT NULL"


def correct(person: UUID, entry: int, kept: Mapping[str, Any], *, placed: bool) -> bool:
    """Correct a person's item, or addresses, as the journal kept it of an entry; say whether there was such an item.

    Where the entry itself was lost, because nothing of it was published (not `placed`), it is a new correction.
    """
    with keeping() as cursor:
        circle = list(linked(cursor, [person]).persons)
        if "addresses" in kept:
            _addresses(cursor, person, kept["addresses"])
            settle(cursor, circle)
            return True
        item, pins = UUID(kept["item"]), Pins.read(kept)
        cursor.execute(_ITEM, [person, item])
        row = cursor.fetchone()
        if row is None:  # it came after the copy, and is gone with it; what it put right is not
            write(cursor, person, circle, item, pins)
            return bool(pins.pins)
        if not placed:
            amend(person, item, kept["fields"], pins=pins)
            return True
        _put_back(cursor, person, item, entry, (str(row[0]), kept))
        settle(cursor, circle)
        write(cursor, person, circle, item, pins)
    return True


def _put_back(cursor: CursorWrapper, person: UUID, item: UUID, entry: int, what: tuple[str, Mapping[str, Any]]) -> None:
    category, kept = what
    fields, reach = kept["fields"], bytes.fromhex(kept["reach"]) if kept["reach"] else None
    known = (policy.categories.get(category) for policy in reversed(history().policies))
    declared = next((one for one in known if one is not None), None)
    holds = address_field(declared) if declared else None
    found = lookup(lookup_fields(declared), fields) if declared else None
    if holds in fields:
        attach(cursor, person, parse(fields[holds]))
    told = [json.dumps(fields, ensure_ascii=False), array(found), reach, bytes.fromhex(kept["salt"]), entry]
    cursor.execute(_BACK, [*told, person, item])
    if reach:
        settle_moved(cursor, person, item)


def _addresses(cursor: CursorWrapper, person: UUID, rows: Sequence[Sequence[str | None]]) -> None:
    """Let a person hold the addresses that they held, as proven or ended as they were."""
    for exact, reach, at, verified, ended in rows:
        mailbox = bytes.fromhex(str(reach))
        cursor.execute(_REACH, [mailbox])
        cursor.execute(_ADDRESS, [person, bytes.fromhex(str(exact)), mailbox, at, verified, ended])
    cursor.execute(_CARRYING, [person])
    for (item,) in cursor.fetchall():
        settle_moved(cursor, person, item)
