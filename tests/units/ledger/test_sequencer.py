"""Test the sequencer: contiguous, one at a time, never two inconsistent checkpoints, nothing lost when killed."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from avow.config import config
from avow.errors import LedgerError
from avow.ledger.append import append
from avow.ledger.hashes import path_of as proof
from avow.ledger.keys import LOCK
from avow.ledger.merkle.checkpoint import open_checkpoint
from avow.ledger.merkle.tree import consistent, grown, included
from avow.ledger.read import checkpoint, entry, tail, waiting
from avow.ledger.sequencer import origin, sequence
from avow.store.server.embedded import Embedded
from avow.terms import EntryKind
from tests.units.ledger.shelf import AT, Shelf, check, public, sequence_all

KILLS = 60


@pytest.mark.usefixtures("store")
def test_nothing_waits_nothing_is_signed() -> None:
    """Without entries there is no checkpoint; without new ones there is no second."""
    assert (sequence(), checkpoint()) == (0, None)
    Shelf().keep(1)
    assert sequence() == 1
    first = checkpoint()
    assert (sequence(), checkpoint()) == (0, first)


@pytest.mark.usefixtures("store")
def test_takes_its_own_transaction() -> None:
    """Within another transaction it refuses, because its checkpoint must be durable when it returns."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        sequence()


def test_takes_what_waits_in_order_of_ids(store: Embedded, owner: psycopg.Connection) -> None:
    """Batches follow one another without gaps, and an entry committed late comes after what was placed before."""
    name = settings.DATABASES["default"]["NAME"]
    with psycopg.connect(store.url("avow_app", name)) as late:
        late.execute("INSERT INTO entry (kind, at, data, covers) VALUES ('read', now(), 'late', '')")
        Shelf().keep(7)
        assert [sequence(3), sequence(3), sequence(3), sequence(3)] == [3, 3, 1, 0]
        late.commit()
    assert (waiting(), sequence(), waiting()) == (1, 1, 0)
    places = owner.execute("SELECT index, entry_id FROM leaf ORDER BY index").fetchall()
    assert places == list(zip(range(8), [2, 3, 4, 5, 6, 7, 8, 1], strict=True))
    assert [line.index for line in tail()] == [7, 0, 1, 2, 3, 4, 5, 6]
    first = entry(1)
    assert first is not None
    assert (first.index, entry(99)) == (7, None)


def test_each_checkpoint_begins_with_the_last(owner: psycopg.Connection) -> None:
    """Every signed tree grows from every earlier one, under one name, and every leaf is proven in the last."""
    shelf = Shelf()
    for count in (1, 2, 5, 1, 9):
        shelf.keep(count)
        assert sequence() == count
    hashes = [bytes(row[0]) for row in owner.execute("SELECT hash FROM leaf ORDER BY index").fetchall()]
    notes = [row[0] for row in owner.execute("SELECT note FROM checkpoint ORDER BY size").fetchall()]
    signed = [open_checkpoint(note, public()) for note in notes]
    assert [one.size for one in signed] == [1, 3, 8, 9, 18]
    assert {one.origin for one in signed} == {origin()}
    for i, old in enumerate(signed):
        for new in signed[i:]:
            assert consistent(old.size, old.root, new.size, new.root, grown(old.size, hashes[: new.size]))
    for size, top in ((one.size, one.root) for one in signed):
        for index in range(size):
            assert included(top, size, index, hashes[index], proof(index, size))
        assert checkpoint(size) == notes[[one.size for one in signed].index(size)]
    for index, size in ((0, 0), (18, 18), (-1, 18), (0, 19)):
        with pytest.raises(LedgerError, match=r"there is no leaf|no tree of 19 is signed"):
            proof(index, size)


@pytest.mark.usefixtures("store")
def test_a_log_keeps_its_name_for_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that moves goes on with the log it has, under the name that its checkpoints carry."""
    shelf = Shelf()
    shelf.keep(1)
    sequence()
    name = origin()
    monkeypatch.setenv("AVOW_SITE", "https://www.example.com")
    config.cache_clear()
    try:
        assert origin() == "www.example.com/log"
        shelf.keep(1)
        sequence()
    finally:
        monkeypatch.undo()
        config.cache_clear()
    assert open_checkpoint(checkpoint() or "", public()).origin == name
    assert check(shelf).ok


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM leaf WHERE index = 3",
        "INSERT INTO leaf VALUES (4, '', 99)",
        "DELETE FROM checkpoint",
        "UPDATE checkpoint SET frontier = sha256('x')",
        "UPDATE checkpoint SET frontier = ''",
        "UPDATE checkpoint SET root = sha256('x')",
        "UPDATE checkpoint SET root = sha256('x'), frontier = sha256('x')",
        "UPDATE checkpoint SET note = replace(note, E'\\n4\\n', E'\\n5\\n')",
        "UPDATE checkpoint SET size = 5",
    ],
)
def test_signs_nothing_over_a_tree_that_is_not_the_last(owner: psycopg.Connection, damage: str) -> None:
    """If leaves, edge, root, size or signature disagree with the last checkpoint, no other is signed."""
    shelf = Shelf()
    shelf.keep(4)
    sequence()
    shelf.keep(1)
    owner.execute("SET session_replication_role = replica")
    owner.execute(damage)
    before = owner.execute("TABLE checkpoint").fetchall()
    with pytest.raises(LedgerError, match=r"fsck|note"):
        sequence()
    assert owner.execute("TABLE checkpoint").fetchall() == before
    assert waiting() == 1


def test_a_second_sequencer_waits(store: Embedded) -> None:
    """While another holds the lock nothing is placed; then it goes on from what the other signed."""
    name = settings.DATABASES["default"]["NAME"]
    shelf, placed = Shelf(), list[int]()
    shelf.keep(3)

    def run() -> None:
        placed.append(sequence())
        connections.close_all()

    second = threading.Thread(target=run)
    with psycopg.connect(store.url("avow_app", name)) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        second.start()
        second.join(0.3)
        assert (placed, waiting()) == ([], 3)
    second.join(10)
    assert placed == [3]


@pytest.mark.usefixtures("store")
def test_two_sequencers_and_four_writers_agree() -> None:
    """Racing sequencers give each entry one place, and every checkpoint holds."""
    stop = threading.Event()

    def write() -> None:
        for _ in range(60):
            with transaction.atomic():
                append(EntryKind.READ, AT, [os.urandom(32)])
        connections.close_all()

    def run() -> None:
        while not stop.is_set():
            sequence(17)
        connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    runners = [threading.Thread(target=run) for _ in range(2)]
    for thread in (*writers, *runners):
        thread.start()
    for thread in writers:
        thread.join(30)
    stop.set()
    for thread in runners:
        thread.join(30)
    sequence_all()
    report = check()
    assert (report.disagreements, report.entries, report.leaves, report.waiting) == ([], 240, 240, 0)


KILLER = """
import os, random, signal, sys, time
import django
django.setup()
from django.db import transaction
from avow.ledger.append import append_many
from avow.ledger.sequencer import sequence
from avow.store.point import point
from avow.terms import EntryKind
from tests.units.ledger.shelf import AT

def work(told):
    point(sys.argv[1])
    while True:
        with transaction.atomic():
            append_many(EntryKind.READ, AT, [([bytes(32)], ())] * 40)
        os.write(told, b"x")
        sequence(23)

chance = random.Random(7)
for _ in range(int(sys.argv[2])):
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        work(told)
    os.close(told)
    assert os.read(heard, 1) == b"x"
    time.sleep(chance.random() * 0.08)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(40 * (1 + len(os.read(heard, 1 << 16))))
    os.close(heard)
"""


def test_killed_at_any_instant_nothing_is_lost(store: Embedded) -> None:
    """A process that appends and sequences is killed again and again: all it was told is kept, and all agrees."""
    address = store.url("avow_app", settings.DATABASES["default"]["NAME"])
    killed = subprocess.run(
        [sys.executable, "-c", KILLER, address, str(KILLS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "avow.settings"},
        cwd=Path(__file__).parents[3],
    )
    assert killed.returncode == 0, killed.stderr
    acknowledged = sum(map(int, killed.stdout.split()))
    sequence_all()
    report = check()
    assert report.disagreements == []
    assert report.entries == report.leaves >= acknowledged > KILLS * 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(index), max(index) FROM leaf")
        assert cursor.fetchone() == (0, report.leaves - 1)
