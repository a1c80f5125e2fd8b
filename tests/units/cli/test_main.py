"""Test the command as it is called: what it says when all is well, and when not."""

import pytest

from tests.journeys.place import Place, ground


@pytest.fixture(scope="module")
def place() -> "Place":
    """Give a folder without a store."""
    with ground() as folder:
        return Place(folder / "data")


def test_help_names_every_verb(place: Place) -> None:
    """`avow --help` lists the verbs that an operator needs."""
    said = place.avow("--help")
    for verb in ("serve", "work", "setup", "doctor", "why", "settings", "policy", "ledger", "mailing"):
        assert verb in said


def test_help_leaves_out_what_nobody_types(place: Place) -> None:
    """What `avow serve` alone gives to `avow work` is not offered."""
    assert "--parent" not in place.avow("work", "--help")


def test_an_error_is_one_line_and_no_traceback(place: Place) -> None:
    """What went wrong and what to do stand on one line, with status 1."""
    said = place.avow("why", "alice@example.org", "newsletter", status=1)
    assert said.count("\n") == 1
    assert said.startswith("avow: there is no store in ")
    assert "run `avow setup`" in said


def test_a_wrong_setting_is_one_line(place: Place) -> None:
    """A misspelt setting is told before anything is done."""
    odd = Place(place.data, {"AVOW_SIET": "x"})
    assert odd.avow("--help", status=1).startswith("avow: AVOW_SIET is not a setting; did you mean AVOW_SITE?")


def test_doctor_without_a_store(place: Place) -> None:
    """`avow doctor` says that there is no store, and what it therefore did not check; status 1."""
    said = place.avow("doctor", "--json", status=1)
    assert '"avow.E001"' in said
    assert "there is no store in" in said
    assert '"not checked"' in said


def test_doctor_is_told_whole(place: Place) -> None:
    """Where something else than a terminal reads it, each check is one line that leaves nothing out."""
    said = place.avow("doctor", status=1)
    assert "…" not in said
    assert any("avow.E001" in line and "run `avow setup`" in line for line in said.splitlines())


def test_settings_hide_passwords(place: Place) -> None:
    """The list of settings shows no password."""
    odd = Place(place.data, {"DATABASE_URL": "postgresql://avow_app:hunter2@db.example.com/avow", "COLUMNS": "200"})
    said = odd.avow("settings")
    assert "postgresql://avow_app:...@db.example.com/avow" in said
    assert "hunter2" not in said
