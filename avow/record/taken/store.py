"""Keep what was collected, amend it, forget it: each with its entry, each in one transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from avow.errors import CollectionError, RecordError
from avow.ledger.append import append
from avow.ledger.commitment import commit, new_salt, outer
from avow.policy.document import Policy
from avow.record.agreed.passed import CORRECTED, pass_on
from avow.record.declare import keeping
from avow.record.journal.whose import owe, whose
from avow.record.key import new_key
from avow.record.known.address import Address, parse
from avow.record.known.attach import HOLDERS, attach, inherit
from avow.record.mask import CHOICES, from_bits, to_bits
from avow.record.outside.corrected import tell_outside
from avow.record.pinned.aside import settle as settle_aside
from avow.record.pinned.pin import NO_PINS, Pins, compare, write
from avow.record.said.choices import act
from avow.record.said.chosen import Chosen, aims
from avow.record.said.circle import linked
from avow.record.said.effect import ITEM_CONDITIONS
from avow.record.said.inherited import take_over
from avow.record.shown.stamp import Stamp, joined
from avow.record.shown.versions import history, in_force
from avow.record.taken.committed import item_record
from avow.record.taken.given import Checked, Given, address_field, check, check_fields
from avow.record.taken.lookup import array, lookup, lookup_fields
from avow.store.journal.people import put
from avow.store.server.prepared import prepared
from avow.terms import Actor, EntryKind, Scope

__all__ = ["Given", "amend", "keep"]

_STAMP: Final = """
INSERT INTO stamp (id, channel, source, version, notice, purposes) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_REACH: Final = """
INSERT INTO reach (id, at, refused, choice_no, bounces) VALUES (%s, %s, 0::bit(256), 0, 0)
ON CONFLICT (id) DO UPDATE SET choice_no = reach.choice_no + (reach.refused & %s::bit(256) <> 0::bit(256))::int
RETURNING refused, choice_no
"""
_PERSON: Final = """
INSERT INTO person (id, at, own, refused, relations, choice_no)
SELECT %s::uuid, %s::timestamptz, refused & %s::bit(256), refused & %s::bit(256), %s::bigint,
    choice_no FROM r
"""
_ADDRESS: Final = """
INSERT INTO address (person_id, exact, reach_id, at) VALUES (%s, %s, %s, %s)
"""
_ITEMS: Final = """
INSERT INTO item (
    person_id, id, category, stamp_id, at, event, thread, reach_id, fields, stated, accepted, refused, until,
    salt, lookup, entry, pos)
SELECT %s::uuid, row.id, row.category, %s::uuid, %s::timestamptz, %s::uuid, %s::uuid, row.reach, row.fields::jsonb,
    row.stated::bit(256), 0::bit(256),
    %s::bit(256) | CASE WHEN row.reach IS NULL THEN r.refused & %s::bit(256) ELSE r.refused | %s::bit(256) END,
    row.until, row.salt, row.lookup::bigint[], %s::bigint, row.pos - 1
FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::text[], %s::text[], %s::timestamptz[], %s::bytea[], %s::text[])
    WITH ORDINALITY AS row (id, category, reach, fields, stated, until, salt, lookup, pos), r
"""
_NEWCOMER: Final = f"""
WITH s AS ({_STAMP}), m AS ({_REACH}), h AS ({HOLDERS}),
c AS (SELECT m.refused & bits AS refused, h.refused & ~ m.refused & bits AS further
    FROM m, h, (SELECT %s::bit(256) AS bits) AS act),
r AS (SELECT m.refused | further AS refused, choice_no
    + (c.refused = 0::bit(256) AND further <> 0::bit(256))::int AS choice_no FROM m, c),
p AS ({_PERSON}), a AS ({_ADDRESS}), i AS ({_ITEMS})
SELECT c.refused::text, further::text, choice_no, lists FROM c, r, h
"""
_STRANGER: Final = f"""
WITH s AS ({_STAMP}), r AS (SELECT 0::bit(256) AS refused, 0::bigint AS choice_no), p AS ({_PERSON}) {_ITEMS}
"""
_KNOWN: Final = f"WITH s AS ({_STAMP}), r AS (SELECT %s::bit(256) AS refused) {_ITEMS}"


@dataclass(frozen=True, slots=True)
class _Rows:
    """The items of one act: ids with categories and fields, as columns, and their commitments."""

    event: UUID
    told: list[tuple[UUID, str, Mapping[str, str]]]
    columns: tuple[list[Any], ...]
    commitments: list[bytes]


def keep(
    stamp: Stamp,
    given: Sequence[Given],
    address: Address | None,
    chosen: Sequence[Chosen] = (),
    person: UUID | None = None,
    thread: UUID | None = None,
) -> UUID:
    """Keep what was handed in under a stamp, with the choices made beside it, and give the person.

    Without `person` a new one is made: whoever types an address is not yet known to be who holds it. Refusals
    of the mailbox hold for the new items from their first instant; a yes waits until the address is confirmed.
    Raises CollectionError, and keeps nothing, if anything is not what the channel declares.
    """
    checked = check(stamp, given, address)
    whose = person or new_key()
    with keeping() as cursor:
        known, policy = (history(), stamp.policy) if chosen else (None, stamp.policy)
        rows = _rows(stamp, checked, address, whose)
        entry = append(EntryKind.COLLECTED, stamp.at, rows.commitments) if checked else 0
        if person is None:
            _keep_new(cursor, stamp, rows, address, whose, thread, entry)
        else:
            _keep_known(cursor, stamp, rows, address, whose, thread, entry)
        if known and chosen:
            found = aims(cursor, known, policy, chosen)
            act(
                cursor,
                found,
                Actor.PERSON_UNVERIFIED,
                f"form {stamp.source}",
                (whose, address.reach_id if address else None),
            )
    return whose


def amend(person: UUID, item: UUID, fields: Mapping[str, str], seen: int | None = None, pins: Pins = NO_PINS) -> None:
    """Put new values in the place of an item's old ones, which are gone; what was stated and accepted for it stays.

    An address in the new fields becomes one of the person's, unproven until it is confirmed; what was refused
    for either address holds for both. `seen` is the entry that covered the item when it was looked at; `pins` are
    what stays as it is put right, whatever comes later. Whoever was given or read the old values is told. Raises
    RecordError if the item was forgotten, or amended since; CollectionError for what is not declared; StoreError if the
    journal does not take it: a correction that a restore would undo is not made.
    """
    with keeping() as cursor:
        circle = list(linked(cursor, [person]).persons)
        cursor.execute(
            "SELECT i.category, i.stamp_id, i.at, i.event, i.reach_id, i.stated, i.entry, i.pos, s.version"
            " FROM item i JOIN stamp s ON s.id = i.stamp_id WHERE i.person_id = %s AND i.id = %s",
            [person, item],
        )
        row = cursor.fetchone()
        if row is None:
            raise RecordError("there is no such item", "it may have been forgotten")
        category, stamp_id, at, event, reach, stated, entry, pos, version = row
        if seen is not None and entry != seen:
            raise RecordError("the item was amended since it was looked at", "look at it again")
        declared = _policy(version).categories.get(category) or in_force().categories.get(category)
        if declared is None:
            raise CollectionError(
                f"no version declares {category!r} any more", "forget the item, or declare its category"
            )
        kept = check_fields(declared, fields)
        holds = address_field(declared)
        address = parse(kept[holds]) if holds in kept else None
        if address and holds:
            kept[holds] = address.display
            reach = address.reach_id
            attach(cursor, person, address)
        salt, now = new_salt(), datetime.now(UTC)
        record = item_record(
            salt, (person, item, category, stamp_id, at, event, reach and bytes(reach), kept, from_bits(stated))
        )
        named = append(EntryKind.AMENDED, now, [commit(outer(salt), record)], [(entry, pos)])
        cursor.execute(
            "UPDATE item SET fields = %s::jsonb, lookup = %s::bigint[], reach_id = %s, salt = %s, entry = %s, pos = 0"
            " WHERE person_id = %s AND id = %s",
            [
                json.dumps(kept, ensure_ascii=False),
                array(lookup(lookup_fields(declared), kept)),
                reach,
                salt,
                named,
                person,
                item,
            ],
        )
        if address:
            settle_moved(cursor, person, item)
            settle_aside(cursor, circle)
        write(cursor, person, circle, item, pins)
        _pass_on(cursor, circle, category)
        told = {"item": item.hex, "fields": kept, "reach": reach and bytes(reach).hex(), "salt": salt.hex()}
        put(whose(person), named, told | pins.told())
        owe(cursor, named, [person])


def _pass_on(cursor: CursorWrapper, circle: Sequence[UUID], category: str) -> None:
    """Tell each organization, outside or working for us, that has a category of some who are linked."""
    for one in circle:
        pass_on(cursor, one, CORRECTED, category)
        tell_outside(cursor, one, category)


def settle_moved(cursor: CursorWrapper, person: UUID, item: UUID) -> None:
    """Let an item that carries another address now refuse what that one does, and wait for its proof."""
    cursor.execute(
        """
        UPDATE item i SET refused = (i.refused & %s::bit(256)) | p.refused | r.refused | CASE WHEN EXISTS (
            SELECT 1 FROM address a WHERE a.person_id = p.id AND a.reach_id = r.id AND a.verified IS NOT NULL
                AND a.ended IS NULL) THEN 0::bit(256) ELSE %s::bit(256) END
        FROM person p, reach r
        WHERE i.person_id = %s AND i.id = %s AND p.id = i.person_id AND r.id = i.reach_id
        """,
        [to_bits(ITEM_CONDITIONS & ~Scope.UNVERIFIED.mask), to_bits(Scope.UNVERIFIED.mask), person, item],
    )


def _keep_new(
    cursor: CursorWrapper,
    stamp: Stamp,
    rows: _Rows,
    address: Address | None,
    person: UUID,
    thread: UUID | None,
    entry: int,
) -> None:
    """Write a new person with all of it in one statement, and take over what mailbox and holders refuse.

    The mailbox's row is locked by its upsert, so no refusal of it passes by unseen. What its holders refuse, by who
    they are taken for, holds for the newcomer; the mailbox itself stays as it was, but for the number of this act.
    """
    choices, unverified = to_bits(CHOICES), to_bits(Scope.UNVERIFIED.mask)
    who: list[Any] = [person, stamp.at, choices, choices, stamp.relations]
    items: list[Any] = [
        person,
        stamp.id,
        stamp.at,
        rows.event,
        thread,
        to_bits(0),
        choices,
        unverified,
        entry,
        *rows.columns,
    ]
    if address is None:
        cursor.execute(_STRANGER, [*_stamp(stamp), *who, *items])
        return
    reach = address.reach_id
    mailbox: list[Any] = [reach, stamp.at, choices, reach, reach, reach, choices]
    held: list[Any] = [person, address.exact_id, reach, stamp.at]
    with prepared() as asking:
        asking.execute(_NEWCOMER, [*_stamp(stamp), *mailbox, *who, *held, *items])
        row = asking.fetchone()
    refused, further = from_bits(row[0]), from_bits(row[1])
    if refused or further:
        take_over(cursor, [(person, reach, refused, further, row[2])], datetime.now(UTC))
    inherit(cursor, person, None, 0, row[3])


def _keep_known(
    cursor: CursorWrapper,
    stamp: Stamp,
    rows: _Rows,
    address: Address | None,
    person: UUID,
    thread: UUID | None,
    entry: int,
) -> None:
    """Write more of a person we know, whose refusals hold for it."""
    around = linked(cursor, [person])
    refused, unproven = 0, 0
    if address:
        refused, proven = attach(cursor, person, address, again=False)
        unproven = 0 if proven else Scope.UNVERIFIED.mask
        around = linked(cursor, [person])
    if stamp.relations:
        cursor.execute("UPDATE person SET relations = relations | %s WHERE id = %s", [stamp.relations, person])
    own = to_bits(around.persons[person][1])
    items: list[Any] = [
        person,
        stamp.id,
        stamp.at,
        rows.event,
        thread,
        own,
        to_bits(0),
        to_bits(unproven),
        entry,
        *rows.columns,
    ]
    cursor.execute(_KNOWN, [*_stamp(stamp), to_bits(refused), *items])
    compare(cursor, person, list(around.persons), rows.told)
    if unproven:
        settle_aside(cursor, list(around.persons))


def _rows(stamp: Stamp, checked: Sequence[Checked], address: Address | None, person: UUID) -> _Rows:
    """Lay out the items as columns, each with a salt and its commitment."""
    columns: tuple[list[Any], ...] = tuple([] for _ in range(8))
    commitments, event, told = [], new_key(), []
    for one in checked:
        id_, salt = new_key(), new_salt()
        told.append((id_, one.category, one.fields))
        reach = address.reach_id if address and one.carries else None
        stated = stamp.stated[one.category]
        row = (person, id_, one.category, stamp.id, stamp.at, event, reach, one.fields, stated)
        commitments.append(commit(outer(salt), item_record(salt, row)))
        fields = json.dumps(one.fields, ensure_ascii=False)
        found = array(lookup(lookup_fields(stamp.policy.categories[one.category]), one.fields))
        cells = (id_, one.category, reach, fields, to_bits(stated), _until(stamp, one.category), salt, found)
        for column, value in zip(columns, cells, strict=True):
            column.append(value)
    return _Rows(event, told, columns, commitments)


def _until(stamp: Stamp, category: str) -> datetime | None:
    """Give the instant until which an item of a category is kept; None is until asked."""
    days = stamp.policy.categories[category].retention
    return None if days is None else stamp.at + timedelta(days=days)


def _stamp(stamp: Stamp) -> list[Any]:
    shown = stamp.shown
    return [stamp.id, shown.channel.value, stamp.source, shown.version, shown.notice, joined(stamp.purposes)]


def _policy(version: str | None) -> Policy:
    return history().version(version) if version else in_force()
