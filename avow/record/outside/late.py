"""Count the notices that an organization should have acknowledged by now, outside or working for us."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from avow.record.agreed import passed
from avow.record.declare import keeping
from avow.record.outside import recall

_COUNT: Final = """
SELECT (SELECT count(*) FROM recall WHERE acknowledged IS NULL AND at < %s),
    (SELECT count(*) FROM passed WHERE acknowledged IS NULL AND at < %s)
"""


@dataclass(frozen=True, slots=True)
class Late:
    """How many notices wait for longer than an organization has: of those outside, of those who work for us."""

    outside: int
    processors: int

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.outside or self.processors)


def late() -> Late:
    """Count them."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_COUNT, [now - recall.PATIENCE, now - passed.PATIENCE])
        return Late(*cursor.fetchone())
