"""Test the keys of the checkpoints: one after the other, each for its own checkpoints, and every list checked."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections

from avow.config import config
from avow.errors import KeyMissing, LedgerError
from avow.ledger.keys import LOCK, public, ring, rotate, rotation
from avow.ledger.merkle.checkpoint import Checkpoint
from avow.ledger.merkle.note import Signer, Verifier
from avow.ledger.merkle.ring import Ring, handed_over, listed
from avow.ledger.read import checkpoint
from avow.ledger.sequencer import sequence
from avow.store.check import keys_fit
from avow.store.keys import NAMES, draw, fingerprint, following, key
from tests.units.ledger.shelf import Shelf, check, sequence_all

SEEDS = [bytes([number]) * 32 for number in range(5)]
KEYS = [Signer("example.org/log", seed).verifier.public for seed in SEEDS]


@pytest.fixture
def own(store: object, owner: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a store with keys of its own, which a test may rotate."""
    assert store
    shutil.copytree(config().data / "keys", tmp_path / "keys")
    for name in NAMES:
        owner.execute("INSERT INTO key_print VALUES (%s, %s)", [name, fingerprint(name)])
    monkeypatch.setenv("AVOW_DATA", str(tmp_path))
    config.cache_clear()
    key.cache_clear()
    yield tmp_path / "keys"
    monkeypatch.undo()
    config.cache_clear()
    key.cache_clear()


def _turned() -> list[bytes]:
    """Sign under three keys, one after the other, and give them."""
    shelf, keys = Shelf(), []
    for turn in range(3):
        if turn:
            rotate()
        keys.append(public())
        shelf.keep(2)
        assert sequence_all() == 2
    return keys


def _turned_but_one() -> bytes:
    """Sign under four keys, and give the secret of the last but one: it vouched for the last, and signs no more."""
    _turned()
    old = key("ledger")
    rotate()
    Shelf().keep(1)
    sequence_all()
    return old


@pytest.mark.usefixtures("own")
def test_each_key_signs_from_its_turn_on() -> None:
    """Three keys, two rotations: each checkpoint opens with the key of its size and with no other."""
    keys = _turned()
    found = ring()
    assert found == Ring(tuple(keys), (2, 4))
    assert len(set(keys)) == 3
    for size, mine in ((2, 0), (4, 1), (6, 2)):
        note = checkpoint(size) or ""
        assert found.opened(note).size == size
        for other in {0, 1, 2} - {mine}:
            wrong = Ring(tuple(keys[other] for _ in range(3)), (2, 4))
            with pytest.raises(LedgerError):
                wrong.opened(note)


@pytest.mark.usefixtures("own")
def test_the_check_accepts_each_key_for_its_range_alone(owner: psycopg.Connection) -> None:
    """After rotations all agrees; a checkpoint that an old key signed past its end is told."""
    old = key("ledger")
    _turned()
    assert check().ok
    owner.execute("SET session_replication_role = replica")
    size, root, note = owner.execute("SELECT size, root, note FROM checkpoint ORDER BY size DESC").fetchone() or ()
    forged = Checkpoint(note.partition("\n")[0], size, root).sign(old)
    owner.execute("UPDATE checkpoint SET note = %s WHERE size = %s", [forged, size])
    assert any(words.startswith("checkpoint 6: ") for words in check().disagreements)


@pytest.mark.usefixtures("own")
def test_every_list_of_keys_is_checked(owner: psycopg.Connection) -> None:
    """Each column of each list, and the loss of each, is told."""
    _turned()
    assert check().ok
    owner.execute("SET session_replication_role = replica")
    owner.execute("CREATE TABLE kept AS TABLE rotation")
    first, second = (row[0] for row in owner.execute("SELECT note FROM rotation ORDER BY after").fetchall())
    for change in (
        "UPDATE rotation SET after = after + 1 WHERE after = 2",
        "UPDATE rotation SET after = after + 1 WHERE after = 4",
        "UPDATE rotation SET note = note || 'x' WHERE after = 2",
        "UPDATE rotation SET note = note || 'x' WHERE after = 4",
        "UPDATE rotation SET note = (SELECT note FROM kept WHERE after = 4) WHERE after = 2",
        "UPDATE rotation SET note = (SELECT note FROM kept WHERE after = 2) WHERE after = 4",
        "DELETE FROM rotation WHERE after = 2",
        "DELETE FROM rotation WHERE after = 4",
        "DELETE FROM rotation",
    ):
        assert owner.execute(change.encode()).rowcount > 0
        assert not check().ok, change
        owner.execute("TRUNCATE rotation")
        owner.execute("INSERT INTO rotation SELECT * FROM kept")
    for note in (first, second):
        for line in [line for line in note.splitlines(keepends=True) if line.startswith("\u2014")]:
            owner.execute("UPDATE rotation SET note = replace(note, %s, '')", [line])
            assert not check().ok
            owner.execute("TRUNCATE rotation")
            owner.execute("INSERT INTO rotation SELECT * FROM kept")
    assert check().ok


def test_a_process_that_runs_takes_up_the_new_key(own: Path) -> None:
    """Whoever holds the old secret in memory never signs with it again."""
    old = _turned_but_one()
    assert key("ledger") != old
    stale = (own / "ledger.key").read_text()
    (own / "ledger.key").write_text(old.hex())
    key.cache_clear()
    assert key("ledger") == old
    (own / "ledger.key").write_text(stale)
    Shelf().keep(1)
    assert sequence() == 1
    assert check().ok


def test_with_the_old_secret_alone_nothing_is_signed(own: Path) -> None:
    """A folder that holds an old key is refused, and the message says what to do."""
    old = _turned_but_one()
    (own / "ledger.key").write_text(old.hex())
    key.cache_clear()
    Shelf().keep(1)
    with pytest.raises(KeyMissing, match="newest backup"):
        sequence()
    with pytest.raises(KeyMissing):
        ring()


def test_a_rotation_that_was_cut_short_is_finished(own: Path, owner: psycopg.Connection) -> None:
    """Killed after it held and before the secret was put in place: the next start or signature puts it there."""
    _turned()
    for connects in (True, False):
        before = (own / "ledger.key").read_text()
        rotate()
        (own / "ledger.key").rename(own / "ledger.key.next")
        (own / "ledger.key").write_text(before)
        key.cache_clear()
        Shelf().keep(1)
        if connects:
            keys_fit(owner)
        else:
            sequence()
        assert following("ledger") is None
        sequence_all()
        assert check().ok


def test_a_secret_that_was_drawn_in_vain_changes_nothing(own: Path, owner: psycopg.Connection) -> None:
    """Killed before it held: the old key goes on signing."""
    keys = _turned()
    draw("ledger")
    key.cache_clear()
    keys_fit(owner)
    Shelf().keep(1)
    assert sequence() == 1
    assert ring().keys == tuple(keys)
    assert (own / "ledger.key.next").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("own")
def test_no_other_key_gets_another_print(owner: psycopg.Connection) -> None:
    """The application can say that the ledger's key is a new one, and nothing of any other key."""
    before = owner.execute("SELECT name, fingerprint FROM key_print ORDER BY 1").fetchall()
    _turned()
    after = owner.execute("SELECT name, fingerprint FROM key_print ORDER BY 1").fetchall()
    assert [name for (name, old), (_, new) in zip(before, after, strict=True) if old != new] == ["ledger"]
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE key_print SET fingerprint = 'x'")


@pytest.mark.usefixtures("own")
def test_a_key_that_signed_nothing_is_not_rotated() -> None:
    """Before the first checkpoint, and right after a rotation, there is nothing to rotate."""
    with pytest.raises(LedgerError, match="signed nothing"):
        rotate()
    assert rotation() is None
    _turned()
    rotate()
    with pytest.raises(LedgerError, match="signed nothing"):
        rotate()


def test_lists_of_keys_are_read_as_written() -> None:
    """A list comes back from its text, from its lines alone, and from a note that either neighbour signed."""
    found = Ring((KEYS[0],)).follow(KEYS[1], 7).follow(KEYS[2], 9)
    text = found.text("example.org/log")
    assert listed(text) == listed("\n".join(text.splitlines()[2:])) == ("example.org/log", found)
    assert listed(str(Verifier("example.org/log", KEYS[0]))) == ("example.org/log", Ring((KEYS[0],)))
    assert [found.at(size) for size in (0, 7, 8, 9, 10, 10**18)] == [
        KEYS[0],
        KEYS[0],
        KEYS[1],
        KEYS[1],
        KEYS[2],
        KEYS[2],
    ]
    assert found.before(2) == Ring((KEYS[0], KEYS[1]), (7,))
    note = Signer("example.org/log", SEEDS[1]).sign(text)
    assert handed_over(note, KEYS[1]) == ("example.org/log", found)
    with pytest.raises(LedgerError):
        handed_over(note, KEYS[3])


@pytest.mark.parametrize("ends", [(), (7,), (9, 7), (7, 7), (0, 7), (7, 9, 11)])
def test_keys_follow_one_another(ends: tuple[int, ...]) -> None:
    """Ends rise, and there is one fewer than keys."""
    with pytest.raises(LedgerError, match="follow one another"):
        Ring(tuple(KEYS[:3]), ends)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "",
        lambda text: text.replace(" 7\n", "\n"),
        lambda text: text.replace(" 7\n", " 07\n"),
        lambda text: text.replace(" 7\n", " 7 7\n"),
        lambda text: text.replace(" 7\n", " -7\n"),
        lambda text: text.replace("example.org/log+", "example.net/log+", 1),
        lambda text: text.rstrip() + " 12\n",
        lambda text: text.replace("A", "B"),
        lambda _: "example.org/log\navow/keys/v1\n",
    ],
)
def test_what_is_no_list_of_keys_is_refused(change: object) -> None:
    """A damaged list is an error in words."""
    text = Ring((KEYS[0],)).follow(KEYS[1], 7).text("example.org/log")
    assert callable(change)
    with pytest.raises(LedgerError):
        listed(change(text))


def _rotating() -> threading.Thread:
    """Rotate beside, as the command does while the sequencer works."""

    def act() -> None:
        try:
            rotate()
        finally:
            connections.close_all()

    thread = threading.Thread(target=act)
    thread.start()
    return thread


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("locks", [True, False])
def test_a_rotation_waits_for_whoever_signs(
    owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, *, locks: bool
) -> None:
    """While a checkpoint is being signed the key is not taken away; without the lock it would be."""
    _turned()
    if not locks:
        monkeypatch.setattr("avow.ledger.keys.alone", lambda _: None)
    with owner.transaction():
        owner.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        thread = _rotating()
        while (
            thread.is_alive()
            and not owner.execute(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ).fetchone()
        ):
            thread.join(0.01)
        assert thread.is_alive() is locks
        assert owner.execute("SELECT count(*) FROM rotation").fetchone() == (2 if locks else 3,)
    thread.join()
    assert len(ring().keys) == 4
