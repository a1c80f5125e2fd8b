"""Test the check of the whole ledger: silent where all is right, and exact where anything was touched."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import transaction

from avow.ledger.append import append
from avow.ledger.checked.fsck import fsck
from avow.ledger.checked.report import MAX_TOLD, Report
from avow.ledger.checked.snapshot import snapshot
from avow.ledger.commitment import new_salt
from avow.ledger.entry import entry_bytes
from avow.ledger.merkle.checkpoint import Checkpoint, open_checkpoint
from avow.ledger.merkle.note import Signer
from avow.ledger.merkle.tree import EMPTY
from avow.ledger.read import checkpoint
from avow.store.keys import key
from avow.terms import EntryKind
from tests.units.ledger.shelf import AT, Shelf, check, public, sequence_all


def _lived() -> Shelf:
    """Keep, amend and forget, under several checkpoints, with two entries that still wait."""
    shelf = Shelf()
    shelf.keep(5)
    assert sequence_all() == 5
    shelf.keep_batch(4)
    shelf.amend(1, "Robert")
    shelf.amend(1, "Bob")
    shelf.forget(2, 7)
    assert sequence_all() == 4
    shelf.keep(2)
    return shelf


@pytest.mark.usefixtures("store")
def test_an_empty_ledger_is_right() -> None:
    """Nothing disagrees where there is nothing."""
    assert check(Shelf()) == Report()


@pytest.mark.usefixtures("store")
def test_a_ledger_that_lived_is_right() -> None:
    """What was amended and forgotten by an entry is accounted for, and all is counted."""
    report = check(_lived())
    assert report == Report(entries=11, waiting=2, leaves=9, checkpoints=2, covers=13, rows=9, named=4)
    assert report.ok


@pytest.mark.usefixtures("store")
def test_tells_its_progress() -> None:
    """The ticks add up to the entries and the rows."""
    shelf, done = _lived(), list[int]()
    with snapshot() as source:
        fsck(source, shelf.covered(), public(), tick=done.append)
    assert sum(done) == 11 + 9


def _changed(shelf: Shelf) -> None:
    shelf.rows[0] = shelf.rows[0]._replace(record={"no": 0, "name": "Mallory"})


def _salted(shelf: Shelf) -> None:
    shelf.rows[0] = shelf.rows[0]._replace(salt=new_salt())


def _swapped(shelf: Shelf) -> None:
    one, other = shelf.rows[0], shelf.rows[3]
    shelf.rows[0] = one._replace(entry=other.entry)
    shelf.rows[3] = other._replace(entry=one.entry)


def _copied(shelf: Shelf) -> None:
    shelf.rows[99] = shelf.rows[0]._replace(key="99")


def _deleted(shelf: Shelf) -> None:
    del shelf.rows[0]


def _added(shelf: Shelf) -> None:
    shelf.rows[99] = shelf.rows[0]._replace(key="99", entry=4711)


def _beyond(shelf: Shelf) -> None:
    shelf.rows[99] = shelf.rows[0]._replace(key="99", pos=1)


def _negative(shelf: Shelf) -> None:
    shelf.rows[99] = shelf.rows[0]._replace(key="99", pos=-1)


def _deleted_in_batch(shelf: Shelf) -> None:
    del shelf.rows[6]


ROWS: dict[Callable[[Shelf], None], list[str]] = {
    _changed: ["shelf 0: it was changed since entry 1, and no later entry says so"],
    _salted: ["shelf 0: it was changed since entry 1, and no later entry says so"],
    _swapped: [
        "shelf 0: it was changed since entry 4, and no later entry says so",
        "shelf 3: it was changed since entry 1, and no later entry says so",
    ],
    _copied: ["shelf 99: commitment 0 of entry 1 is another row's"],
    _deleted: ["commitment 0 of entry 1 has no row, and no later entry says that it was forgotten"],
    _deleted_in_batch: ["commitment 1 of entry 6 has no row, and no later entry says that it was forgotten"],
    _added: ["shelf 99: its commitment 0 of entry 4711 does not exist"],
    _beyond: ["shelf 99: its commitment 1 of entry 1 does not exist"],
    _negative: ["shelf 99: its commitment -1 of entry 1 does not exist"],
}


@pytest.mark.usefixtures("store")
def test_names_each_row_that_is_not_as_committed() -> None:
    """Changing, swapping, copying, deleting and adding rows is told by row, entry and position."""
    shelf = _lived()
    whole = dict(shelf.rows)
    for touch, told in ROWS.items():
        touch(shelf)
        assert check(shelf).disagreements == told, touch.__name__
        shelf.rows = dict(whole)
    assert check(shelf).ok


@pytest.mark.usefixtures("store")
def test_what_was_named_may_differ_and_stand_no_more() -> None:
    """A row whose commitment a later entry names may be blanked in its place, or go."""
    shelf = Shelf()
    shelf.keep(2)
    row = shelf.rows[0]
    with transaction.atomic():
        append(EntryKind.FORGOTTEN, AT, [], [(row.entry, 0)])
    shelf.rows[0] = row._replace(salt=b"", record={"no": 0, "name": None})
    assert check(shelf).ok
    del shelf.rows[0]
    assert check(shelf).ok


@pytest.mark.usefixtures("store")
def test_names_must_be_of_earlier_commitments_once() -> None:
    """Naming what is not there, what comes later, or the same twice is told."""
    shelf = Shelf()
    shelf.keep(1)
    with transaction.atomic():
        append(EntryKind.FORGOTTEN, AT, [], [(1, 0), (1, 0), (1, 1), (2, 0), (77, 0)])
    assert [words.partition(",")[0] for words in check(shelf).disagreements] == [
        "entry 2 names commitment 0 of entry 1",
        "entry 2 names commitment 1 of entry 1",
        "entry 2 names commitment 0 of entry 2",
        "entry 2 names commitment 0 of entry 77",
    ]


def test_only_some_kinds_may_name(owner: psycopg.Connection) -> None:
    """An entry that excuses a row though its kind excuses none is told, whoever wrote it."""
    shelf = Shelf()
    shelf.keep(1)
    data = entry_bytes(EntryKind.READ, AT, [], [(1, 0)])
    owner.execute("INSERT INTO entry (kind, at, data, covers) VALUES ('read', %s, %s, '')", [AT, data])
    assert check(shelf).disagreements == ["entry 2: an entry 'read' cannot name others"]


@pytest.mark.usefixtures("store")
def test_acts_need_no_rows() -> None:
    """A decision is committed to without a row; the row of a collection must be there."""
    with transaction.atomic():
        append(EntryKind.DECIDED, AT, [bytes(32)] * 3)
    assert check(Shelf()).ok
    with transaction.atomic():
        append(EntryKind.COLLECTED, AT, [bytes(32)])
    assert check(Shelf()).wrong == 1


FORGED: dict[str, str] = {
    "UPDATE entry SET kind = 'chosen' WHERE id = 1": "entry 1: its bytes are not those of its kind",
    "UPDATE entry SET kind = 'amended' WHERE id = 11": "entry 11: its bytes are not those of its kind",
    "UPDATE entry SET kind = 'made up' WHERE id = 1": "entry 1: 'made up' is no kind of entry",
    "UPDATE entry SET at = at + interval '1 microsecond' WHERE id = 1": "entry 1: its bytes are not those",
    "UPDATE entry SET covers = covers || covers WHERE id = 11": "entry 11: its bytes are not those",
    "UPDATE entry SET covers = '\\x00' || substring(covers FROM 2) WHERE id = 6": "entry 6: its bytes are not those",
    "UPDATE entry SET data = data || 'x' WHERE id = 11": "entry 11: its bytes are not those",
    "UPDATE entry SET data = (SELECT data FROM entry WHERE id = 3) WHERE id = 1": "entry 1: its bytes are not those",
    "UPDATE entry SET data = replace(encode(data, 'escape'), 'i1:2i1:0', 'i1:3i1:0')::bytea WHERE id = 7": "entry 7: ",
    "DELETE FROM entry WHERE id = 1": "leaf 0 stands for entry 1, which is missing",
    "DELETE FROM waiting WHERE entry_id = 11": "entry 11 has no place, nor waits",
    "INSERT INTO waiting VALUES (1)": "entry 1 has a place and still waits for one",
    "UPDATE leaf SET hash = sha256('x') WHERE index = 3": "entry 4: its bytes are not those of its leaf",
    "DELETE FROM leaf WHERE index = 3": "leaf 3 is missing; the next is leaf 4",
    "DELETE FROM leaf WHERE index = 8": "checkpoint 9: it was signed over 9 leaves, and there are 8",
    "UPDATE leaf SET entry_id = 11 WHERE index = 0": "entry 1 has no place, nor waits",
    "UPDATE leaf SET index = 99 WHERE index = 8": "leaf 8 is missing; the next is leaf 99",
    "DELETE FROM checkpoint WHERE size = 9": "4 leaves after leaf 4 are under no checkpoint",
    "UPDATE checkpoint SET root = sha256('x') WHERE size = 5": "checkpoint 5: its note was signed over another",
    "UPDATE checkpoint SET size = 6 WHERE size = 5": "checkpoint 6: its note was signed over another",
    "UPDATE checkpoint SET note = replace(note, E'\\n5\\n', E'\\n6\\n') WHERE size = 5": "checkpoint 5: the signature",
    "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 9)": "checkpoint 5: its note was signed",
    "UPDATE checkpoint SET note = '' WHERE size = 9": "checkpoint 9: ",
    "UPDATE checkpoint SET frontier = sha256('x') || sha256('y') WHERE size = 5": "checkpoint 5: its edge",
    "UPDATE checkpoint SET frontier = '' WHERE size = 5": "checkpoint 5: an edge of 0 bytes",
}


TABLES = ("entry", "waiting", "leaf", "checkpoint", "tile", "rotation", "counted")


@pytest.fixture
def forger(owner: psycopg.Connection) -> psycopg.Connection:
    """Give the owner with all triggers off, and a copy of each table to put back from."""
    owner.execute("SET session_replication_role = replica")
    return owner


def _copy(forger: psycopg.Connection) -> None:
    for table in TABLES:
        forger.execute(f"CREATE TABLE {table}_copy AS TABLE {table}")


def _put_back(forger: psycopg.Connection) -> None:
    for table in TABLES:
        forger.execute(f"TRUNCATE {table}")
        forger.execute(f"INSERT INTO {table} SELECT * FROM {table}_copy")


def test_names_each_forgery_in_the_ledger(forger: psycopg.Connection) -> None:
    """Whoever takes the triggers off and rewrites anything is told on, by what was rewritten."""
    shelf = _lived()
    _copy(forger)
    for statement, told in FORGED.items():
        assert forger.execute(statement).rowcount > 0, statement
        report = check(shelf)
        assert any(words.startswith(told) for words in report.disagreements), (statement, report.disagreements)
        _put_back(forger)
    assert check(shelf).ok


def test_no_cell_is_changed_unseen(forger: psycopg.Connection) -> None:
    """Every column of every row of the ledger, save the time of a checkpoint, is told on when it changes."""
    shelf = _lived()
    _copy(forger)
    cells = forger.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_name = ANY(%s) AND (table_name, column_name) <> ('checkpoint', 'at') ORDER BY 1, 2",
        [list(TABLES)],
    ).fetchall()
    changes = {
        "bigint": "{} + 1000",
        "smallint": "{} + 1",
        "text": "{} || 'x'",
        "bytea": "{} || 'x'",
        "timestamp with time zone": "{} + interval '1 s'",
    }
    for table, column, kind in cells:
        for (place,) in forger.execute(f"SELECT ctid FROM {table}").fetchall():
            change = changes[kind].format(column)
            forger.execute(f"UPDATE {table} SET {column} = {change} WHERE ctid = %s", [place])
            assert not check(shelf).ok, (table, column, place)
            _put_back(forger)
    assert len(cells) == 5 + 1 + 3 + 4 + 3 + 2 + 4
    assert check(shelf).ok


def test_every_row_of_the_ledger_is_missed(forger: psycopg.Connection) -> None:
    """Deleting any row of the ledger is told, save an early checkpoint, whose leaves the last one covers too."""
    shelf = _lived()
    _copy(forger)
    for table in TABLES:
        kept = "size = 5" if table == "checkpoint" else "false"
        for (place,) in forger.execute(f"SELECT ctid FROM {table} WHERE NOT {kept}").fetchall():
            forger.execute(f"DELETE FROM {table} WHERE ctid = %s", [place])
            assert not check(shelf).ok, (table, place)
            _put_back(forger)


def test_a_cut_tail_is_told_by_a_checkpoint_kept_outside(forger: psycopg.Connection) -> None:
    """A ledger cut back cleanly to an earlier state agrees with itself, and not with what was seen outside."""
    shelf = Shelf()
    shelf.keep(3)
    sequence_all()
    rows = dict(shelf.rows)
    seen = [open_checkpoint(checkpoint() or "", public())]
    shelf.keep(2)
    sequence_all()
    seen.append(open_checkpoint(checkpoint() or "", public()))
    assert check(shelf, *seen).ok
    for statement in ("DELETE FROM checkpoint WHERE size > 3", "DELETE FROM leaf WHERE index > 2"):
        forger.execute(statement)
    forger.execute("DELETE FROM entry WHERE id > 3")
    forger.execute("UPDATE counted SET entries = 3, covers = 3")
    shelf.rows = rows
    assert check(shelf).ok
    assert check(shelf, *seen).disagreements == [
        "the checkpoint kept outside: it was signed over 5 leaves, and there are 3"
    ]
    other = Checkpoint(seen[0].origin, 3, EMPTY)
    assert check(shelf, other).disagreements == ["the checkpoint kept outside: the root over its leaves is another"]


@pytest.mark.usefixtures("store")
def test_another_key_opens_no_checkpoint() -> None:
    """Checkpoints signed by a key that is not ours are told."""
    shelf = _lived()
    stranger = Signer("ledger", bytes(32)).verifier.public
    assert stranger != Signer("ledger", key("ledger")).verifier.public
    with snapshot() as source:
        report = fsck(source, shelf.covered(), stranger)
    assert [words[:13] for words in report.disagreements] == ["checkpoint 5:", "checkpoint 9:", "9 leaves afte"]


@pytest.mark.usefixtures("store")
def test_words_are_bounded_and_the_count_is_not() -> None:
    """Of many disagreements the first thousand are told and all are counted."""
    with transaction.atomic():
        append(EntryKind.IMPORTED, AT, [bytes(32)] * (MAX_TOLD + 5))
    report = check(Shelf())
    assert (report.wrong, len(report.disagreements)) == (MAX_TOLD + 5, MAX_TOLD)
