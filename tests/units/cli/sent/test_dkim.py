"""Test `avow mailing dkim`: keys made once, in the backup, shown as the DNS wants them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from avow.cli.main import app
from avow.config import config
from avow.page.health.checks import CHECKS, failure
from avow.store.backup.backup import _small


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a data folder of its own."""
    monkeypatch.setenv("AVOW_DATA", str(tmp_path))
    config.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    config.cache_clear()


def shown(*words: str) -> str:
    """Run the command and give what it prints."""
    done = CliRunner().invoke(app, ["mailing", "dkim", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_records_are_printed_and_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The records of both keys, and the setting that uses them; the backup takes the keys along."""
    first = shown()
    assert "avow1-rsa._domainkey.example.com. IN TXT" in first
    assert "avow1-ed25519._domainkey.example.com. IN TXT" in first
    assert "AVOW_DKIM=example.com:avow1" in first
    monkeypatch.setenv("AVOW_DKIM", "example.com:avow1")
    config.cache_clear()
    assert first.startswith(shown())
    assert json.loads(shown("--json"))["used"]
    assert not json.loads(shown("next", "--json"))["used"]
    kept = {name for name in _small() if "dkim" in name}
    assert kept == {f"keys/dkim-{name}-{way}.key" for name in ("avow1", "next") for way in ("rsa", "ed25519")}


def test_the_doctor_names_a_key_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is named and is not there is wrong."""
    check = next(one for one in CHECKS if one.title == "signed mail")
    monkeypatch.setenv("AVOW_DKIM", "example.com:gone")
    config.cache_clear()
    found, error = failure(check)
    assert "dkim-gone-rsa.key" in found + str(error)
