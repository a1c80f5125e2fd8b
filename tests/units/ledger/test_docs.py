"""Test that the reference names each kind of entry, and says rightly whether its rows must stand."""

import re
from pathlib import Path

from avow.ledger.checked.fsck import ROWLESS
from avow.terms import EntryKind

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "entries.md"


def test_each_kind_has_its_heading() -> None:
    """The headings are the kinds, in their order."""
    assert re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE) == [kind.value for kind in EntryKind]


def test_the_page_says_whose_rows_must_stand() -> None:
    """A kind is told to be without rows exactly if the check lets its commitments stand alone."""
    told = re.findall(r"^## (.+)\n\n[^#]*?Rows: (yes|no|none)\b", PAGE.read_text(), re.MULTILINE)
    assert {kind for kind, rows in told if rows == "no"} == {kind.value for kind in ROWLESS}
    assert len(told) == len(EntryKind)
