"""Keep what somebody said yes for as long as that purpose says, and no longer than others once it is taken back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from avow.policy.document import Policy, Purpose
from avow.policy.history import scope_named
from avow.policy.proof.keeps import keeps
from avow.record.declare import keeping
from avow.record.mask import to_bits
from avow.record.said.chosen import ever
from avow.record.shown.versions import history, in_force, published
from avow.terms import Promise, Scope

_YES: Final = "i.accepted & %s::bit(256) <> 0::bit(256) AND i.refused & %s::bit(256) = 0::bit(256)"
_LONGER: Final = f"""
i.category = %s AND {_YES} AND i.until <= now() + interval '1 day' AND i.until < i.at + make_interval(days => %s)
"""
_BACK: Final = """
i.category = %s AND {none} AND i.until > i.at + make_interval(days => %s)
    AND EXISTS (SELECT FROM stamp s WHERE s.id = i.stamp_id AND s.version = %s)
"""
_BATCH: Final = 500
"""People whom one transaction looks at."""
_WHOSE: Final = "SELECT DISTINCT i.person_id FROM item i WHERE {which} LIMIT %s"
_LOCK: Final = "SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
_SET: Final = """
UPDATE item i SET until = i.at + make_interval(days => %s) WHERE i.person_id = ANY(%s) AND {which}
"""
_AGREED: Final = f"""
SELECT i.person_id, i.id, i.thread, i.at FROM item i
WHERE i.category = ANY(%s) AND {_YES} AND (%s::timestamptz IS NULL OR (i.at, i.id) < (%s, %s))
ORDER BY i.at DESC, i.id DESC LIMIT %s
"""

Agreed = tuple[UUID, UUID, UUID | None, datetime]
"""An item that somebody said yes to a purpose for: whose, which, in which matter, from when."""


@dataclass(frozen=True, slots=True)
class _Yes:
    """What a yes that lengthens looks like: of which kind of data, which bits, what refuses it, how many days."""

    category: str
    accepted: str
    refused: str
    days: int


@keeps(Promise.PURPOSES_ONLY)
def longer() -> int:
    """Give what is due to end the time that somebody said yes to, or take that time back with the yes.

    Gives how many items; whom somebody else is at work on is left to the next time.
    """
    if not published():
        return 0
    yeses = list(_lengthened())
    done = sum(_set(_LONGER, [one.category, one.accepted, one.refused, one.days], one.days) for one in yeses)
    for category in dict.fromkeys(one.category for one in yeses):
        said = [one for one in yeses if one.category == category]
        for then in history().policies:
            own = then.categories[category].retention if category in then.categories else None
            if own is not None:
                levels = {own} | {one.days for one in said if one.days > own}
                done += sum(_back(said, days, then, stands=days > own) for days in levels)
    return done


def _back(said: Sequence[_Yes], days: int, then: Policy, *, stands: bool) -> int:
    """Take back what is longer than some days, where no yes to more days stands, and one to these does if it must."""
    more, these = [one for one in said if one.days > days], [one for one in said if stands and one.days == days]
    if not more:
        return 0
    which = _BACK.format(none=" AND ".join([f"NOT ({_YES})"] * len(more)))
    which += f" AND ({' OR '.join([_YES] * len(these))})" if these else ""
    masks = [[mask for one in some for mask in (one.accepted, one.refused)] for some in (more, these)]
    return _set(which, [said[0].category, *masks[0], days, then.front.version, *masks[1]], days)


def agreed_to(purpose: Purpose, most: int, before: tuple[datetime, UUID] | None = None) -> list[Agreed]:
    """Give the items that their people said yes to a purpose for, of the kinds that end, the latest before all."""
    at, last = before or (None, None)
    ending = [name for name in purpose.categories if in_force().categories[name].retention is not None]
    with keeping() as cursor:
        cursor.execute(_AGREED, [ending, *_masks(purpose), at, at, last, most])
        return [(row[0], row[1], row[2], row[3]) for row in cursor.fetchall()]


def _masks(purpose: Purpose) -> tuple[str, str]:
    """Give the bits of what a yes to a purpose accepts, and of what refuses it."""
    noes = Scope.OPTIONAL.mask | (scope_named(purpose.scope).mask if purpose.scope else 0)
    return to_bits(ever(history(), purpose.id)), to_bits(noes)


def _lengthened() -> Iterator[_Yes]:
    """Give each yes for which a kind of data is kept for longer: as long as it was told then, and is told last."""
    newest = {purpose.id: (purpose, then) for then in history().policies for purpose in then.purposes.values()}
    for purpose, then in newest.values():
        most, (_, refused) = purpose.retention or 0, _masks(purpose)
        for told, bit in history().bits.items():
            days = min(told.longer, most) if told.purpose == purpose.id else 0
            for category in sorted(purpose.categories & told.categories) if days else ():
                if then.categories[category].retention is not None:
                    yield _Yes(category, to_bits(1 << bit), refused, days)


def _set(which: str, values: list[Any], days: int) -> int:
    """Set until when all items for which a condition holds are kept; give how many."""
    done = 0
    while found := _some(which, values, days):
        done += found
    return done


def _some(which: str, values: list[Any], days: int) -> int:
    with keeping() as cursor:
        cursor.execute(_WHOSE.format(which=which), [*values, _BATCH])
        cursor.execute(_LOCK, [[row[0] for row in cursor.fetchall()]])
        cursor.execute(_SET.format(which=which), [days, [row[0] for row in cursor.fetchall()], *values])
        return int(cursor.rowcount)
