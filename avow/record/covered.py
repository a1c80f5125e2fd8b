"""Give every row that the ledger covers, with its salt and canonical record, for whoever checks the ledger."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

import psycopg
from django.db.backends.utils import CursorWrapper

from avow.ledger.checked.stored import Covered
from avow.record.known.link import link_record
from avow.record.mask import from_bits
from avow.record.said.choices import choice_record
from avow.record.shown.versions import version_record
from avow.record.taken.store import item_record

BATCH: Final = 2_000

Row = Sequence[object]
_TABLES: Final[dict[str, tuple[str, Callable[[Row], object]]]] = {
    "version": (
        "SELECT name, entry, pos, salt, name, effective, source_hash, page_hash, published FROM version",
        version_record,
    ),
    "item": (
        """SELECT id, entry, pos, salt, person_id, id, category, stamp_id, at, event, reach_id, fields, stated::text
        FROM item""",
        lambda row: item_record([*row[:-1], from_bits(str(row[-1]))]),
    ),
    "choice": (
        """SELECT id, entry, pos, salt, person_id, id, no, reach, scope, list, purpose, answer, actor, evidence, via, at
        FROM choice WHERE salt <> ''""",
        choice_record,
    ),
    "link": ("SELECT id, entry, pos, salt, person_id, id, other_id, at, actor, ended FROM link", link_record),
}


def covered(backup: psycopg.Connection) -> Iterator[Covered]:
    """Read the covered rows through a connection as avow_backup, a few thousand at a time.

    Choices of people who are forgotten have no salt any more, and are named by the entry that forgot them.
    """
    for table, (statement, record) in _TABLES.items():
        with backup.transaction(), backup.cursor(f"covered_{table}") as cursor:
            cursor.itersize = BATCH
            for key, entry, pos, salt, *row in cursor.execute(statement.encode()):
                yield Covered(table, str(key), entry, pos, salt, record(row))


def carried(cursor: CursorWrapper, entries: Collection[int]) -> set[tuple[int, int]]:
    """Give the (entry, position) of each commitment of some entries that a row carries; as the keeping role."""
    found: set[tuple[int, int]] = set()
    for table in _TABLES:
        salted = " AND salt <> ''" if table == "choice" else ""
        cursor.execute(f"SELECT entry, pos FROM {table} WHERE entry = ANY(%s){salted}", [list(entries)])
        found |= {(int(entry), int(pos)) for entry, pos in cursor.fetchall()}
    return found
