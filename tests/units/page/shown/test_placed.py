"""Test how a page names the place at which the next begins."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from avow.page.shown.placed import place, placed

KEY = UUID(int=7)


def test_what_is_named_is_found_again() -> None:
    """To the microsecond, so that no line is lost and none stands twice."""
    for at in (datetime(2026, 1, 2, 3, 4, 5, 678_901, UTC), datetime(2026, 12, 31, 23, 59, 59, 999_999, UTC)):
        assert placed(place(at, KEY)) == (at, KEY)


@pytest.mark.parametrize("mark", ["", "x", "1.0", "1.0_x", f"nan_{KEY}", f"1e99_{KEY}", f"_{KEY}"])
def test_what_names_no_place_is_none(mark: str) -> None:
    """Whoever types an address of their own sees the first page."""
    assert placed(mark) is None
