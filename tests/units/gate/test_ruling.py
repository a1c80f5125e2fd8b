"""Test the verdict about one person of whom little or nothing is known."""

from avow.decision.decision import Outcome
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.gate.facts import Held, Lists
from avow.gate.ruling import ruling, verdict
from avow.policy.history import History
from avow.record.key import new_key
from avow.terms import Relation

NO_LIST = Lists(None, (), joined_only=False)
EVERY = sum(relation.mask for relation in Relation)


def _first(published: History) -> Request:
    """Ask for the use that has the first bit."""
    told = next(one for one, bit in published.bits.items() if bit == 0)
    policy = published.policies[-1]
    return Request(told.purpose, policy.purposes[told.purpose].categories, told.recipient)


def test_nobody_is_denied_with_the_number_of_nobody(published: History) -> None:
    """Who is not there never chose: the number is 0, nothing is released, and the reason is that nothing was stated."""
    ruled = ruling(_first(published))
    found = verdict(ruled, NO_LIST, [])
    assert (found.decision.outcome, found.choice_no, found.released) == (Outcome.DENY, 0, {})
    assert found.decision.because == ruled.plan.decide(Facts()).because


def test_who_has_nothing_of_what_is_asked_is_denied_as_if_nothing_was_stated(published: History) -> None:
    """Whatever was stated of other things counts for none of those that are asked for."""
    ruled, person = ruling(_first(published)), new_key()
    for stated, accepted in ((1, 0), (0, 1), (1, 1)):
        facts = Facts(stated, accepted, 0, EVERY)
        held = Held(person, None, "", None, None, facts, 7, left=False)
        found = verdict(ruled, NO_LIST, [held])
        assert (found.decision.outcome, found.choice_no, found.released) == (Outcome.DENY, 7, {})
        assert found.decision.because == ruled.plan.decide(Facts(relations=EVERY)).because
