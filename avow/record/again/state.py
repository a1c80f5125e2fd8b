"""Compare two stores: whether they hold the same rows, and whether one refuses all that the other does."""

from collections.abc import Iterator, Mapping
from typing import Final

import psycopg
from psycopg import sql

_TABLES: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p' ORDER BY 1
"""
_ROWS: Final = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} AS t"
_REFUSALS: Final = (
    "SELECT 'person ' || id, refused::text FROM person WHERE refused <> 0::bit(256)",
    "SELECT 'mailbox ' || encode(id, 'hex'), refused::text FROM reach WHERE refused <> 0::bit(256)",
    "SELECT 'list ' || encode(reach_id, 'hex') || list_id, '1' FROM unlisted",
)
_PERSONS: Final = "SELECT id::text FROM person"

Rows = Mapping[str, tuple[int, str]]


def rows(found: psycopg.Connection) -> Rows:
    """Give for each table its number of rows and a digest that no order changes; as avow_backup."""
    tables = [str(row[0]) for row in found.execute(_TABLES).fetchall()]
    return {name: _digest(found, name) for name in tables}


def _digest(found: psycopg.Connection, table: str) -> tuple[int, str]:
    ((count, digest),) = found.execute(sql.SQL(_ROWS).format(sql.Identifier(table))).fetchall()
    return int(count), str(digest)


def refusals(found: psycopg.Connection) -> dict[str, int]:
    """Give all that is refused, by person, mailbox and list, as masks; as avow_backup."""
    return {
        str(name): int(str(mask), 2) for query in _REFUSALS for name, mask in found.execute(query.encode()).fetchall()
    }


def allowed(before: Mapping[str, int], after: Mapping[str, int], there: frozenset[str]) -> Iterator[str]:
    """Give what one store refuses and the other would allow, of people who are there and of every mailbox."""
    for name, mask in before.items():
        known = not name.startswith("person ") or name.removeprefix("person ") in there
        if known and mask & ~after.get(name, 0):
            yield name


def persons(found: psycopg.Connection) -> frozenset[str]:
    """Give every person's id; as avow_backup."""
    return frozenset(str(row[0]) for row in found.execute(_PERSONS).fetchall())
