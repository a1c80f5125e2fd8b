"""Test the list of settings and its page."""

from pathlib import Path

from avow.cli.operate.settings import reference
from avow.config import VARIABLES

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"


def test_the_page_is_fresh() -> None:
    """The reference page is what `avow settings --markdown` prints."""
    assert PAGE.read_text() == reference()


def test_every_setting_has_a_heading() -> None:
    """Each variable has its heading and says more than its name."""
    page = reference()
    assert all(f"## {name}\n" in page for name in VARIABLES)
