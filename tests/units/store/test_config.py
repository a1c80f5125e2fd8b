"""Test that settings are checked, and unknown ones refused."""

from pathlib import Path

import pytest

from avow.config import FILE, Config, config, unknown
from avow.errors import ConfigError


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Stand in a folder without a file of settings."""
    monkeypatch.chdir(tmp_path)


def read() -> Config:
    """Read the settings as a new process would."""
    return config.__wrapped__()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("AVOW_BIND", "8000", "AVOW_BIND: give address:port"),
        ("AVOW_BIND", "127.0.0.1:99999", "AVOW_BIND: give address:port"),
        ("AVOW_SITE", "www.example.com", "AVOW_SITE: give scheme and host"),
        ("AVOW_SITE", "https://www.example.com/shop", "AVOW_SITE: give scheme and host"),
        ("AVOW_SMTP", "mail.example.com:25", "AVOW_SMTP: give smtp://"),
        ("AVOW_PROXIES", "9", "AVOW_PROXIES: give a whole number from 0 to 5"),
        ("AVOW_PROXIES", "1.5", "AVOW_PROXIES: give a whole number from 0 to 5"),
        ("AVOW_UNPROVEN", "soon", "AVOW_UNPROVEN: give a whole number from 1 on"),
        ("AVOW_PRODUCTION", "perhaps", "AVOW_PRODUCTION: give true or false"),
        ("AVOW_PRODUCTION", "", "AVOW_PRODUCTION: give true or false"),
        ("DATABASE_URL", "mysql://root:hunter2@db.example.com/x", "DATABASE_URL: give postgresql://"),
        ("AVOW_OWNER_URL", "sqlite:///x", "AVOW_OWNER_URL: give postgresql://"),
        ("AVOW_SIET", "https://www.example.com", "AVOW_SIET is not a setting; did you mean AVOW_SITE?"),
        ("AVOW_QQQQ", "1", "AVOW_QQQQ is not a setting ("),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    """Each wrong or unknown variable is named with what to give; its value, perhaps a secret, is not repeated."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        read()
    assert told in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mistakes are told in one go."""
    monkeypatch.setenv("AVOW_BIND", "x")
    monkeypatch.setenv("AVOW_PROXIES", "many")
    with pytest.raises(ConfigError, match=r"AVOW_BIND.*AVOW_PROXIES"):
        read()


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from avow.env, and a variable of the environment is stronger."""
    Path(FILE).write_text("AVOW_BIND=127.0.0.1:8001\nDATABASE_URL=postgresql://avow_app@db.example.com/avow\n")
    monkeypatch.delenv("AVOW_BIND", raising=False)
    assert (read().bind, read().database_url) == ("127.0.0.1:8001", "postgresql://avow_app@db.example.com/avow")
    monkeypatch.setenv("AVOW_BIND", "127.0.0.1:8002")
    assert read().bind == "127.0.0.1:8002"


def test_an_unknown_name_in_the_file_is_refused() -> None:
    """A misspelt line of the file is an error too."""
    Path(FILE).write_text("AVOW_POLICES=here\n")
    with pytest.raises(ConfigError, match="did you mean AVOW_POLICIES"):
        read()


def test_names_of_others_are_left_alone() -> None:
    """Only names that begin with ours are ours to judge."""
    assert unknown(["PATH", "AVOWAL", "AVOW_DATA", "DATABASE_URL"]) == []


def test_the_data_folder_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever changes folder later still finds the data."""
    monkeypatch.setenv("AVOW_DATA", "here")
    assert read().data == tmp_path / "here"
