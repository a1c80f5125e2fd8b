"""Count what is stored by what was said of it: items alike are decided once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from avow.decision.diff import Use, permitting
from avow.policy.document import Policy
from avow.policy.history import History
from avow.record.changed.scan import scan
from avow.record.declare import keeping
from avow.record.mask import from_bits

_ALIKE: Final = """
SELECT channel, category, stated::text, accepted::text, items, stamps FROM (
    SELECT s.channel, found.category, found.stated, found.accepted, sum(found.items)::bigint AS items,
        array_agg(s.id ORDER BY s.id) AS stamps FROM (
    SELECT stamp_id, category, stated, accepted, count(*) AS items FROM item
    WHERE until IS NULL OR until > now() GROUP BY 1, 2, 3, 4
) AS found JOIN stamp s ON s.id = found.stamp_id
    WHERE s.version IS NULL OR s.version <> ALL(%s) GROUP BY 1, 2, 3, 4
) AS alike ORDER BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """How many items came by a channel, are of a category, and were stated and accepted the same (masks of uses).

    `stamps` are those that they bear.
    """

    channel: str
    category: str
    stated: int
    accepted: int
    items: int
    stamps: tuple[UUID, ...] = ()


def alike(but: Sequence[str] = ()) -> list[Alike]:
    """Give every group of like items that have time left, in order; one scan, whose memory is that of the groups.

    What was collected under versions in `but` is left out: whoever gave it was told what they say.
    """
    with keeping() as cursor:
        scan(cursor)
        cursor.execute(_ALIKE, [list(but)])
        return [
            Alike(channel, category, from_bits(stated), from_bits(accepted), items, tuple(stamps))
            for channel, category, stated, accepted, items, stamps in cursor.fetchall()
        ]


def touches(history: History, policy: Policy, use: Use, group: Alike) -> bool:
    """Say whether a use that a version gains was neither stated of these items nor accepted since."""
    if (use.channel, use.category) != (group.channel, group.category):
        return False
    may = permitting(history, policy, use.purpose, use.category, use.recipient)
    return not (group.stated | group.accepted) & may


def touched(history: History, policy: Policy, uses: Iterable[Use]) -> bool:
    """Say whether any of the uses that a version gains would touch something stored."""
    found = tuple(uses)
    return bool(found) and any(touches(history, policy, use, group) for group in alike() for use in found)
