"""Test that secrets are made once, whole and private."""

from pathlib import Path

import pytest

from avow.errors import KeyMissing
from avow.store.keys import NAMES, derived, fingerprint, key, make_keys, make_secrets, password


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """Making keys again changes none, and makes only what is missing."""
    make_keys(tmp_path)
    before = {name: (tmp_path / f"{name}.key").read_text() for name in NAMES}
    (tmp_path / "token.key").unlink()
    make_keys(tmp_path)
    after = {name: (tmp_path / f"{name}.key").read_text() for name in NAMES}
    assert {name for name in NAMES if before[name] != after[name]} == {"token"}
    assert len(set(after.values())) == len(NAMES)


def test_secrets_are_private_and_leave_no_draft(tmp_path: Path) -> None:
    """Folder and files are their owner's, and no other file is left."""
    make_secrets(tmp_path / "keys", ["one.password"])
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert [(path.name, path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()] == [
        ("one.password", 0o600)
    ]


def test_a_missing_password_names_its_file(tmp_path: Path) -> None:
    """The error says which file to restore."""
    with pytest.raises(KeyMissing, match=r"one\.password cannot be read"):
        password(tmp_path, "one")


def test_fingerprints_and_derived_secrets_tell_nothing() -> None:
    """Neither holds the key, and each act has its own."""
    assert key("token") not in fingerprint("token")
    assert fingerprint("token") != fingerprint("reach")
    assert derived("token", "pages") != derived("token", "other")
    assert derived("token", "pages") == derived("token", "pages")
    assert key("token").hex() not in derived("token", "pages")


def test_an_unknown_key_is_missing() -> None:
    """A key that was never made is an error, not a new key."""
    with pytest.raises(KeyMissing, match="restore it"):
        key("nobody")
