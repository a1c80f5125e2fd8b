"""Test the keys that mail is signed with: made once, private, found again, published whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from avow.config import config
from avow.errors import ConfigError, KeyMissing
from avow.store.dkim.keys import aligned, keys_of, make, signing
from avow.store.dkim.published import line, words


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a data folder whose keys sign for example.com."""
    monkeypatch.setenv("AVOW_DATA", str(tmp_path))
    monkeypatch.setenv("AVOW_DKIM", "example.com:quay")
    config.cache_clear()
    yield tmp_path / "keys"
    monkeypatch.undo()
    config.cache_clear()


def test_keys_are_made_once_and_private(folder: Path) -> None:
    """Both are there after the first time, the same after the second, and nobody else reads them."""
    first = [path.read_bytes() for path in make("quay")]
    assert [path.read_bytes() for path in make("quay")] == first
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.glob("*"))
    rsa, ed25519 = signing()
    assert (rsa.selector, ed25519.selector) == ("quay-rsa", "quay-ed25519")
    assert rsa is signing()[0]
    assert "secret" not in repr(rsa)


def test_records_fit_the_dns(folder: Path) -> None:
    """Each string of a record has at most 255 octets, and joined they are the record."""
    make("quay")
    for key in signing():
        strings = line(key).split('"')[1::2]
        assert max(map(len, strings)) <= 255
        assert "".join(strings) == words(key)
    assert folder.exists()


def test_what_is_no_key_signs_nothing(folder: Path) -> None:
    """A key that is missing, torn or of another kind is named; so is a name that the DNS does not take."""
    with pytest.raises(KeyMissing, match="dkim-quay-rsa"):
        signing()
    rsa, ed25519 = make("quay")
    rsa.write_bytes(ed25519.read_bytes())
    with pytest.raises(KeyMissing, match="no key of rsa"):
        keys_of(folder, "example.net", "quay")
    rsa.write_text("torn")
    with pytest.raises(KeyMissing, match="cannot be read"):
        keys_of(folder, "example.org", "quay")
    with pytest.raises(ConfigError, match="no name of a key"):
        make("../quay")


def test_whose_domain_signs() -> None:
    """The sender's own domain, and one above it; not another that ends alike."""
    assert aligned("privacy@example.com", "example.com")
    assert aligned("privacy@mail.Example.com", "example.com")
    assert not aligned("privacy@badexample.com", "example.com")
    assert not aligned("privacy@example.com", "mail.example.com")
