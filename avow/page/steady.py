"""Let an answer take the same time whether there was something to do or not."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

FLOOR = 0.12
"""Seconds that an answer takes at least, more than the work behind it."""
SHORT = 0.025
"""Seconds for an answer that many wait for at once, whose work is nearly the same for everybody."""


@contextmanager
def steady(floor: float = FLOOR) -> Iterator[None]:
    """Wait at the end until the floor is reached, so that the time tells nobody who is known here."""
    until = time.monotonic() + floor
    try:
        yield
    finally:
        time.sleep(max(0.0, until - time.monotonic()))
