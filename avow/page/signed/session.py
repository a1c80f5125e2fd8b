"""Say who signed in: what a sealed cookie carries, good while its number and address stand."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.http import HttpRequest

from avow.errors import TokenError
from avow.page.own import own
from avow.record.known.session import session
from avow.record.token import seal, unseal

COOKIE: Final = "avow_session"
_ACT: Final = "session"
_GOOD_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed in: the person, the proven address by its two keys, the number that ends with signing out.

    `since` is the second in which the address was proven: nothing makes a session last longer.
    """

    person: UUID
    exact: bytes
    reach: bytes
    number: int
    since: int = field(default_factory=lambda: int(time.time()))


def signed(request: HttpRequest) -> Signed | None:
    """Give who signed in, or None; raise a Failure where another site's page sent an act.

    Nobody is, whatever the cookie says, once they signed out, moved from that address or were forgotten.
    """
    if request.method == "POST":
        own(request)
    who = carried(request)
    return who if who and session(who.person, who.exact) == who.number else None


def carried(request: HttpRequest) -> Signed | None:
    """Give what the cookie says, or None if it is not ours or too old."""
    try:
        person, exact, reach, number, since = unseal(_ACT, request.COOKIES.get(COOKIE, ""), _GOOD_FOR)
        found = Signed(UUID(person), bytes.fromhex(exact), bytes.fromhex(reach), int(number), int(since))
    except (TokenError, ValueError):
        return None
    return found if time.time() - found.since <= _GOOD_FOR.total_seconds() else None


def sealed(who: Signed) -> str:
    """Write the cookie of who signed in."""
    return seal(_ACT, who.person.hex, who.exact.hex(), who.reach.hex(), str(who.number), str(who.since))
