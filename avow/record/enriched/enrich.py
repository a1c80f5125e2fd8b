"""Keep facts from others beside what people said themselves, each under a stamp and its lot."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt, outer
from avow.policy.document import Category
from avow.record.declare import keeping
from avow.record.enriched.lot import Lot
from avow.record.kept import KEPT, UNKEPT
from avow.record.key import new_key
from avow.record.mask import to_bits
from avow.record.shown.stamp import Stamp, joined
from avow.record.taken.committed import item_record
from avow.record.taken.lookup import array, lookup, lookup_fields
from avow.terms import EntryKind, Scope

UNTOLD: Final = timedelta(days=30)
"""So long a fact is kept whose person was not told of it (Regulation (EU) 2016/679, Article 14(3)(a): a month)."""
_STAMP: Final = """
INSERT INTO stamp (id, channel, source, version, notice, purposes) VALUES (%s, %s, %s, %s, NULL, %s)
ON CONFLICT DO NOTHING
"""
_REPLACED: Final = f"""
{KEPT} DELETE FROM item USING lot WHERE lot.id = item.lot_id AND lot.source = %s AND item.category = %s
    AND item.person_id = ANY(%s) AND item.refused & %s::bit(256) = 0::bit(256) AND item.person_id {UNKEPT}
RETURNING item.entry, item.pos
"""
_ITEMS: Final = """
INSERT INTO item (
    person_id, id, category, stamp_id, at, event, fields, stated, accepted, refused, until, salt, lookup, entry, pos,
    lot_id)
SELECT p.id, row.id, %s, %s, %s, %s, row.fields::jsonb, %s::bit(256), 0::bit(256), p.refused, %s, row.salt,
    row.lookup::bigint[], %s, row.pos - 1, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bytea[], %s::text[])
    WITH ORDINALITY AS row (person, id, fields, salt, lookup, pos) JOIN person p ON p.id = row.person
"""


def enrich(stamp: Stamp, category: Category, lot: Lot, told: Sequence[tuple[UUID, Mapping[str, str]]]) -> int:
    """Keep what a lot says of people who are locked and were decided about; give how many facts it replaces.

    Each is an item of its own and never one of the person's; what the same source said before gives way to it. Until
    its person is told it is kept for a month at most.
    """
    if not told:
        return 0
    persons = [person for person, _ in told]
    commitments, columns = _columns(stamp, category, lot, told)
    until = lot.at + (UNTOLD if lot.days is None else min(UNTOLD, timedelta(days=lot.days)))
    with keeping() as cursor:
        shown = stamp.shown
        cursor.execute(_STAMP, [stamp.id, shown.channel.value, stamp.source, shown.version, joined(stamp.purposes)])
        cursor.execute(_REPLACED, [lot.source, category.id, persons, to_bits(Scope.HELD.mask)])
        leaves = sorted((int(entry), int(pos)) for entry, pos in cursor.fetchall())
        if leaves:
            append(EntryKind.FORGOTTEN, lot.at, [], leaves)
        entry = append(EntryKind.IMPORTED, lot.at, commitments)
        stated = to_bits(stamp.stated[category.id])
        cursor.execute(_ITEMS, [category.id, stamp.id, stamp.at, lot.id, stated, until, entry, lot.id, *columns])
    return len(leaves)


def _columns(
    stamp: Stamp, category: Category, lot: Lot, told: Sequence[tuple[UUID, Mapping[str, str]]]
) -> tuple[list[bytes], tuple[list[Any], ...]]:
    """Give the commitment of each item, and the items as columns: person, id, fields, salt, hashes.

    The lot is their event, so that the ledger commits to which lot they are of.
    """
    columns: tuple[list[Any], ...] = tuple([] for _ in range(5))
    commitments, named = [], lookup_fields(category)
    for person, fields in told:
        id_, salt = new_key(), new_salt()
        row = (person, id_, category.id, stamp.id, stamp.at, lot.id, None, fields, stamp.stated[category.id])
        commitments.append(commit(outer(salt), item_record(salt, row)))
        cells = (person, id_, json.dumps(fields, ensure_ascii=False), salt, array(lookup(named, fields)))
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
    return commitments, columns
