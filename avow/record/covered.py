"""Give every row that the ledger covers, with its salt and canonical record, for whoever checks the ledger."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

import psycopg
from django.db.backends.utils import CursorWrapper

from avow.ledger.checked.stored import Covered
from avow.ledger.commitment import outer
from avow.record.agreed.agreement import agreement_record
from avow.record.agreed.ending import act_record
from avow.record.agreed.passed import passed_record
from avow.record.attested.attest import attestation_record
from avow.record.counted.insight import insight_record
from avow.record.known.link import link_record
from avow.record.mask import from_bits
from avow.record.matters.enclosed import file_record
from avow.record.outside.giving import disclosed_record
from avow.record.outside.recall import recall_record
from avow.record.outside.register import disclosure_record
from avow.record.petitions.followed import followed_record
from avow.record.petitions.petition import petition_record
from avow.record.petitions.restraint import restraint_record
from avow.record.products.possess import possession_record
from avow.record.said.choices import choice_record
from avow.record.seen.cases import case_record
from avow.record.seen.reading import reading_record
from avow.record.shown.versions import version_record
from avow.record.taken.committed import item_record

BATCH: Final = 2_000

Row = Sequence[object]
ITEM: Final = """
SELECT id, entry, pos, salt, person_id, id, category, stamp_id, at, event, reach_id, {fields}, stated::text FROM item"""
"""Read items with their place in the ledger; the fields are the gate's to give."""
CHOICE: Final = """
SELECT id, entry, pos, salt, person_id, id, no, reach, scope, list, purpose, answer, actor, evidence, via, at
FROM choice"""
"""Read choices with their place in the ledger."""
Opened = tuple[bytes, object]
"""The salt and the record of a commitment."""


def of_item(salt: bytes, row: Row) -> Opened:
    """Give what opens an item, out of what `ITEM` reads behind its place."""
    return outer(salt), item_record(salt, [*row[:-1], from_bits(str(row[-1]))])


def _whole(record: Callable[[Row], object]) -> Callable[[bytes, Row], Opened]:
    return lambda salt, row: (salt, record(row))


_TABLES: Final[dict[str, tuple[str, Callable[[bytes, Row], Opened]]]] = {
    "version": (
        "SELECT name, entry, pos, salt, name, effective, source_hash, page_hash, published FROM version",
        _whole(version_record),
    ),
    "item": (ITEM.format(fields="fields"), of_item),
    "choice": (f"{CHOICE} WHERE salt <> ''", _whole(choice_record)),
    "link": ("SELECT id, entry, pos, salt, person_id, id, other_id, at, actor, ended FROM link", _whole(link_record)),
    "reading": (
        """SELECT id, entry, pos, salt, person_id, id, staff, role, purpose, categories, at FROM reading
        WHERE salt <> ''""",
        _whole(reading_record),
    ),
    "rights_case": (
        "SELECT id, entry, pos, salt, person_id, id, staff, at, words FROM rights_case",
        _whole(case_record),
    ),
    "petition": (
        "SELECT id, entry, pos, salt, person_id, id, wish, way FROM petition WHERE salt <> ''",
        _whole(petition_record),
    ),
    "restraint": ("SELECT id, entry, pos, salt, person_id, id, kind, at FROM restraint", _whole(restraint_record)),
    "followed": ("SELECT id, entry, pos, salt, person_id, id, of, act, by, at FROM followed", _whole(followed_record)),
    "insight": (
        "SELECT month, entry, pos, salt, month, version, least, step, code, tables, at FROM insight",
        _whole(insight_record),
    ),
    "possession": (
        "SELECT id, entry, pos, salt, person_id, id, product, version, series, notice, at FROM possession",
        _whole(possession_record),
    ),
    "disclosed": (
        """SELECT id, entry, pos, salt, person_id, id, disclosure, reach, categories, decision, decision_pos,
            decision_salt, choice_no FROM disclosed WHERE salt <> ''""",
        _whole(disclosed_record),
    ),
    "disclosure": (
        """SELECT id, entry, pos, salt, id, recipient, whom, purpose, asked, clause, version, why, by, attested, people,
            reasons, digest, at FROM disclosure""",
        _whole(disclosure_record),
    ),
    "recall": ("SELECT id, entry, pos, salt, id, outside, people, at FROM recall", _whole(recall_record)),
    "enclosed": (
        """SELECT id, entry, pos, salt, person_id, id, matter, turn, item, at, name, kind, why, sha256(data)
        FROM enclosed WHERE salt <> ''""",
        lambda salt, row: (outer(salt), file_record(salt, row)),
    ),
    "passed": ("SELECT id, entry, pos, salt, id, agreement, act, at FROM passed", _whole(passed_record)),
    "agreement": (
        """SELECT id, entry, pos, salt, id, organization, purposes, categories, confidentiality, below, begins, ends, at
        FROM agreement""",
        _whole(agreement_record),
    ),
    "agreement_act": (
        "SELECT agreement || ' ' || act, entry, pos, salt, agreement, act, words, at FROM agreement_act",
        _whole(act_record),
    ),
    "attestation": (
        """SELECT encode(attested, 'hex') || ' ' || staff, entry, pos, salt, attested, staff, t.at, words, prepared,
            d.at FROM attestation t JOIN attested d ON d.digest = t.attested""",
        _whole(attestation_record),
    ),
}
_EMPTIED: Final = frozenset({"choice", "reading", "disclosed", "petition", "enclosed"})
"""The tables in which a row may be without a salt, and then carries no commitment."""


def covered(backup: psycopg.Connection) -> Iterator[Covered]:
    """Read the covered rows through a connection as avow_backup, a few thousand at a time.

    Choices, readings and disclosures of people who are forgotten have no salt any more, and are named by the entry that
    forgot them.
    """
    for table, (statement, opened) in _TABLES.items():
        with backup.transaction(), backup.cursor(f"covered_{table}") as cursor:
            cursor.itersize = BATCH
            for key, entry, pos, salt, *row in cursor.execute(statement.encode()):
                yield Covered(table, str(key), entry, pos, *opened(salt, row))


def carried(cursor: CursorWrapper, entries: Collection[int]) -> set[tuple[int, int]]:
    """Give the (entry, position) of each commitment of some entries that a row carries; as the keeping role."""
    found: set[tuple[int, int]] = set()
    for table in _TABLES:
        salted = " AND salt <> ''" if table in _EMPTIED else ""
        cursor.execute(f"SELECT entry, pos FROM {table} WHERE entry = ANY(%s){salted}", [list(entries)])
        found |= {(int(entry), int(pos)) for entry, pos in cursor.fetchall()}
    return found
