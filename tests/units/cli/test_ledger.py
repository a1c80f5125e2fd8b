"""Test `avow ledger` on a real store: what it shows, what it finds, how it ends."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from avow.cli.ledger import app
from avow.config import config
from avow.errors import LedgerError
from avow.ledger.merkle.checkpoint import Checkpoint, open_checkpoint
from avow.ledger.merkle.note import Verifier
from avow.ledger.sequencer import origin, sequence
from avow.page.health.checks import CHECKS, failure
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.keys import key
from avow.store.server.embedded import Embedded
from tests.units.cli.reach import reach
from tests.units.ledger.shelf import Shelf


@pytest.fixture(autouse=True)
def reached(store: Embedded, owner: psycopg.Connection) -> Iterator[None]:
    """Let the command reach the test's store."""
    with reach(store, owner):
        yield


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def test_shows_and_checks_what_was_published(tmp_path: Path) -> None:
    """A version's entry is shown, signed, and opens with the key that is printed; the check finds its row."""
    publish(load(config().policies))
    assert "waits" in _run("tail").stdout
    sequence()
    assert "published" in _run("tail", "-n", "1").stdout
    note = _run("checkpoint").stdout
    verifier = Verifier.read(_run("key").stdout.strip())
    assert open_checkpoint(note, verifier.public).origin == verifier.name
    kept = tmp_path / "kept.txt"
    kept.write_text(note)
    found = _run("fsck", "--kept", str(kept))
    assert found.exit_code == 0
    assert "Everything agrees." in found.stdout


def test_ends_with_status_1_and_names_what_disagrees(owner: psycopg.Connection) -> None:
    """A published version whose row was changed is told, in words and as JSON."""
    publish(load(config().policies))
    sequence()
    (name,) = owner.execute("UPDATE version SET page_hash = sha256('another') RETURNING name").fetchone() or ("",)
    words = f"version {name}: it was changed since entry 1, and no later entry says so"
    told = _run("fsck")
    assert (told.exit_code, told.stdout.splitlines()[0]) == (1, words)
    report = json.loads(_run("fsck", "--json").stdout)
    assert (report["ok"], report["wrong"], report["disagreements"]) == (False, 1, [words])


@pytest.mark.parametrize("verb", ["checkpoint", "key"])
def test_says_what_to_do_before_the_first_checkpoint(verb: str) -> None:
    """Without a checkpoint there is nothing to print, and the message says when there will be."""
    error = _run(verb).exception
    assert isinstance(error, LedgerError)
    assert "avow work" in str(error)
    assert "Everything agrees." in _run("fsck").stdout


def _placed() -> None:
    publish(load(config().policies))
    Shelf().keep(6)
    sequence()


def test_proves_and_verifies_offline(tmp_path: Path) -> None:
    """A proof that is written verifies with the key alone, in place or in a file; a changed one is named."""
    _placed()
    file, keys = tmp_path / "four.tlog-proof", tmp_path / "keys.txt"
    assert _run("prove", "4", "--out", str(file)).exit_code == 0
    mine = _run("key").stdout.strip()
    keys.write_text(_run("keys").stdout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        config.cache_clear()
        for given in (mine, str(keys)):
            told = _run("verify", str(file), "--key", given)
            assert told.exit_code == 0, told.output
            assert "Entry: collected, at 2025-03-01 12:30:15 UTC, covering 1." in told.stdout
        text = file.read_text()
        for old, new in (("index 3", "index 2"), ("extra ", "extra A"), ("\n7\n", "\n8\n")):
            assert old in text
            file.write_text(text.replace(old, new))
            assert isinstance(_run("verify", str(file), "--key", mine).exception, LedgerError)
        file.write_text(text)
        other = str(Verifier("example.net/log", Verifier.read(mine).public))
        assert "is of example.net/log" in str(_run("verify", str(file), "--key", other).exception)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"c2sp.org/tlog-proof@v1\n", b"c2sp.org/tlog-proof@v1\nindex 0\n\nx\n", b"x" * 9_000_000],
)
def test_what_is_no_proof_is_told(tmp_path: Path, content: bytes) -> None:
    """Empty, truncated, binary and huge files are refused in words."""
    _placed()
    file = tmp_path / "x.tlog-proof"
    file.write_bytes(content)
    for given in (_run("key").stdout.strip(), str(file), str(tmp_path), str(tmp_path / "nothing"), "a+b+c", ""):
        assert isinstance(_run("verify", str(file), "--key", given).exception, LedgerError)
    assert isinstance(_run("verify", str(tmp_path / "nothing"), "--key", "x").exception, LedgerError)


def test_proves_only_what_is_there(tmp_path: Path) -> None:
    """An unknown entry, one that waits, and a file that is there are told; --force writes over it; - is the screen."""
    publish(load(config().policies))
    assert "waits" in str(_run("prove", "1").exception)
    sequence()
    file = tmp_path / "one.tlog-proof"
    assert "no entry 9" in str(_run("prove", "9", "--out", str(file)).exception)
    assert _run("prove", "0").exit_code == _run("prove", str(1 << 64)).exit_code == 2
    file.write_text("kept")
    assert "is there already" in str(_run("prove", "1", "--out", str(file)).exception)
    assert file.read_text() == "kept"
    assert _run("prove", "1", "--out", str(file), "--force").exit_code == 0
    assert _run("prove", "1", "--out", "-").stdout == file.read_text()
    assert "cannot be written" in str(_run("prove", "1", "--out", str(tmp_path / "no" / "way")).exception)


def test_proves_that_it_only_grew(tmp_path: Path, owner: psycopg.Connection) -> None:
    """A kept checkpoint is shown to be a beginning of the newest one, or it is told that it is not."""
    _placed()
    kept = tmp_path / "kept.txt"
    kept.write_text(_run("checkpoint").stdout)
    Shelf().keep(3)
    sequence()
    told = _run("consistency", str(kept))
    assert told.exit_code == 0
    old, new, *proof = told.stdout.splitlines()
    assert (old, new, len(proof)) == ("old 7", "new 10", 5)
    assert CliRunner().invoke(app, ["consistency", "-"], input=kept.read_text()).stdout == told.stdout
    assert isinstance(_run("consistency", str(tmp_path / "nothing")).exception, LedgerError)
    owner.execute("SET session_replication_role = replica")
    owner.execute("UPDATE leaf SET hash = sha256('x') WHERE index = 2")
    assert "are not those that were signed" in str(_run("consistency", str(kept)).exception)
    owner.execute("DELETE FROM checkpoint WHERE size = 10")
    later = kept.with_name("later.txt")
    later.write_text(Checkpoint(origin(), 11, bytes(32)).sign(key("ledger")))
    assert "was cut back" in str(_run("consistency", str(later)).exception)


def test_rotates_the_key_when_told_so_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks first; then the old key verifies what it signed, the doctor knows both, and fsck agrees."""
    shutil.copytree(config().data / "keys", tmp_path / "keys")
    monkeypatch.setenv("AVOW_DATA", str(tmp_path))
    config.cache_clear()
    key.cache_clear()
    try:
        assert "no name yet" in str(_run("rotate-key", "--yes").exception)
        _placed()
        before = _run("keys").stdout
        assert CliRunner().invoke(app, ["rotate-key"], input="n\n").exit_code == 1
        assert _run("keys").stdout == before
        told = _run("rotate-key", "--yes")
        assert told.exit_code == 0, told.output
        assert len(_run("keys").stdout.splitlines()) == 4
        assert "signed nothing yet" in str(_run("rotate-key", "--yes").exception)
        Shelf().keep(2)
        sequence()
        assert "earlier keys: 1" in _doctor()
        assert json.loads(_run("fsck", "--json").stdout)["checkpoints"] == 2
    finally:
        key.cache_clear()


def _doctor() -> str:
    found, error = failure(next(one for one in CHECKS if one.title == "key of the ledger"))
    return str(error) if error else found


def test_the_doctor_knows_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first checkpoint there is none; then the key is the one that signed it, or that is told."""
    assert _doctor() == "no checkpoint yet"
    _placed()
    assert _doctor() == "signed the newest checkpoint, of 7"
    monkeypatch.setattr("avow.ledger.keys.key", lambda _: bytes(32))
    assert "does not fit" in _doctor() or "no key that we know" in _doctor()


def test_the_doctor_survives_a_store_of_an_older_version(owner: psycopg.Connection) -> None:
    """Where a table is not there yet it says what to do."""
    owner.execute("ALTER TABLE rotation RENAME TO later")
    assert "run `avow setup`" in _doctor()
