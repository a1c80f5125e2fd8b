"""Forget what has had its time: codes, counts, items past their period, people who never proved an address."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

from django.db import transaction

from avow.config import config
from avow.mail import capture
from avow.mail.queue.blank import blank
from avow.mail.taken import cases as letters
from avow.record import limits
from avow.record.journal.journal import journalled
from avow.record.known.held import mailboxes
from avow.record.known.sweep import codes, idle, items, let_go
from avow.record.matters import matter as matters
from avow.record.matters.longer import longer
from avow.record.own import awaited
from avow.record.petitions import petition
from avow.record.programs import answered

BATCH: Final = 500
"""People or items that one transaction forgets."""
_SECONDS: Final = 2.0
"""Longest time that a sweep keeps other work waiting."""


def sweep() -> int:
    """Forget codes that nobody can use, counts, what programs were answered, items and petitions past their period.

    Gives how many.
    """
    longer()  # before what is due ends
    rest = limits.sweep() + answered.sweep() + awaited.sweep() + petition.sweep() + _bounded(lambda: items(BATCH))
    return codes() + rest + matters.sweep()  # behind the items, so that their files go with them


def sweep_people() -> int:
    """Forget whoever did not prove an address within the days set, and of whom nothing is left; give how many."""
    return _bounded(_people)


def _bounded(some: Callable[[], int]) -> int:
    """Do some until there is no more, or the time is over."""
    done, until = 0, monotonic() + _SECONDS
    while monotonic() < until and (more := some()):
        done += more
    return done


def _people() -> int:
    theirs: list[bytes] = []
    with transaction.atomic():
        gone = idle(datetime.now(UTC) - timedelta(days=config().unproven), BATCH)
        if gone:
            theirs = mailboxes(gone)
            let_go(gone)
            blank(gone, theirs)
            letters.blank(gone)
    if gone:
        capture.forget(theirs)
        journalled()
    return len(gone)
