"""Count, or say of one, who is left out of what goes to an organization outside, and why: one reason each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from avow.decision.facts import CONDITIONS, Facts
from avow.decision.request import Request
from avow.gate.facts import CONSENTED, Lists, classes, facts, lists
from avow.gate.ruling import Ruling, ruling
from avow.record.declare import keeping
from avow.terms import Scope

REFUSES: Final = "refuses that anything is given to others"
TOOK_BACK: Final = "said no to this organization, or took the yes back"
SILENT: Final = "never said yes to this organization by its name"
BARRED: Final = "nothing of theirs is used for now"
NEWER: Final = "gave what would go out after the yes, or was never told of this use"
NOTHING: Final = "gave nothing that would go out"
_ORDER: Final = (REFUSES, TOOK_BACK, SILENT, BARRED, NEWER, NOTHING)
_BARS: Final = sum(scope.mask for scope in CONDITIONS.values())
_SCOPES: Final = Scope.DISCLOSURE.mask | Scope.OPTIONAL.mask


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many people would be given, and how many are left out for which reason."""

    allowed: int
    reasons: Mapping[str, int]


def left_out(request: Request, list_id: str) -> LeftOut:
    """Decide for everybody, set-based: people of whom the same is known are decided once; nothing is used."""
    ruled = ruling(request)
    with keeping() as cursor:
        on = lists(cursor, ruled.plan.request, list_id)
        cursor.execute("SELECT count(*) FROM person")
        everybody = int(cursor.fetchone()[0])
    allowed: set[UUID] = set()
    reasons: dict[UUID, str] = {}
    for known, left, people in classes(on, ruled.heads):
        reason = _reason(ruled, on, known, left=left)
        if not reason:
            allowed.update(people)
        for person in people if reason else ():
            reasons[person] = _first(reasons.get(person, reason), reason)
    counted = Counter(reason for person, reason in reasons.items() if person not in allowed)
    counted[NOTHING] += everybody - len(allowed | reasons.keys())
    return LeftOut(len(allowed), {reason: counted[reason] for reason in _ORDER if counted[reason]})


def left_out_one(request: Request, list_id: str, person: UUID) -> str:
    """Say why one person is left out; "" if they are not."""
    ruled = ruling(request)
    with keeping() as cursor:
        on = lists(cursor, ruled.plan.request, list_id)
        held = [one for one in facts(cursor, request, [person], on) if one.category in ruled.heads]
    found = [_reason(ruled, on, one.facts, left=one.left) for one in held]
    return "" if "" in found else min(found, key=_ORDER.index, default=NOTHING)


def _reason(ruled: Ruling, on: Lists, known: Facts, *, left: bool) -> str:
    if ruled.decide(known, on, left=left).allowed:
        return ""
    if known.refused & _SCOPES:
        return REFUSES
    if left:
        return TOOK_BACK
    if not known.relations & CONSENTED:
        return SILENT
    return BARRED if known.refused & _BARS else NEWER


def _first(one: str, other: str) -> str:
    return min(one, other, key=_ORDER.index)
