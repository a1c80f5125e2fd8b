"""Spoil the rule of decision in every way that a law must notice."""

from collections.abc import Iterator

from avow.decision.decide import selects
from avow.decision.decision import Decision, Outcome
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy
from avow.policy.history import History
from tests.laws.small import with_rules
from tests.laws.theorems import Decider, Form, compiled


def deaf_to(number: int) -> Form:
    """Give the form that overlooks one rule of the policy, by its place in the file."""

    def form(history: History, policy: Policy, request: Request) -> Decider:
        rules = policy.rules
        return compiled(history, with_rules(policy, (*rules[:number], *rules[number + 1 :])), request)

    return form


def forbids(policy: Policy) -> Iterator[int]:
    """Give the places of the forbids of a policy."""
    return (number for number, rule in enumerate(policy.rules) if not rule.permit)


def default_allow(history: History, policy: Policy, request: Request) -> Decider:
    """Allow what nothing forbids."""
    decider = compiled(history, policy, request)
    return lambda facts: _allow(decider(facts), when=not decider(facts).because)


def permit_trumps_forbid(history: History, policy: Policy, request: Request) -> Decider:
    """Allow what is permitted, whatever forbids it."""
    return compiled(history, with_rules(policy, [rule for rule in policy.rules if rule.permit]), request)


def first_rule_wins(history: History, policy: Policy, request: Request) -> Decider:
    """Let the first rule that says something decide, as ordered policy languages do."""
    singles = [compiled(history, with_rules(policy, [rule]), request) for rule in policy.rules]

    def decider(facts: Facts) -> Decision:
        return next((found for single in singles if (found := single(facts)).because), _deny())

    return decider


def majority(history: History, policy: Policy, request: Request) -> Decider:
    """Count the rules for and against, so that what is said twice weighs more."""
    whole = compiled(history, policy, request)
    rules = [rule for rule in policy.rules if selects(policy, rule, request)]
    singles = [compiled(history, with_rules(policy, [rule]), request) for rule in rules]

    def decider(facts: Facts) -> Decision:
        found = [single(facts) for single in singles]
        yes, no = sum(d.allowed for d in found), sum(bool(d.because) and not d.allowed for d in found)
        return _allow(whole(facts), when=yes > no)

    return decider


def two_noes_make_a_yes(history: History, policy: Policy, request: Request) -> Decider:
    """Toggle with every refusal instead of keeping the first."""
    decider = compiled(history, policy, request)

    def toggled(facts: Facts) -> Decision:
        even = facts.refused.bit_count() % 2 == 0
        return decider(Facts(facts.stated, facts.accepted, 0, facts.relations)) if even else decider(facts)

    return toggled


def second_forbid_excuses(history: History, policy: Policy, request: Request) -> Decider:
    """Take a second forbid for an exception to the first."""
    decider, permitting = compiled(history, policy, request), permit_trumps_forbid(history, policy, request)

    def excused(facts: Facts) -> Decision:
        found = decider(facts)
        return permitting(facts) if not found.allowed and len(found.because) > 1 else found

    return excused


def strangers_first(history: History, policy: Policy, request: Request) -> Decider:
    """Take a relation on file for a reason to deny."""
    decider = compiled(history, policy, request)
    return lambda facts: decider(Facts(facts.stated, facts.accepted, facts.refused, ~facts.relations & 0xFFFF))


def nameless(history: History, policy: Policy, request: Request) -> Decider:
    """Decide rightly and hide why."""
    decider = compiled(history, policy, request)
    return lambda facts: Decision(decider(facts).outcome, frozenset())


def _deny() -> Decision:
    return Decision(Outcome.DENY, frozenset())


def _allow(found: Decision, *, when: bool) -> Decision:
    return Decision(Outcome.ALLOW, found.because) if when else found
