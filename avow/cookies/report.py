"""Read the counts of some days, and delete those that have had their time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.counted import tally
from avow.record.shown.versions import in_force, published
from avow.terms import ChannelKind, Promise

_HOURS: Final = 35
"""Days that counts by the hour are kept, at most."""


@dataclass(frozen=True, slots=True)
class Report:
    """Pages opened on each day, and the sums of each dimension, the most frequent first."""

    days: tuple[tuple[date, int], ...]
    sums: Mapping[str, tuple[tuple[str, int], ...]]


def report(days: int, now: datetime) -> Report:
    """Give the counts of the last days, today among them, in the time zone of the policy in force."""
    zone = ZoneInfo(in_force().front.timezone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    opened: Counter[date] = Counter()
    sums: dict[str, Counter[str]] = {}
    for period, dimension, value, count in tally.days(since):
        sums.setdefault(dimension, Counter())[value] += count
        if dimension == "page":
            opened[period.astimezone(zone).date()] += count
    each = tuple((first + timedelta(days=n), opened[first + timedelta(days=n)]) for n in range(days))
    return Report(each, {name: tuple(found.most_common()) for name, found in sums.items()})


@keeps(Promise.AUTOMATED)
def sweep() -> int:
    """Delete the counts that are older than the policy in force says; give how many."""
    if not published():
        return 0
    kept, now = _kept(in_force()), datetime.now(UTC)
    return tally.sweep(now - timedelta(days=kept), now - timedelta(days=min(kept, _HOURS)))


def _kept(policy: Policy) -> int:
    """Give for how many days counts are kept: as long as the policy keeps what comes by browsers; else not at all."""
    channel = policy.channels.get(ChannelKind.AUTOMATED)
    periods = [policy.categories[name].retention for name in channel.collects] if channel else []
    return max((period for period in periods if period is not None), default=0)
