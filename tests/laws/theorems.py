"""State the laws of decision so that they can be held against any form of the rule, right or spoiled."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from avow.decision.decide import decide, selects, word
from avow.decision.decision import Decision
from avow.decision.facts import Facts
from avow.decision.plan import Plan, plan
from avow.decision.request import Request
from avow.policy.document import Policy, Rule
from avow.policy.history import History
from tests.laws.small import with_rules

Decider = Callable[[Facts], Decision]
Form = Callable[[History, Policy, Request], Decider]
Points = Iterable[tuple[Request, Sequence[Facts]]]
Breach = tuple[Request, Facts]
"""A point at which a law does not hold."""
Law = Callable[[Form, History, Policy, Points], Iterator[Breach]]


def reference(history: History, policy: Policy, request: Request) -> Decider:
    """Decide by reading the rules."""
    return lambda facts: decide(history, policy, request, facts)


def compiled(history: History, policy: Policy, request: Request) -> Decider:
    """Decide by the compiled plan."""
    return plan(history, policy, request).decide


def default_deny(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where something is allowed that nobody was told of, or that no permit speaks of, forbidden or not."""
    permits = [rule for rule in policy.rules if rule.permit]
    named = {rule.clause for rule in permits}
    for request, situations in points:
        deciders = form(history, policy, request), form(history, with_rules(policy, permits), request)
        told = word(history, policy, request)
        for facts in situations:
            for found in (decider(facts) for decider in deciders):
                right = told & (facts.stated | facts.accepted) and found.because and found.because <= named
                if found.allowed and not right:
                    yield request, facts


def forbid_trumps_permit(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where something is allowed, or a clause is not named, although a forbid by itself bites."""
    alone = [with_rules(policy, [rule]) for rule in policy.rules if not rule.permit]
    for request, situations in points:
        decider = form(history, policy, request)
        singles = [single for single in (plan(history, policy_, request) for policy_ in alone) if _speaks(single)]
        for facts in situations:
            biting = frozenset().union(*(single.decide(facts).because for single in singles))
            found = decider(facts)
            if biting and (found.allowed or found.because != biting):
                yield request, facts


def _speaks(single: Plan) -> bool:
    return bool(single.always or single.unstated or single.bars or single.lacks)


def refusing_never_allows(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where something is allowed that is denied once a refusal is taken away."""
    return _monotone(form, history, policy, points, _with_less_refused)


def losing_never_allows(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where something is allowed that is denied once more is stated, accepted or on file."""
    return _monotone(form, history, policy, points, _with_more)


def _monotone(
    form: Form,
    history: History,
    policy: Policy,
    points: Points,
    easier: Callable[[History, Policy, Request, Facts], Iterator[Facts]],
) -> Iterator[Breach]:
    for request, situations in points:
        decider = form(history, policy, request)
        for facts in situations:
            if decider(facts).allowed and not all(
                decider(other).allowed for other in easier(history, policy, request, facts)
            ):
                yield request, facts


def _with_less_refused(_: History, __: Policy, ___: Request, facts: Facts) -> Iterator[Facts]:
    for bit in bits(facts.refused):
        yield replace(facts, refused=facts.refused & ~bit)


def _with_more(history: History, policy: Policy, request: Request, facts: Facts) -> Iterator[Facts]:
    told = word(history, policy, request)
    yield replace(facts, stated=facts.stated | told)
    yield replace(facts, accepted=facts.accepted | told)
    for bit in bits(0xFFFF & ~facts.relations):
        yield replace(facts, relations=facts.relations | bit)


def a_new_forbid_never_allows(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where something is allowed that is denied once some forbid that speaks of it is struck out."""
    forbids = [rule for rule in policy.rules if not rule.permit]
    without = [(rule, with_rules(policy, _less(policy.rules, rule))) for rule in forbids]
    for request, situations in points:
        decider = form(history, policy, request)
        allowed = [facts for facts in situations if decider(facts).allowed]
        for rule, policy_ in without if allowed else ():
            if selects(policy, rule, request):
                easier = form(history, policy_, request)
                yield from ((request, facts) for facts in allowed if not easier(facts).allowed)


def order_does_not_matter(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where the rules, in another order, decide otherwise."""
    return _same(form, history, policy, with_rules(policy, reversed(policy.rules)), points)


def duplicates_do_not_matter(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where the rules decide otherwise if each forbid is said twice and each permit three times."""
    permits = [rule for rule in policy.rules if rule.permit]
    return _same(form, history, policy, with_rules(policy, (*policy.rules, *policy.rules, *permits)), points)


def _same(form: Form, history: History, policy: Policy, other: Policy, points: Points) -> Iterator[Breach]:
    for request, situations in points:
        one, two = form(history, policy, request), form(history, other, request)
        yield from ((request, facts) for facts in situations if one(facts) != two(facts))


def equals_reference(form: Form, history: History, policy: Policy, points: Points) -> Iterator[Breach]:
    """Yield where a form decides otherwise, or for other clauses, than the reference."""
    answer = answers(history, policy)
    for request, situations in points:
        decider = form(history, policy, request)
        for facts, decision in zip(situations, answer(request, situations), strict=True):
            if decider(facts) != decision:
                yield request, facts


def answers(history: History, policy: Policy) -> Callable[[Request, Sequence[Facts]], list[Decision]]:
    """Ask the reference, once for all requests that it cannot tell apart and their (shared) situations."""
    known: dict[tuple[Alike, int], list[Decision]] = {}

    def answer(request: Request, situations: Sequence[Facts]) -> list[Decision]:
        key = alike(history, policy, request), id(situations)
        if key not in known:
            known[key] = [decide(history, policy, request, facts) for facts in situations]
        return known[key]

    return answer


Alike = tuple[int, int, tuple[int, ...]]
"""What the reference sees of a request: the uses that state it, its topic, the rules that speak of it."""


def alike(history: History, policy: Policy, request: Request) -> Alike:
    """Give what the reference sees of a request; it decides two that are alike the same."""
    topic = history.topics.get(request.topic or "", 0)
    speaking = (number for number, rule in enumerate(policy.rules) if selects(policy, rule, request))
    return word(history, policy, request), topic, tuple(speaking)


LAWS: tuple[Law, ...] = (
    default_deny,
    forbid_trumps_permit,
    refusing_never_allows,
    losing_never_allows,
    a_new_forbid_never_allows,
    order_does_not_matter,
    duplicates_do_not_matter,
    equals_reference,
)


def bits(mask: int) -> Iterator[int]:
    """Give each bit of a mask by itself."""
    while mask:
        yield mask & -mask
        mask &= mask - 1


def _less(rules: Iterable[Rule], struck: Rule) -> Iterator[Rule]:
    return (rule for rule in rules if rule is not struck)
