"""Test `avow evidence export`: whole or not at all, and nobody's fields in it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from typer.testing import CliRunner

from avow.cli.main import app
from avow.config import config
from avow.errors import AvowError, LedgerError
from avow.ledger.sequencer import sequence
from avow.policy.folder import load
from avow.record.shown.versions import publish
from avow.store.server.embedded import Embedded
from tests.units.cli.reach import reach
from tests.units.record.cast import arrive


@pytest.fixture(autouse=True)
def reached(store: Embedded, owner: psycopg.Connection) -> Iterator[None]:
    """Let the command reach the test's store, in which the policy is published."""
    with reach(store, owner):
        publish(load(config().policies))
        yield


def _export(folder: Path) -> AvowError | None:
    found = CliRunner().invoke(app, ["evidence", "export", str(folder)])
    assert found.exception is None or isinstance(found.exception, AvowError), found.exception
    return found.exception


def test_no_field_of_anybody_is_in_it(tmp_path: Path) -> None:
    """Neither an address nor a name nor the salt that would let one be tried is anywhere in an export."""
    person = arrive("mallory.canary@example.org", proven=True)
    sequence()
    assert _export(tmp_path / "export") is None
    files = [path for path in (tmp_path / "export").rglob("*") if path.is_file()]
    assert len(files) == 26
    data = b"".join(path.read_bytes() for path in files)
    assert str(person).encode() in data
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE avow_keep")
        cursor.execute("SELECT encode(salt, 'hex') FROM item")
        salts = [row[0].encode() for row in cursor.fetchall()]
    assert len(salts) == 2
    assert not any(one in data.lower() for one in (b"canary", b"name of", *salts))


def test_it_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails in the middle leaves no folder, and a folder that is there is not touched."""
    sequence()
    monkeypatch.setattr("avow.cli.evidence.export.canonical", lambda _: 1 / 0)
    assert isinstance(
        CliRunner().invoke(app, ["evidence", "export", str(tmp_path / "export")]).exception, ZeroDivisionError
    )
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine").mkdir()
    assert "is there already" in str(_export(tmp_path / "mine"))
    (tmp_path / "file").write_text("a file")
    assert "cannot be written" in str(_export(tmp_path / "file" / "export"))


def test_it_says_what_to_do_before_the_first_checkpoint(tmp_path: Path) -> None:
    """Without a checkpoint there is nothing that an auditor could hold on to."""
    error = _export(tmp_path / "export")
    assert isinstance(error, LedgerError)
    assert "avow work" in str(error)
    assert list(tmp_path.iterdir()) == []
