"""Reckon by calendar until when an answer is due."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from avow.policy.document import Policy

_SATURDAY = 5


def due(policy: Policy, at: datetime, days: int) -> datetime:
    """Give the last instant of an answer within so many days: never on a weekend, and never later than promised.

    An answer that would be due on a Saturday or Sunday, where the company is, is due on the Friday before it, unless
    that is past already.
    """
    last = at + timedelta(days=days)
    local = last.astimezone(ZoneInfo(policy.front.timezone))
    over = local.weekday() - _SATURDAY
    if over < 0:
        return last
    friday = datetime.combine(local.date() - timedelta(days=over), time.min, local.tzinfo) - timedelta(seconds=1)
    return friday.astimezone(at.tzinfo) if friday > at else last
