"""Lay out arrivals for the database: checked, stamped, committed to, as rows of PostgreSQL's binary COPY."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from json.encoder import encode_basestring
from os import urandom
from struct import Struct
from typing import Any, Final
from uuid import UUID

from avow.errors import AddressError, CollectionError
from avow.ledger.commitment import OUTER, SALT_BYTES, canonical
from avow.policy.history import History
from avow.record.key import new_key, new_keys
from avow.record.known.address import Address
from avow.record.mask import to_bits
from avow.record.said.chosen import Chosen
from avow.record.shown.stamp import Shown, Stamp, joined, stamp
from avow.record.taken.given import Checked, Given, check
from avow.record.taken.lookup import lookup, lookup_fields

_ITEM: Final = canonical("item")
_EPOCH: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_ARRAY: Final = Struct("!iiiiii")
"""Bytes, dimensions, nulls, the type's id, length, first index"""
_NUMBER: Final = Struct("!iq")
_BIGINT: Final = 20
_PERSON: Final = Struct("!hi16si32si32siqi?iq")
"""person, exact, reach, at, proven, relations"""
_CARRIES: Final = Struct("!hi16si16si16siqi?iii32siii32sib")
"""person, id, event, at, proven, sort, salt, pos, reach, fields; what staff may look up follows"""
_OTHER: Final = Struct("!hi16si16si16siqi?iii32siiiib")
"""The same without a reach."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who arrives: what was shown, by which source, the address, fields by category, choices beside them.

    `proven` says that the address was confirmed before; `at` is when it was collected (UTC; None is now);
    `place` is where it stood, for whoever must be told that something is wrong with it; `later` is what the same
    person gave on other occasions, with the same address.
    """

    shown: Shown
    source: str
    address: Address
    given: Mapping[str, Mapping[str, str]]
    chosen: tuple[Chosen, ...] = ()
    at: datetime | None = None
    proven: bool = False
    person: UUID = field(default_factory=new_key)
    place: str = ""
    later: tuple["Arrival", ...] = ()


Spoiled = Callable[[Arrival, CollectionError | AddressError], object]
"""Is told of an arrival that cannot be taken; it is left out if this does not raise."""


def raise_at(one: Arrival, error: CollectionError | AddressError) -> None:
    """Raise CollectionError that names the place of what is not declared."""
    raise CollectionError(f"{one.place}: {error}" if one.place else str(error)) from error


@dataclass(frozen=True, slots=True)
class Sort:
    """What all items of one category under one stamp have in common, and its number."""

    number: int
    before: bytes
    after: bytes
    lookup: tuple[str, ...] = ()


@dataclass(slots=True)
class Staged:
    """A batch as it is written: who is in it, rows of COPY, commitments in their order, new stamps and sorts."""

    taken: list[Arrival] = field(default_factory=list)
    people: list[bytes] = field(default_factory=lambda: [_HEAD])
    items: list[bytes] = field(default_factory=lambda: [_HEAD])
    commitments: list[bytes] = field(default_factory=list)
    stamps: list[list[Any]] = field(default_factory=list)
    sorts: list[list[Any]] = field(default_factory=list)


class Layout:
    """What is known from one batch to the next: stamps and sorts of items; few, however many arrive."""

    def __init__(self, known: History, now: datetime) -> None:
        """Begin with nothing."""
        self.history, self.now = known, now
        self.stamps: dict[tuple[Shown, str], Stamp] = {}
        self.sorts: dict[tuple[Shown, str, str], Sort] = {}
        self.time = (now, *_time(now))

    def lay_out(self, batch: Sequence[Arrival], spoiled: Spoiled = raise_at) -> Staged:
        """Check a batch and lay it out; `spoiled` is told of each arrival that is not as it is declared."""
        made = Staged()
        for one in batch:
            try:
                found = [self._check(part, made) for part in (one, *one.later)]
            except (CollectionError, AddressError) as error:
                spoiled(one, error)
                continue
            relations = 0
            for part, (stamped, checked) in zip((one, *one.later), found, strict=True):
                relations |= stamped.relations
                self._lay_out(replace(part, person=one.person) if one.later else part, checked, made)
            person, (at, _) = one.person.bytes, self._at(one.at)
            made.people.append(
                _PERSON.pack(
                    6,
                    16,
                    person,
                    32,
                    one.address.exact_id,
                    32,
                    one.address.reach_id,
                    8,
                    at,
                    1,
                    one.proven,
                    8,
                    relations,
                )
            )
            made.taken.append(one)
        made.people.append(_END)
        made.items.append(_END)
        return made

    def _check(self, one: Arrival, made: Staged) -> tuple[Stamp, tuple[Checked, ...]]:
        """Give the stamp of an arrival, and what of it will be kept."""
        stamped = self.stamps.get((one.shown, one.source)) or self._stamp(one, made)
        return stamped, check(stamped, [Given(name, fields) for name, fields in one.given.items()], one.address)

    def _lay_out(self, one: Arrival, found: Sequence[Checked], made: Staged) -> None:
        """Lay out the items of one arrival.

        The bytes are those of `commit(outer(salt), item_record(salt, ...))`; what rows share is made once.
        """
        at, told = self._at(one.at)
        person, reach = one.person.bytes, one.address.reach_id
        event, *ids = new_keys(1 + len(found))
        salts = urandom(SALT_BYTES * len(found))
        head, when = b"%bu16:%bu16:" % (_ITEM, person), b"%bu16:%b" % (told, event)
        for number, (id_, item) in enumerate(zip(ids, found, strict=True)):
            sort = self.sorts[one.shown, one.source, item.category]
            salt = salts[number * SALT_BYTES : (number + 1) * SALT_BYTES]
            text, fields = _json(item.fields), _canonical(item.fields)
            row = (16, person, 16, id_, 16, event, 8, at, 1, one.proven, 4, sort.number, 32, salt, 4)
            looked = _array(lookup(sort.lookup, item.fields)) if sort.lookup else _NULL
            pos = len(made.commitments)
            if item.carries:
                made.items += (_CARRIES.pack(11, *row, pos, 32, reach, len(text) + 1, 1), text, looked)
                carried = b"b32:" + reach
            else:
                made.items += (_OTHER.pack(11, *row, pos, -1, len(text) + 1, 1), text, looked)
                carried = b"n"
            inner, opened = sha256(salt + fields).digest(), sha256(OUTER + salt).digest()
            body = b"%b%b%b%b%bb32:%b%b" % (head, id_, sort.before, when, carried, inner, sort.after)
            made.commitments.append(sha256(b"%bl%d:%b" % (opened, len(body), body)).digest())

    def _at(self, at: datetime | None) -> tuple[int, bytes]:
        """Give an instant as PostgreSQL counts it and as the ledger writes it."""
        if at is not None and at is not self.time[0]:
            self.time = (at, *_time(at))
        elif at is None and self.time[0] is not self.now:
            self.time = (self.now, *_time(self.now))
        return self.time[1:]

    def _stamp(self, one: Arrival, made: Staged) -> Stamp:
        """Stamp what arrives, and number each sort of item that comes of it."""
        stamped = stamp(self.history, one.shown, one.source, self.now)
        shown = stamped.shown
        purposes = joined(stamped.purposes)
        made.stamps.append(
            [stamped.id, shown.channel.value, stamped.source, shown.version, shown.notice, purposes, shown.attested]
        )
        for category, stated in stamped.stated.items():
            number, days = len(self.sorts), stamped.policy.categories[category].retention
            made.sorts.append([number, stamped.id, category, to_bits(stated), days])
            before = canonical(category) + canonical(stamped.id)
            named = lookup_fields(stamped.policy.categories[category])
            self.sorts[one.shown, one.source, category] = Sort(number, before, canonical(stated), named)
        self.stamps[one.shown, one.source] = stamped
        return stamped


def batches(arrivals: Iterator[Arrival], size: int) -> Iterator[list[Arrival]]:
    """Part what arrives into lists of a size."""
    batch: list[Arrival] = []
    for one in arrivals:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _time(at: datetime) -> tuple[int, bytes]:
    return (at - _EPOCH) // at.resolution, canonical(at)


def _canonical(fields: Mapping[str, str]) -> bytes:
    """Write texts as `canonical` does: a name is written once, and names sort alike as text and as bytes."""
    parts = []
    for key, text in sorted(fields.items()) if len(fields) > 1 else fields.items():
        data = text.encode()
        parts.append(b"%bs%d:%b" % (_name(key), len(data), data))
    whole = b"".join(parts)
    return b"m%d:%b" % (len(whole), whole)


@cache
def _name(key: str) -> bytes:
    name = key.encode()
    return b"k%d:%b" % (len(name), name)


def _array(hashes: list[int] | None) -> bytes:
    """Write hashes as an array of PostgreSQL's binary COPY, with its length."""
    if hashes is None:
        return _NULL
    head = _ARRAY.pack(20 + 12 * len(hashes), 1, 0, _BIGINT, len(hashes), 1)
    return head + b"".join([_NUMBER.pack(8, number) for number in hashes])


def _json(fields: Mapping[str, str]) -> bytes:
    """Write texts as JSON."""
    return f"{{{','.join([f'{encode_basestring(k)}:{encode_basestring(v)}' for k, v in fields.items()])}}}".encode()
