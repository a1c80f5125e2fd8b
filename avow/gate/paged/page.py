"""Read a page of an audience under the guard, from one index; whoever is on it stands there once, packed as it came."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, overload
from uuid import UUID

import psycopg

from avow.gate.paged.groups import Group
from avow.gate.ruling import Ruling, seeing

Row = tuple[UUID, bytes | None]
"""A person, and the mailbox (its reach) of the newest permitted item, if it carries one."""

Query = tuple[str, list[Any]]

_PERSON: Final = 16
_ROW: Final = 48
_NONE: Final = bytes(32)
_GROUP: Final = """
(SELECT person_id, at, reach_id FROM item
WHERE category = %s AND stated = %s::bit(256) AND accepted = %s::bit(256) AND refused = %s::bit(256) AND person_id > %s
ORDER BY person_id, at DESC)
"""
_SPAN: Final = """
SELECT person_id, at, reach_id FROM item WHERE category = ANY(%s::text[]) AND stated = ANY(%s::bit(256)[])
    AND accepted = ANY(%s::bit(256)[]) AND refused = ANY(%s::bit(256)[]) AND person_id > %s AND person_id <= %s
"""
_PACKED: Final = """
SELECT coalesce(string_agg(uuid_send(person_id) || coalesce(reach_id, decode(repeat('00', 32), 'hex')), ''), '') FROM (
    SELECT DISTINCT ON (person_id) person_id, reach_id FROM ({}) AS alike ORDER BY person_id, at DESC LIMIT %s
) AS page
"""


@dataclass(frozen=True, slots=True)
class Page(Sequence[Row]):
    """Some rows, in 48 bytes each: the person's id, then the reach, or zeroes where there is none."""

    packed: bytes

    def __len__(self) -> int:
        """Count the people."""
        return len(self.packed) // _ROW

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Give a row, or some."""
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        row = self.packed[range(len(self))[index] * _ROW :][:_ROW]
        return UUID(bytes=row[:_PERSON]), None if row[_PERSON:] == _NONE else row[_PERSON:]

    def __iter__(self) -> Iterator[Row]:
        """Give every row."""
        return (self[at] for at in range(len(self)))

    @property
    def persons(self) -> list[bytes]:
        """Give the ids of the people, as bytes."""
        return [self.packed[at : at + _PERSON] for at in range(0, len(self.packed), _ROW)]

    @property
    def reaches(self) -> list[bytes]:
        """Give the mailboxes; zeroes stand for none."""
        return [self.packed[at + _PERSON : at + _ROW] for at in range(0, len(self.packed), _ROW)]

    def once(self) -> "Page":
        """Keep the first person of each mailbox, and whoever has none."""
        reaches = self.reaches
        first = {reach: at for at, reach in zip(range(len(reaches) - 1, -1, -1), reversed(reaches), strict=True)}
        if len(first) == len(reaches):
            return self
        return self.only(reach == _NONE or first[reach] == at for at, reach in enumerate(reaches))

    def only(self, keep: Iterable[bool]) -> "Page":
        """Give the rows that are marked, in the same order."""
        starts = range(0, len(self.packed), _ROW)
        return Page(b"".join(self.packed[at : at + _ROW] for at, kept in zip(starts, keep, strict=True) if kept))


def merged(ruled: Ruling, found: Sequence[Group], last: UUID, size: int) -> Page:
    """Read the next `size` people after one."""
    return _read(ruled, *merged_query(found, last, size))


def spanned(ruled: Ruling, found: Sequence[Group], after: UUID, until: UUID) -> Page:
    """Read the people after one and up to another."""
    return _read(ruled, *spanned_query(found, after, until))


def merged_query(found: Sequence[Group], last: UUID, size: int) -> Query:
    """Merge groups, each of which comes in the order of people: for few of them."""
    words = [word for group in found for word in (group.category, group.stated, group.accepted, group.refused, last)]
    return _PACKED.format(" UNION ALL ".join(_GROUP for _ in found)), [*words, size]


def spanned_query(found: Sequence[Group], after: UUID, until: UUID) -> Query:
    """Ask the index for each group's part of a span of people, and sort it: for many of them."""
    columns = ({getattr(group, name) for group in found} for name in ("category", "stated", "accepted", "refused"))
    return _PACKED.format(_SPAN), [*map(sorted, columns), after, until, None]


def _read(ruled: Ruling, query: str, words: list[Any]) -> Page:
    with (
        seeing(ruled) as cursor,
        psycopg.Cursor(cursor.connection) as binary,
    ):
        row = binary.execute(query.encode(), words, binary=True).fetchone()
    return Page(bytes(row[0]) if row else b"")
