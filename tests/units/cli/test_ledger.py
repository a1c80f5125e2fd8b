"""Test `avow ledger` on a real store: what it shows, what it finds, how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from typer.testing import CliRunner, Result

from avow.cli.ledger import app
from avow.config import config
from avow.errors import LedgerError
from avow.ledger.merkle.checkpoint import open_checkpoint
from avow.ledger.merkle.note import Verifier
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.keys import NAMES, fingerprint
from avow.store.server.embedded import Embedded


@pytest.fixture(autouse=True)
def reached(store: Embedded, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the command reach the test's store by its settings, as it would reach any PostgreSQL."""
    name = settings.DATABASES["default"]["NAME"]
    owner.execute("GRANT SELECT ON django_migrations TO avow_app, avow_backup")
    for one in NAMES:
        owner.execute("INSERT INTO key_print VALUES (%s, %s)", [one, fingerprint(one)])
    monkeypatch.setenv("DATABASE_URL", store.url("avow_app", name))
    monkeypatch.setenv("AVOW_BACKUP_URL", store.url("avow_backup", name))
    before = dict(connection.settings_dict)
    config.cache_clear()
    yield
    connection.close()
    connection.settings_dict.update(before)
    monkeypatch.undo()
    config.cache_clear()


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
