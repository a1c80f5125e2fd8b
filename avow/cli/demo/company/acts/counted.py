"""Count what visitors opened in the last month, and tell of the kinds of customers, month by month."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from avow.cli.demo.company.scene import Scene
from avow.cookies.counter import ENOUGH
from avow.cookies.visit import OTHER
from avow.page.site import policy
from avow.record.counted.tally import Line, add
from avow.uses.insight.month import last_closed
from avow.uses.insight.release import release

_MONTHS: Final = 24
_DAYS: Final = 30
_EACH: Final = 150
"""People for each of whom a page is opened a day."""
_SHARES: Final[Mapping[str, Mapping[str, float]]] = {
    "page": {"home": 40, "policy": 12, "forum": 18, "order": 9, "support": 11, "register": 6, "choices": 4},
    "browser": {"Chrome": 52, "Firefox": 17, "Safari": 19, "Edge": 10, OTHER: 2},
    "device": {"computer": 71, "phone": 25, "tablet": 4},
    "language": {"en": 62, "de": 18, "fr": 11, OTHER: 9},
    "domain": {"example.net": 8, "example.org": 5, OTHER: 2},
}
"""Of each hundred opened pages; what tells where somebody came from is told of some alone."""
_WEEKEND: Final = 0.4
_SATURDAY: Final = 5


def counted(scene: Scene) -> None:
    """Write the counts of the days that the policy lets them be kept, and the months that are closed."""
    zone = ZoneInfo(policy().front.timezone)
    now = datetime.now(UTC).astimezone(zone)
    lines = [one for ago in range(_DAYS) for one in _day(scene, now - timedelta(days=ago))]
    bar = scene.bar("counts of visits", len(lines))
    add(sorted(lines))
    bar(len(lines))
    latest = last_closed(now.astimezone(UTC), zone)
    bar = scene.bar("months of insight", _MONTHS)
    for ago in range(_MONTHS - 1, -1, -1):
        release(latest.later(-ago))
        bar(1)


def _day(scene: Scene, at: datetime) -> Iterator[tuple[Line, int]]:
    """Count a day: each thing for itself, what is rare under nothing of its own."""
    start = at.replace(hour=0, minute=0, second=0, microsecond=0)
    week = _WEEKEND if start.weekday() >= _SATURDAY else 1.0
    pages = int(max(scene.people // _EACH, 40) * week * scene.luck.uniform(0.8, 1.2))
    for dimension, shares in _SHARES.items():
        for value, count in _parts(pages, shares, scene.luck):
            yield ("d", start.astimezone(UTC), dimension, value), count
            if dimension == "page":
                hour = start.replace(hour=scene.luck.randint(8, 20)).astimezone(UTC)
                yield ("h", hour, dimension, value), count


def _parts(pages: int, shares: Mapping[str, float], luck: Random) -> Iterator[tuple[str, int]]:
    for value, share in shares.items():
        count = int(pages * share / 100 * luck.uniform(0.85, 1.15))
        if count >= ENOUGH or (value == OTHER and count):
            yield value, count
