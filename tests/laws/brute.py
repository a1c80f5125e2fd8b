"""Find by the reference, point by point, what two versions permit and in what they differ."""

from collections import Counter
from collections.abc import Mapping

from avow.decision.decide import decide
from avow.decision.diff import BOTH, GAINED, LOST, NEITHER, Use, told
from avow.decision.domain import domain
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy
from avow.policy.history import History
from avow.terms import ChannelKind, RecipientClass, Relation

EVERY_RELATION = sum(relation.mask for relation in Relation)
_CLASSES = {(True, True): BOTH, (False, True): GAINED, (True, False): LOST, (False, False): NEITHER}


def points(history: History, old: Policy, new: Policy) -> Mapping[Request, Counter[str]]:
    """Count the points of each request by their class."""
    found: dict[Request, Counter[str]] = {}
    for request, facts in domain(history, old, new):
        may = decide(history, old, request, facts).allowed, decide(history, new, request, facts).allowed
        found.setdefault(request, Counter())[_CLASSES[may]] += 1
    return found


def classes(found: Mapping[Request, Counter[str]]) -> Mapping[str, int]:
    """Count all points by their class; each class is named."""
    return dict.fromkeys(_CLASSES.values(), 0) | dict(sum(found.values(), Counter[str]()))


def uses(history: History, old: Policy, new: Policy) -> tuple[set[Use], set[Use], int]:
    """Give the uses that are gained, those that are lost, and how many stay."""
    every = [
        Use(channel, category, purpose, recipient)
        for channel in ChannelKind
        for category in old.categories.keys() | new.categories.keys()
        for purpose in old.purposes.keys() | new.purposes.keys()
        for recipient in RecipientClass
    ]
    seen = [use for use in every if _may(history, old, use, old) or _may(history, new, use, new)]
    gained = {use for use in seen if _may(history, new, use, new) and not _may(history, new, use, old)}
    lost = {use for use in seen if _may(history, old, use, old) and not _may(history, old, use, new)}
    return gained, lost, len(set(seen) - gained - lost)


def _may(history: History, by: Policy, use: Use, collected: Policy) -> bool:
    """Decide by one version on what the other collected, where nothing is refused and every relation is on file."""
    purpose = by.purposes.get(use.purpose)
    topic = purpose.topic or None if purpose else None
    request = Request(use.purpose, frozenset({use.category}), use.recipient, topic)
    facts = Facts(accepted=told(history, collected, use.channel, use.category), relations=EVERY_RELATION)
    return decide(history, by, request, facts).allowed
