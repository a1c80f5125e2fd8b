"""Let a program answer letters seldom: once a week to one mailbox, and so many an hour to all."""

from datetime import timedelta
from typing import Final

from avow.config import config
from avow.record.limits import allow, ration, spent

_ANSWERED: Final = "answered"
_WEEK: Final = timedelta(days=7)
_HOUR: Final = timedelta(hours=1)


def seldom(reach: bytes) -> bool:
    """Say whether a program may answer this mailbox now, and count it as answered if so."""
    if spent(_ANSWERED) or not allow(f"{_ANSWERED}:{reach.hex()}", 1, _WEEK):
        return False
    return ration(_ANSWERED, config().replies, _HOUR)
