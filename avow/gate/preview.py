"""Count beforehand whom a use would reach, and who is left out by which clauses."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from avow.decision.request import Request
from avow.gate.facts import classes, lists
from avow.gate.ruling import ruling
from avow.record.declare import keeping


@dataclass(frozen=True, slots=True)
class Preview:
    """How many people a use reaches, and how many it does not, by the clauses that say so."""

    allowed: int
    denied: Mapping[frozenset[str], int]


def preview(request: Request, list_id: str | None = None) -> Preview:
    """Decide a use for everybody who gave what it goes by, and count; no field is read and nothing is remembered."""
    ruled = ruling(request)
    with keeping() as cursor:
        on = lists(cursor, ruled.plan.request, list_id)
    allowed: set[UUID] = set()
    denied: dict[UUID, frozenset[str]] = {}
    for facts, left, people in classes(on, ruled.heads):
        decision = ruled.decide(facts, on, left=left)
        if decision.allowed:
            allowed.update(people)
        else:
            denied.update(dict.fromkeys(people, decision.because))
    return Preview(len(allowed), Counter(because for person, because in denied.items() if person not in allowed))
