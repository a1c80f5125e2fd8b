"""Test sheets: what a file may look like, and that a bad one changes nothing."""

from pathlib import Path

import psycopg
import pytest

from avow.errors import CollectionError
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import take
from avow.record.taken.sheets.sheet import arrivals

pytestmark = pytest.mark.usefixtures("published")
GOOD = "email,name\nalice@example.org,Alice\nbob@example.org,Bob\n"


def _take(path: Path, content: bytes, mapping: dict[str, str] | None = None) -> int:
    file = path / "people.csv"
    file.write_bytes(content)
    return take(arrivals(file, in_force(), mapping or {})).people


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace("Bob", "José").encode(),
        GOOD.replace("Bob", '"B,""o"" b"').encode(),
        (GOOD + "\n\n").encode(),
        GOOD.replace("email,name", "contact.email,Name").encode(),
    ],
)
def test_good_files_are_taken(tmp_path: Path, content: bytes) -> None:
    """Marks, line ends, quotes, scripts and empty lines do no harm."""
    assert _take(tmp_path, content) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"name\nAlice\n", "no column holds addresses"),
        (b"email,shoe\na@example.org,42\n", "no field is called 'shoe'"),
        (b"email,email\na@example.org,b@example.org\n", "two columns fill one field"),
        (GOOD.encode() + b"carol@example.org\n", "people.csv:4: 1 columns where the heading has 2"),
        (GOOD.encode() + b"carol@example.org,C,x\n", "people.csv:4: 3 columns"),
        (GOOD.encode() + b'carol@example.org,"Car', "people.csv:4: "),
        (GOOD.encode() + b"carol@example.org,Jos\xe9\n", "people.csv:4: this line is not UTF-8"),
        (GOOD.encode() + b"carol@example.org,C\x00\n", "people.csv:4: this line holds a byte of zero"),
        (GOOD.encode() + b"carol@example,Carol\n", "people.csv:4: .*full domain"),
        (GOOD.encode() + b",Carol\n", "people.csv:4: there is no address"),
        (GOOD.encode() + b"carol@example.org," + b"C" * 2000, "people.csv:4: .*longer than"),
        (GOOD.encode("utf-16")[:-1], "this is not text"),
    ],
)
def test_bad_files_change_nothing(tmp_path: Path, owner: psycopg.Connection, content: bytes, told: str) -> None:
    """The line and what is wrong with it are told, and nobody of the file is there."""
    with pytest.raises(CollectionError, match=told):
        _take(tmp_path, content)
    for table in ("person", "reach", "item"):
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_columns_are_mapped_or_left_out(tmp_path: Path, owner: psycopg.Connection) -> None:
    """A heading of one's own fills the field it is mapped to; one that is left out is not kept."""
    content = b"E-Mail Adresse,Schuh\nalice@example.org,42\n"
    assert _take(tmp_path, content, {"E-Mail Adresse": "contact.email", "Schuh": "-"}) == 1
    assert owner.execute("SELECT fields FROM item").fetchall() == [({"email": "alice@example.org"},)]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is no traceback."""
    with pytest.raises(CollectionError, match="cannot be read"):
        take(arrivals(tmp_path / "none.csv", in_force(), {}))
