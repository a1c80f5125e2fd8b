"""Rule on people from facts: compile the request once, decide each item, and say who is permitted."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from django.db.backends.utils import CursorWrapper

from avow.decision.decision import Decision, Outcome
from avow.decision.facts import SCOPES, Facts
from avow.decision.plan import Plan, plan
from avow.decision.request import Request
from avow.gate.facts import JOINED, Held, Lists
from avow.policy.document import Policy
from avow.record.declare import using
from avow.record.pinned.aside import ASIDE
from avow.record.shown.versions import history, in_force
from avow.record.taken.given import address_field
from avow.terms import RecipientClass


@dataclass(frozen=True, slots=True)
class Ruling:
    """A request under the version in force: its plan, and the categories that permission goes by.

    Where an address is asked for, permission goes by the address; of the rest, what is permitted is
    released. Without an address it goes by whatever was asked for.
    """

    policy: Policy
    plan: Plan
    heads: tuple[str, ...]

    @property
    def version(self) -> str:
        """Give the name of the version in force."""
        return self.policy.front.version

    def decide(self, facts: Facts, on: Lists, *, left: bool) -> Decision:
        """Decide on one item: the plan, and then the list, which can only deny."""
        decision = self.plan.decide(facts)
        if not decision.allowed:
            return decision
        if left:
            return self._left(facts)
        return decision if not on.joined_only or facts.relations & JOINED else self._deny()

    def _left(self, facts: Facts) -> Decision:
        """Deny as if the list's whole scope were refused: who left the list said no to it."""
        purpose = self.policy.purposes[self.plan.request.purpose]
        scope = SCOPES.get(purpose.scope)
        decision = self.plan.decide(replace(facts, refused=facts.refused | scope.mask)) if scope is not None else None
        return decision if decision is not None and not decision.allowed else self._deny()

    def _deny(self) -> Decision:
        return Decision(Outcome.DENY, frozenset({self.policy.purposes[self.plan.request.purpose].clause}))


def ruling(request: Request) -> Ruling:
    """Compile a request under the version in force; it lies under its purpose's topic, named or not."""
    policy = in_force()
    purpose = policy.purposes.get(request.purpose)
    if purpose is not None and purpose.topic and request.topic is None:
        request = replace(request, topic=purpose.topic)
    asked = sorted(request.categories)
    known = [policy.categories[name] for name in asked if name in policy.categories]
    addressed = tuple(category.id for category in known if address_field(category) is not None)
    return Ruling(policy, plan(history(), policy, request), addressed or tuple(asked))


def permitting(request: Request) -> tuple[str, ...]:
    """Give the clauses of the version in force that permit a use, of whomever it is decided to be allowed."""
    return tuple(sorted(ruling(request).plan.allow.because))


def seeing(ruled: Ruling) -> AbstractContextManager[CursorWrapper]:
    """See what a ruling's use permits, and of it what its agreement names where it is a processor's; see `using`."""
    request = ruled.plan.request
    agreement = (request.agreement or "") if request.recipient is RecipientClass.PROCESSOR else None
    return using(ruled.plan.use, ruled.plan.forbid, ruled.version, agreement)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one person, the number it saw, and the newest permitted item of each category.

    What is set aside, because a correction says otherwise, is not released, and shown as such alone.
    """

    decision: Decision
    choice_no: int
    released: Mapping[str, Held]


def verdict(ruled: Ruling, on: Lists, held: Sequence[Held]) -> Verdict:
    """Decide about one person from what is known of the items, oldest first."""
    decided = [(one, ruled.decide(one.facts, on, left=one.left)) for one in held]
    allowed = [one for one, decision in decided if decision.allowed and one.item is not None]
    released = {one.category: one for one in allowed if one.facts.refused & ASIDE != ASIDE}
    number = max((one.choice_no for one in held), default=0)
    goes_by = [decision for one, decision in decided if one.category in ruled.heads]
    allows = [decision for decision in goes_by if decision.allowed]
    if allows:
        return Verdict(allows[0], number, released)
    denials = goes_by or [ruled.plan.decide(replace(one.facts, stated=0, accepted=0)) for one in held]
    because = frozenset[str]().union(*(decision.because for decision in denials or [ruled.plan.decide(Facts())]))
    return Verdict(Decision(Outcome.DENY, because), number, {})
