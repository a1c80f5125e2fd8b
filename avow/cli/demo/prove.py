"""Prove that everybody is treated as promised: three ways to decide, side by side, for every person and purpose."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from avow.decision.request import Request
from avow.gate.account import account
from avow.gate.clear import clear
from avow.gate.ruling import ruling
from avow.record.shown.stamp import BRINGS
from avow.record.shown.versions import in_force
from avow.terms import RecipientClass, Relation

_PAGE = 5_000
_DEFAULT = "default"
_FIRST = ("law.refused", "law.bounced", "law.unverified")
_LAST = "law.unstated"
_BROUGHT = sum(relation.mask for relation in {*BRINGS.values(), Relation.JOINED, Relation.NOTICED})
"""The relations that some act brings: handing in by a channel, joining a list, being told of the exemptions."""


@dataclass(frozen=True, slots=True)
class Line:
    """One use: how many the gate permits, the audience lists and the using role sees, and why not the others.

    `further` counts by named fact those who are visible and not permitted; `denied` counts by the clause that
    tells most, `because` by all the clauses. `lacks` names the relations that the use needs and no act brings yet, so
    that nobody can be permitted.
    """

    purpose: str
    recipient: str
    permitted: int
    audience: int
    visible: int
    further: dict[str, int]
    denied: dict[str, int]
    because: dict[str, int]
    disagreements: int
    lacks: tuple[str, ...] = ()

    @property
    def people(self) -> int:
        """Give how many people this line accounts for."""
        return self.permitted + sum(self.denied.values())


def uses() -> Iterator[Request]:
    """Give every use that the version in force states, over all the categories that it may touch."""
    for purpose in in_force().purposes.values():
        for recipient in RecipientClass:
            if recipient in purpose.recipients:
                yield Request(purpose.id, purpose.categories, recipient)


def prove(request: Request, people: list[UUID], tick: Callable[[int], object]) -> Line:
    """Decide one use for everybody by the gate, by the audience and by what the using role sees."""
    permitted: set[UUID] = set()
    denied: Counter[frozenset[str]] = Counter()
    unseen = 0
    for start in range(0, len(people), _PAGE):
        page = people[start : start + _PAGE]
        cleared = clear(request, page)
        permitted.update(clearance.person for clearance in cleared.allowed)
        denied.update(decision.because for decision in cleared.denied.values())
        unseen += len(cleared.unseen)
        tick(len(page))
    told = account(request)
    disagreements = unseen + len(permitted ^ told.audience) + len(permitted ^ told.allowed)
    disagreements += len(permitted - told.visible) + told.explained.get("unexplained", 0)
    return Line(
        request.purpose,
        request.recipient.value,
        len(permitted),
        len(told.audience),
        len(told.visible),
        dict(told.explained),
        _counted(denied, telling),
        _counted(denied, lambda because: " ".join(sorted(because)) or _DEFAULT),
        disagreements,
        _lacks(request),
    )


def _lacks(request: Request) -> tuple[str, ...]:
    needs = ruling(request).plan.needs & ~_BROUGHT
    return tuple(relation.name.lower().replace("_", "-") for relation in Relation if needs & relation.mask)


def telling(because: frozenset[str]) -> str:
    """Give the clause of a denial that tells most: a refusal first, what was never stated last."""
    for name in _FIRST:
        if name in because:
            return name
    if _LAST in because:
        return _LAST
    return min(because, key=_lawful, default=_DEFAULT)


def _lawful(name: str) -> tuple[bool, str]:
    return not name.startswith("law."), name


def _counted(denied: Counter[frozenset[str]], name: Callable[[frozenset[str]], str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for because, number in denied.items():
        found[name(because)] += number
    return dict(found.most_common())
