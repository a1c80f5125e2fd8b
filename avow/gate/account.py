"""Account for everybody: the gate, the audience and the guard side by side, each difference with its reason."""

from collections import Counter
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from avow.decision.facts import LACKS, Facts
from avow.decision.request import Request
from avow.gate.audience import members
from avow.gate.facts import JOINED, Lists, classes, lists
from avow.gate.ruling import Ruling, ruling, seeing
from avow.record.declare import keeping

UNEXPLAINED: Final = "unexplained"
"""The reason that must not occur."""

_VISIBLE: Final = "SELECT DISTINCT person_id FROM item WHERE category = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the decision allows, whom the audience lists, who is visible, and why whoever is only visible is.

    `visible` are those of whom the using role sees anything that was asked for; `explained` counts,
    by reason, the people who are visible and not allowed.
    """

    allowed: frozenset[UUID]
    audience: frozenset[UUID]
    visible: frozenset[UUID]
    explained: Counter[str]

    @property
    def agrees(self) -> bool:
        """Say whether gate equals audience, nobody allowed is hidden, and every further visible person is explained."""
        return self.allowed == self.audience and self.allowed <= self.visible and not self.explained[UNEXPLAINED]


def account(request: Request, list_id: str | None = None) -> Account:
    """Decide a use for everybody in three ways; no field is read, and no decision is remembered: nothing is used."""
    ruled = ruling(request)
    with keeping() as cursor:
        on = lists(cursor, ruled.plan.request, list_id)
    allowed = _allowed(ruled, on)
    listed = frozenset(person for batch in members(request, list_id) for person, _ in batch)
    visible = _visible(ruled, tuple(sorted(request.categories)))
    return Account(frozenset(allowed), listed, visible, _explain(ruled, on, visible - allowed))


def _allowed(ruled: Ruling, on: Lists) -> set[UUID]:
    found: set[UUID] = set()
    for facts, left, people in classes(on, ruled.heads):
        if ruled.decide(facts, on, left=left).allowed:
            found.update(people)
    return found


def _visible(ruled: Ruling, categories: tuple[str, ...]) -> frozenset[UUID]:
    with seeing(ruled) as cursor:
        cursor.execute(_VISIBLE, [list(categories)])
        return frozenset(person for (person,) in cursor.fetchall())


def _explain(ruled: Ruling, on: Lists, further: frozenset[UUID]) -> Counter[str]:
    """Count why people of whom something is visible are yet not permitted: one reason each."""
    if not further:
        return Counter()
    reasons: dict[UUID, str] = {}
    asked = tuple(sorted(ruled.plan.request.categories))
    for facts, left, people in classes(on, asked):
        reason = _reason(ruled, on, facts, left=left)
        if reason is not None:
            reasons |= dict.fromkeys(further.intersection(people), reason)
    addressed = {person for _, _, people in classes(on, ruled.heads) for person in people}
    shown = _visible(ruled, ruled.heads)
    for person in further - reasons.keys():
        barred = "the address is not permitted" if person in addressed else "no address is held"
        reasons[person] = UNEXPLAINED if person in shown else barred
    return Counter(reasons.values())


def _reason(ruled: Ruling, on: Lists, facts: Facts, *, left: bool) -> str | None:
    """Name the fact that the guard cannot see: a relation that lacks, a list that was left or never joined."""
    lacking = ruled.plan.needs & ~facts.relations
    if lacking:
        return next(name for name, relation in LACKS.items() if lacking & relation.mask)
    if left:
        return "left the list"
    return "not on the list" if on.joined_only and not facts.relations & JOINED else None
