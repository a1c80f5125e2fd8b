"""Enumerate the whole domain of decision: every request, and every combination of facts that a rule can tell apart."""

from collections.abc import Iterator
from itertools import chain, product

from avow.decision.decide import bars, needs, selects, word
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy
from avow.policy.history import History
from avow.terms import RecipientClass


def domain(history: History, *policies: Policy) -> Iterator[tuple[Request, Facts]]:
    """Give every point at which versions can differ: each request with each of its situations."""
    for request in requests(*policies):
        for facts in situations(history, request, *policies):
            yield request, facts


def size(history: History, *policies: Policy) -> int:
    """Count the points of a domain without making them."""
    return sum(_count(history, request, *policies) for request in requests(*policies))


def requests(*policies: Policy) -> Iterator[Request]:
    """Give every purpose towards every recipient class over every category, under no topic and under each."""
    purposes = dict.fromkeys(chain.from_iterable(policy.purposes for policy in policies))
    categories = dict.fromkeys(chain.from_iterable(policy.categories for policy in policies))
    topics = dict.fromkeys(chain.from_iterable(policy.topics for policy in policies))
    for purpose, recipient, category, topic in product(purposes, RecipientClass, categories, [None, *topics]):
        yield Request(purpose, frozenset({category}), recipient, topic)


def situations(history: History, request: Request, *policies: Policy) -> Iterator[Facts]:
    """Give each combination of the facts that some rule of some version looks at for a request.

    Of the bits that state the request, those of the same versions are alike: one stands for all.
    """
    seen = looks(history, request, *policies)
    for told in tellings(history, request, *policies):
        for refused in _subsets(seen.refused):
            for relations in _subsets(seen.relations):
                yield Facts(told.stated, told.accepted, refused, relations)


def tellings(history: History, request: Request, *policies: Policy) -> Iterator[Facts]:
    """Give each way in which somebody can have been told of a request: not, by what was stated, by a yes."""
    uses = [(Facts(), Facts(stated=bit), Facts(accepted=bit)) for bit in _uses(history, request, *policies)]
    for told in product(*uses):
        yield Facts(sum(fact.stated for fact in told), sum(fact.accepted for fact in told))


def looks(history: History, request: Request, *policies: Policy) -> Facts:
    """Give the bits that some rule of some version looks at for a request; no other bit matters to it."""
    uses, refused, relations = 0, 0, 0
    for policy in policies:
        uses |= word(history, policy, request)
        for rule in policy.rules:
            if not rule.permit and selects(policy, rule, request):
                refused |= bars(history, rule, request)
                relations |= needs(rule)
    return Facts(uses, uses, refused, relations)


def _uses(history: History, request: Request, *policies: Policy) -> list[int]:
    """Give one bit for each class of bits that the same versions take for this request."""
    words = [word(history, policy, request) for policy in policies]
    alike = {tuple(bool(1 << bit & mask) for mask in words): 1 << bit for bit in history.bits.values()}
    return [bit for classes, bit in alike.items() if any(classes)]


def _count(history: History, request: Request, *policies: Policy) -> int:
    seen = looks(history, request, *policies)
    told: int = 3 ** len(_uses(history, request, *policies))
    return told << (seen.refused.bit_count() + seen.relations.bit_count())


def _subsets(mask: int) -> Iterator[int]:
    """Give every subset of the bits of a mask, the empty one last."""
    subset = mask
    while subset:
        yield subset
        subset = (subset - 1) & mask
    yield 0
