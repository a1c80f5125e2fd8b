"""Test that no byte of a backup changes unseen, encrypted or not."""

import io
import secrets

import pytest

from avow.errors import BackupError
from avow.store.backup import sealed
from avow.store.backup.sealed import Writer, encrypted, pieces


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make keys quickly, and pieces short."""
    monkeypatch.setattr(sealed, "_COST", 1 << 4)
    monkeypatch.setattr(sealed, "PIECE", 40)


def made(content: bytes, passphrase: str) -> bytes:
    """Write a file of this content."""
    file = io.BytesIO()
    writer = Writer(file, passphrase)
    for at in range(0, len(content), 7):
        writer.write(content[at : at + 7])
    writer.close()
    return file.getvalue()


def read(data: bytes, passphrase: str) -> bytes:
    """Read a file to its end."""
    return b"".join(pieces(io.BytesIO(data), passphrase))


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
@pytest.mark.parametrize("size", [0, 1, 39, 40, 41, 80, 81, 300])
def test_what_was_written_is_read(size: int, passphrase: str) -> None:
    """Whatever its length, the content comes back, and two files of it differ if they are encrypted."""
    content = secrets.token_bytes(size)
    data = made(content, passphrase)
    assert read(data, passphrase) == content
    assert encrypted(io.BytesIO(data)) is bool(passphrase)
    assert (made(content, passphrase) == data) is not bool(passphrase)
    assert not passphrase or size < 8 or content[:8] not in data


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_every_byte_counts(passphrase: str) -> None:
    """One bit changed anywhere, the end missing anywhere, a byte more, two pieces exchanged: refused."""
    content = secrets.token_bytes(90)
    data = made(content, passphrase)
    for at in range(len(data)):
        with pytest.raises(BackupError):
            read(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], passphrase)
        with pytest.raises(BackupError):
            read(data[:at], passphrase)
    with pytest.raises(BackupError, match="appended"):
        read(data + b"x", passphrase)
    head = data.index(b"\n") + 1
    width = 5 + 40 + (16 if passphrase else 32)
    first, second = data[head : head + width], data[head + width : head + 2 * width]
    with pytest.raises(BackupError, match="piece 1"):
        read(data[:head] + second + first + data[head + 2 * width :], passphrase)


def test_a_wrong_passphrase_is_told_from_a_changed_byte() -> None:
    """The answer says which of the two it is, before anything is given."""
    data = made(b"content", "open sesame")
    with pytest.raises(BackupError, match="not the passphrase"):
        read(data, "open says me")
    with pytest.raises(BackupError, match="is encrypted"):
        read(data, "")


@pytest.mark.parametrize(
    "data", [b"", b"PK\3\4", b"\xff" * 2000, b"avow backup 1 []\n", b'avow backup 1 {"a":1}\n', b"avow backup 1 {}"]
)
def test_what_is_no_backup(data: bytes) -> None:
    """Another file is refused by its first line."""
    with pytest.raises(BackupError, match="no backup of Avow"):
        read(data, "")
