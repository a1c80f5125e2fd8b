"""Hold each token to so many requests a minute, counted in this process alone and nowhere stored."""

from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import Final
from uuid import UUID

from avow.api.problem import Problem

_MINUTE: Final = 60
_counts: dict[tuple[UUID, str], tuple[int, int]] = {}
_lock = Lock()


def bound(program: UUID, what: str, most: int) -> None:
    """Count a request; raise a Problem (429) that says when to come again, if there were more than `most`."""
    now = monotonic()
    minute = int(now) // _MINUTE
    with _lock:
        began, count = _counts.get((program, what), (minute, 0))
        count = count + 1 if began == minute else 1
        _counts[program, what] = minute, count
    if count > most:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"this token asked more than {most} times in a minute",
            "go on when Retry-After says so",
            retry=_MINUTE - int(now) % _MINUTE,
        )
