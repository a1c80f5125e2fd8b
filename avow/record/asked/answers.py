"""Count what was answered to the questions of a version, in all and over time; never by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from avow.record.declare import keeping
from avow.record.mask import from_bits

_TALLY: Final = """
SELECT count(*), count(answered) FROM question WHERE version = %s AND uses <> 0::bit(256)
"""
_EACH: Final = """
SELECT uses::text, yes::text, no::text, count(*) FROM question WHERE version = %s AND uses <> 0::bit(256)
GROUP BY 1, 2, 3
"""
_TIME: Final = """
SELECT date_bin(width, answered, origin) AS until, count(*) FILTER (WHERE yes <> 0::bit(256) AND no = 0::bit(256)),
    count(*) FILTER (WHERE no <> 0::bit(256))
FROM question, (
    SELECT min(answered) AS origin,
        greatest((max(answered) - min(answered)) / 24, interval '1 second') AS width
    FROM question WHERE version = %s
) AS span
WHERE version = %s AND answered IS NOT NULL GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """How many people were asked and how many answered; how many said what to masks of uses; and how that grew.

    `each` has (uses, yes, no, people); `over_time` has (instant, yes, no) of about two dozen spans, with the answers
    that came in each: yes to all that was asked, or no to something.
    """

    asked: int
    answered: int
    each: tuple[tuple[int, int, int, int], ...]
    over_time: tuple[tuple[datetime, int, int], ...]

    def of(self, mask: int) -> tuple[int, int, int]:
        """Give how many said yes, no and nothing to one use."""
        yes = sum(people for _, said, _, people in self.each if said & mask)
        no = sum(people for _, _, said, people in self.each if said & mask)
        return yes, no, sum(people for uses, _, _, people in self.each if uses & mask) - yes - no


def answers(version: str) -> Answers:
    """Give what was answered to the questions of a version."""
    with keeping() as cursor:
        cursor.execute(_TALLY, [version])
        whole, answered = cursor.fetchone()
        cursor.execute(_EACH, [version])
        each = tuple((*map(from_bits, masks), people) for *masks, people in cursor.fetchall())
        cursor.execute(_TIME, [version, version])
        return Answers(whole, answered, each, tuple(cursor.fetchall()))
