"""Laws of what the ledger covers: whatever people do, all agrees; whatever is touched behind their back, is told."""

import random
from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from avow.errors import RecordError
from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.report import Report
from avow.ledger.checked.snapshot import snapshot
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.record.covered import covered
from avow.record.known.forget import forget
from avow.record.known.link import link, unlink
from avow.record.said.choices import choose
from avow.record.shown.versions import publish
from avow.record.taken.store import amend
from avow.store.server.embedded import Embedded
from avow.terms import Actor
from tests.units.ledger.shelf import public
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, YES_MARKETING, arrive, reach_of

ACTS = 60
UNCOVERED = {
    "item": {
        "accepted": "follows from the choices, which are covered",
        "withheld": "follows from the choices and the links, which are covered",
        "refused": "follows from the choices and from conditions of the address",
        "until": "follows from the stamp's version and the time",
        "thread": "ties items and says nothing",
        "lookup": "follows from the fields, which are covered",
        "lot_id": "is the item's event, which is covered, where it came in a lot",
        "told": "says when its person was told of it, and permits nothing",
    },
}
"""Columns of covered tables that their records leave out, and why."""
Check = Callable[[], Report]


@pytest.fixture
def check(store: Embedded) -> Check:
    """Publish the example, and give the check of the whole store at one instant, as the command makes it."""
    publish(load("policies/example"))

    def run() -> Report:
        address = store.url("avow_backup", settings.DATABASES["default"]["NAME"])
        with snapshot() as source, psycopg.connect(address) as backup:
            backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            backup.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(source.name))
            return fsck(source, covered(backup), public())

    return run


def _walk(owner: psycopg.Connection, chance: random.Random) -> None:
    """Let people come, choose, be corrected, be merged and parted, and go, in any order."""
    people = [arrive(f"p{i}@example.org", NEWSLETTER, proven=i % 2 == 0) for i in range(5)]
    for number in range(ACTS):
        one, other = chance.sample(people, 2)
        try:
            people += _acts(owner, chance, one, other, number)
        except RecordError:
            continue
        if chance.random() < 0.3:
            sequence()


def _acts(owner: psycopg.Connection, chance: random.Random, one: UUID, other: UUID, number: int) -> list[UUID]:
    match chance.randrange(8):
        case 0:
            return [arrive(f"n{number}@example.net", NO_MARKETING, proven=chance.random() < 0.5)]
        case 1:
            choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "a link", person=one)
        case 2:
            choose(YES_MARKETING, Actor.PERSON_VERIFIED, "signed in", person=one)
        case 3:
            choose(NO_MARKETING, Actor.STAFF, "a letter", reach=reach_of(f"stranger{number}@example.com"))
        case 4:
            link(one, other, Actor.STAFF)
        case 5:
            unlink(one, other)
        case 6:
            row = owner.execute("SELECT id FROM item WHERE person_id = %s AND category = 'profile'", [one]).fetchone()
            if row:
                amend(one, row[0], {"name": f"Name {number}"})
        case 7:
            forget(one)
    return []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_people_do_the_ledger_agrees(check: Check, owner: psycopg.Connection, seed: int) -> None:
    """After any sequence of acts, sequenced or not, every commitment is accounted for and every row is its own."""
    _walk(owner, random.Random(seed))  # noqa: S311 -- a test's walk, no secret
    report = check()
    assert report.disagreements == []
    assert min(report.rows, report.named, report.checkpoints) > 0


def _cells(owner: psycopg.Connection) -> Iterator[tuple[str, str, str]]:
    """Give table, column and type of every column of the tables that carry commitments."""
    yield from owner.execute(
        "SELECT c.table_name, c.column_name, c.udt_name FROM information_schema.columns c"
        " JOIN information_schema.columns s USING (table_schema, table_name)"
        " WHERE s.column_name = 'salt' AND table_schema = 'public' AND c.table_name = ANY(%s) ORDER BY 1, 2",
        [["version", "item", "choice", "link"]],
    ).fetchall()


CHANGES = {
    "uuid": "gen_random_uuid()",
    "text": "coalesce({}, '') || 'x'",
    "bytea": "coalesce({}, '') || 'x'",
    "timestamptz": "coalesce({}, now()) + interval '1 microsecond'",
    "int8": "coalesce({}, 0) + 1",
    "int4": "coalesce({}, 0) + 1",
    "int2": "coalesce({}, 0) + 1",
    "_int8": "'{{7}}'",
    "jsonb": '{} || \'{{"name": "Mallory"}}\'',
    "bit": "~{}",
}


def test_no_covered_cell_is_changed_unseen(check: Check, owner: psycopg.Connection) -> None:
    """Every column of every covered table is told on when one row's value changes, save those that are named."""
    one = arrive("alice@example.org", NEWSLETTER, NO_MARKETING, proven=True)
    link(one, arrive("alice@example.net", proven=True), Actor.STAFF)
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "a link", reach=reach_of("bob@example.com"))
    assert check().ok
    owner.execute("SET session_replication_role = replica")
    seen = dict[str, set[str]]()
    for table, column, kind in list(_cells(owner)):
        (place,) = owner.execute(f"SELECT ctid FROM {table} LIMIT 1").fetchone() or ("",)
        owner.execute(f"CREATE TABLE kept AS TABLE {table}")
        owner.execute(f"UPDATE {table} SET {column} = {CHANGES[kind].format(column)} WHERE ctid = %s", [place])
        if check().ok:
            seen.setdefault(table, set()).add(column)
        owner.execute(f"DELETE FROM {table}")
        owner.execute(f"INSERT INTO {table} SELECT * FROM kept")
        owner.execute("DROP TABLE kept")
    assert seen == {table: set(columns) for table, columns in UNCOVERED.items()}
    assert check().ok


def test_no_covered_row_is_deleted_unseen(check: Check, owner: psycopg.Connection) -> None:
    """Each row of a covered table is missed when it is deleted behind the record's back."""
    one = arrive("alice@example.org", NEWSLETTER, NO_MARKETING, proven=True)
    link(one, arrive("alice@example.net"), Actor.STAFF)
    owner.execute("SET session_replication_role = replica")
    for table in ("version", "item", "choice", "link"):
        places = owner.execute(f"SELECT ctid FROM {table}").fetchall()
        assert places
        for (place,) in places:
            owner.execute(f"CREATE TABLE kept AS SELECT * FROM {table} WHERE ctid = %s", [place])
            owner.execute(f"DELETE FROM {table} WHERE ctid = %s", [place])
            assert check().wrong == 1
            owner.execute(f"INSERT INTO {table} SELECT * FROM kept")
            owner.execute("DROP TABLE kept")
    assert check().ok
