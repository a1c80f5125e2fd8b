"""Test that what is generated is what the code says."""

from pathlib import Path

import pytest

from tests.written import PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_generated_pages_are_fresh(path: Path) -> None:
    """A page that is generated stands in the tree as it would be written now: `make evidence` writes it."""
    assert path.read_text() == PAGES[path]()
