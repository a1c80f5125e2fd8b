"""Test that an answer takes its time."""

import time
from contextlib import suppress

import pytest

from avow.page.steady import FLOOR, steady


@pytest.mark.parametrize("fails", [False, True])
def test_takes_its_time_even_when_it_fails(*, fails: bool) -> None:
    """What fails takes as long as what does not."""
    begun = time.monotonic()
    with suppress(ZeroDivisionError), steady():
        assert 1 / (0 if fails else 1)
    assert time.monotonic() - begun >= FLOOR
