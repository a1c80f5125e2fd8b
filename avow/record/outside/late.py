"""Count the notices that an organization should have acknowledged by now, outside or working for us."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from avow.record.agreed import passed
from avow.record.declare import keeping
from avow.record.outside import recall

MOST: Final = 100
"""As many are counted; that there are more says nothing else."""
_COUNT: Final = """
SELECT (SELECT count(*) FROM (SELECT FROM recall WHERE acknowledged IS NULL AND at < %s LIMIT %s) AS one),
    (SELECT count(*) FROM (SELECT FROM passed WHERE acknowledged IS NULL AND at < %s LIMIT %s) AS one)
"""


@dataclass(frozen=True, slots=True)
class Late:
    """How many notices wait for longer than an organization has: of those outside, of those who work for us.

    Each is MOST where there are as many, or more.
    """

    outside: int
    processors: int

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.outside or self.processors)


def late() -> Late:
    """Count them, in one query that looks at what waits alone: every page of a privacy officer asks."""
    now = datetime.now(UTC)
    with keeping() as cursor:
        cursor.execute(_COUNT, [now - recall.PATIENCE, MOST, now - passed.PATIENCE, MOST])
        return Late(*cursor.fetchone())
