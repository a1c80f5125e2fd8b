"""Test that the check of the ledger names every change of a covered table: each column, each row."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.report import Report
from avow.ledger.checked.snapshot import snapshot
from avow.record.counted.insight import Release, keep
from avow.record.covered import covered
from avow.record.known.forget import forget
from avow.record.known.link import link, unlink
from avow.record.matters.enclosed import File, enclose
from avow.record.matters.matter import begin
from avow.record.products.possess import possess
from avow.record.products.register import add_product
from avow.record.said.choices import choose
from avow.record.seen.cases import open_case
from avow.record.seen.reading import note
from avow.record.taken.store import amend
from avow.store.server.embedded import Embedded
from avow.terms import Actor, ChannelKind, Role
from tests.units.ledger.shelf import public, sequence_all
from tests.units.record.cast import NEWSLETTER, NO_MARKETING, arrive, reach_of

pytestmark = pytest.mark.usefixtures("published")

TABLES = ("version", "item", "choice", "link", "reading", "rights_case", "possession", "insight", "enclosed")
DERIVED = {
    "item.accepted": "follows from the choices",
    "item.withheld": "follows from the choices and links",
    "item.refused": "follows from the choices, and from bounces and holds",
    "item.until": "follows from the version's retention",
    "item.lookup": "follows from the fields, and releases nothing",
    "possession.ended": "only tightens: what ended brings no message",
    "item.thread": "ties items of a conversation, and releases nothing",
    "item.lot_id": "is the event of a fact from others, which is covered",
    "item.told": "says when its person was told, and releases nothing",
}
"""Columns that no commitment covers, each with its reason; every other one must be told on."""
CHANGED = {
    "text": "coalesce({0}, '') || 'x'",
    "bytea": "coalesce({0}, '') || 'x'",
    "uuid": "gen_random_uuid()",
    "bigint": "{0} + 1000",
    "integer": "{0} + 1000",
    "smallint": "coalesce({0}, 0) + 1",
    "bit": "~{0}",
    "ARRAY": "'{{another}}'",
    "jsonb": """{0} || '{{"more": "x"}}'""",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 second'",
}


def checked(store: Embedded) -> Report:
    """Check the whole ledger as the command does."""
    with (
        psycopg.connect(store.url("avow_backup", settings.DATABASES["default"]["NAME"])) as backup,
        snapshot() as source,
    ):
        return fsck(source, covered(backup), public())


@pytest.fixture
def forger(owner: psycopg.Connection) -> psycopg.Connection:
    """Let people live, then give the owner with triggers and row guard off, each change to be rolled back."""
    bob, twin = (
        arrive("bob@example.org", NO_MARKETING, proven=True),
        arrive("twin@example.net", NEWSLETTER, proven=True),
    )
    choose(NO_MARKETING, Actor.PERSON_UNVERIFIED, "link", reach=reach_of("nobody@example.com"))
    link(bob, twin, Actor.STAFF)
    unlink(twin, bob)
    (item,) = owner.execute("SELECT id FROM item WHERE person_id = %s AND category = 'profile'", [bob]).fetchone() or ()
    amend(bob, item, {"name": "Robert", "country": ""})
    owner.execute("UPDATE item SET thread = id WHERE id = %s", [item])
    _, turn = begin(bob, item, ChannelKind.SUPPORT, b"", ("profile", ""))
    enclose(bob, item, turn, [File("a.txt", "text/plain", b"words"), File("b.exe", "", b"", "it cannot be read")])
    note(uuid4(), Role.SUPPORT, "support", {bob: ["contact"], twin: ["contact", "profile"]})
    open_case(bob, uuid4(), "what do you hold about me?")
    add_product("harbour", "Harbour")
    assert possess(bob, "harbour", "1.0")
    keep(Release("2025-02", "2025-01-01", 10, 5, "", "[]", datetime.now(UTC)))
    forget(arrive("carol@example.com", NO_MARKETING))
    sequence_all()
    owner.execute("SET session_replication_role = replica")
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY".encode())
        owner.execute(f"CREATE TABLE {table}_kept AS TABLE {table}".encode())
    return owner


def _put_back(forger: psycopg.Connection, table: str) -> None:
    forger.execute(f"TRUNCATE {table} CASCADE".encode() if table != "version" else b"DELETE FROM version")
    forger.execute(f"INSERT INTO {table} SELECT * FROM {table}_kept".encode())


def test_every_change_is_named(store: Embedded, forger: psycopg.Connection) -> None:
    """One column of one row at a time: the table and the row, or the commitment that lost its row, are told."""
    columns = forger.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name = ANY(%s)"
        " ORDER BY 1, ordinal_position",
        [list(TABLES)],
    ).fetchall()
    assert checked(store).ok
    for table, column, kind in columns:
        if f"{table}.{column}" in DERIVED:
            continue
        live = "salt <> ''" if table in {"choice", "reading"} else "true"
        statement = f"UPDATE {table} SET {column} = {CHANGED[kind].format(column)} WHERE ctid ="
        statement += f" (SELECT ctid FROM {table} WHERE {live} ORDER BY entry, pos LIMIT 1)"
        assert forger.execute(statement.encode()).rowcount == 1, statement
        found = checked(store).disagreements
        assert any(words.startswith(f"{table} ") or "has no row" in words for words in found), (table, column, found)
        _put_back(forger, table)
    assert len(columns) - len(DERIVED) == 8 + 12 + 15 + 9 + 10 + 8 + 10 + 10 + 13
    assert checked(store).ok


def test_every_lost_and_every_added_row_is_named(store: Embedded, forger: psycopg.Connection) -> None:
    """A row that goes leaves its commitment without one; a row that is copied takes another's."""
    for table in TABLES:
        rows = forger.execute(f"SELECT entry, pos FROM {table} WHERE salt <> '' ORDER BY 1, 2".encode()).fetchall()
        assert rows
        for entry, pos in rows:
            forger.execute(f"DELETE FROM {table} WHERE entry = %s AND pos = %s AND salt <> ''".encode(), [entry, pos])
            found = checked(store).disagreements
            assert (
                f"commitment {pos} of entry {entry} has no row, and no later entry says that it was forgotten" in found
            )
            _put_back(forger, table)
    for table in ("item", "choice", "link", "reading", "rights_case", "possession", "enclosed"):
        copied = f"UPDATE {table}_kept SET id = gen_random_uuid() WHERE salt <> ''"
        forger.execute(f"CREATE TABLE {table}_more AS TABLE {table}".encode())
        forger.execute(copied.replace("_kept", "_more").encode())
        forger.execute(f"INSERT INTO {table} SELECT * FROM {table}_more WHERE salt <> '' LIMIT 1".encode())
        assert any("is another row's" in words or "was changed" in words for words in checked(store).disagreements), (
            table
        )
        _put_back(forger, table)
