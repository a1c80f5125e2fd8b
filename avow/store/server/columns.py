"""Send whole columns to PostgreSQL in its binary form, one array each, and read rows back in it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from struct import pack
from typing import Any
from uuid import UUID

import psycopg
from django.db.backends.utils import CursorWrapper
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_NULL = pack("!i", -1)


class _Column(bytes):
    """An array in the form of PostgreSQL's wire."""

    __slots__ = ()


class Uuids(_Column):
    """A uuid[]."""


class Byteas(_Column):
    """A bytea[]."""


class Texts(_Column):
    """A text[]."""


class Bigints(_Column):
    """A bigint[]."""


class _AsItIs(Dumper):
    """Send a column as it is."""

    format = Format.BINARY

    def dump(self, obj: Buffer) -> Buffer:
        """Give the bytes."""
        return obj


class _UuidsDumper(_AsItIs):
    oid = 2951


class _ByteasDumper(_AsItIs):
    oid = 1001


class _TextsDumper(_AsItIs):
    oid = 1009


class _BigintsDumper(_AsItIs):
    oid = 1016


_DUMPERS = {Uuids: _UuidsDumper, Byteas: _ByteasDumper, Texts: _TextsDumper, Bigints: _BigintsDumper}


class Columnar(psycopg.Cursor[Any]):
    """A cursor that takes columns and gives rows as they cross; whoever watches queries sees its own too."""

    def __init__(self, within: CursorWrapper) -> None:
        """Open it in the transaction of another cursor."""
        super().__init__(within.connection)
        self._db = within.db
        for kind, dumper in _DUMPERS.items():
            self.adapters.register_dumper(kind, dumper)

    def ask(self, query: str, words: Sequence[object]) -> list[tuple[Any, ...]]:
        """Run a query, and give its rows."""
        self.tell(query, words)
        return self.fetchall()

    def tell(self, query: str, words: Sequence[object]) -> int:
        """Run a query, and give how many rows it changed or found."""
        run: Callable[..., object] = self._run
        for wrapper in reversed(self._db.execute_wrappers):
            run = partial(wrapper, run)
        run(query, words, False, {"connection": self._db, "cursor": self})
        if self._db.queries_logged:
            self._db.queries_log.append({"sql": query, "time": "0"})
        return self.rowcount

    def _run(self, query: str, words: Sequence[object], *_: object) -> None:
        self.execute(query.encode(), words, binary=True, prepare=True)


@contextmanager
def columnar(cursor: CursorWrapper) -> Iterator[Columnar]:
    """Give a cursor of the same transaction that takes columns; its errors are those of the framework."""
    with cursor.db.wrap_database_errors, Columnar(cursor) as found:
        yield found


def uuids(values: Sequence[UUID]) -> Uuids:
    """Pack ids."""
    return packed_uuids([value.bytes for value in values])


def packed_uuids(values: Sequence[bytes]) -> Uuids:
    """Pack ids that are given as their 16 bytes each."""
    return Uuids(_head(2950, len(values)) + b"".join([b"\0\0\0\x10" + value for value in values]))


def byteas(values: Sequence[bytes | None]) -> Byteas:
    """Pack byte strings."""
    return Byteas(_array(17, values))


def texts(values: Sequence[str | None]) -> Texts:
    """Pack texts."""
    return Texts(_array(25, [None if value is None else value.encode() for value in values]))


def bigints(values: Sequence[int | None]) -> Bigints:
    """Pack whole numbers."""
    return Bigints(_array(20, [None if value is None else value.to_bytes(8, "big", signed=True) for value in values]))


def _array(kind: int, values: Sequence[bytes | None]) -> bytes:
    packed = [_NULL if value is None else len(value).to_bytes(4, "big") + value for value in values]
    return _head(kind, len(values), null=None in values) + b"".join(packed)


def _head(kind: int, length: int, *, null: bool = False) -> bytes:
    """Write what stands before the values: dimensions, whether one is null, the type, the length, the first index."""
    return pack("!iiIii", 1, null, kind, length, 1) if length else pack("!iiI", 0, 0, kind)
