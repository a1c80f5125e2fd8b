"""Take the signal of a browser whose person we know for more than a no to cookies."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from avow.mail.stop import stop
from avow.page.visitor.signal import GPC, signals
from avow.record.said.chosen import Chosen
from avow.record.seen.past import choices_of
from avow.terms import Actor, Answer, Scope

_SCOPES: Final = (Scope.DISCLOSURE, Scope.ENRICHMENT)
_MOST: Final = 10_000


def signalled(request: HttpRequest, person: UUID, reach: bytes) -> None:
    """Refuse for who signs in what Global Privacy Control is about: to be given to others, and facts from others.

    What the person said of these themselves stands, whatever a browser says.
    """
    if GPC in signals(request.META):
        said = {one.scope for one in choices_of(person, _MOST)}
        chosen = [Chosen(Answer.NO, scope=scope) for scope in _SCOPES if scope not in said]
        if chosen:
            stop(chosen, f"{GPC}, at signing in", person, reach, Actor.PERSON_VERIFIED)
