"""Let several acts stand or fall together."""

from collections.abc import Iterator
from contextlib import contextmanager

from avow.record.declare import keeping


@contextmanager
def whole() -> Iterator[None]:
    """Put what is kept, counted and posted within into one transaction, declared once."""
    with keeping():
        yield
