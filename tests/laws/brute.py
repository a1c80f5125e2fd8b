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
    gained, lost, stay = set[Use](), set[Use](), 0
    said = _Said(history)
    for channel in ChannelKind:
        for category in old.categories.keys() | new.categories.keys():
            was, now = (told(history, policy, channel, category) for policy in (old, new))
            for purpose in old.purposes.keys() | new.purposes.keys():
                for recipient in RecipientClass:
                    use = Use(channel, category, purpose, recipient)
                    before, after = said.may(old, use, was), said.may(new, use, now)
                    fresh, gone = after and not said.may(new, use, was), before and not said.may(old, use, now)
                    if fresh:
                        gained.add(use)
                    if gone:
                        lost.add(use)
                    stay += (before or after) and not fresh and not gone
    return gained, lost, stay


class _Said:
    """What the reference says of each use by what was told of it: asked once, for many channels tell the same."""

    def __init__(self, history: History) -> None:
        self._history, self._known = history, dict[tuple[str, str, str, RecipientClass, int], bool]()

    def may(self, by: Policy, use: Use, accepted: int) -> bool:
        """Decide by one version on what was told, where nothing is refused and every relation is on file."""
        key = by.front.version, use.category, use.purpose, use.recipient, accepted
        if key not in self._known:
            purpose = by.purposes.get(use.purpose)
            topic = purpose.topic or None if purpose else None
            request = Request(use.purpose, frozenset({use.category}), use.recipient, topic)
            facts = Facts(accepted=accepted, relations=EVERY_RELATION)
            self._known[key] = decide(self._history, by, request, facts).allowed
        return self._known[key]
