"""Say exactly what one version permits and another does not, over the whole domain of decision."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import NamedTuple

from avow.decision.domain import looks, requests, tellings
from avow.decision.facts import Facts
from avow.decision.plan import plan
from avow.decision.request import Request
from avow.errors import PolicyError
from avow.policy.document import Policy
from avow.policy.history import History
from avow.terms import ChannelKind, RecipientClass

LIMIT = 1 << 32
"""Points of a domain beyond which versions are not compared."""
BOTH = "both"
GAINED = "gained"
LOST = "lost"
NEITHER = "neither"
"""The classes of points: permitted under both versions, the new one alone, the old one alone, neither."""


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A purpose towards a recipient class, for what a channel collects of a category."""

    channel: ChannelKind
    category: str
    purpose: str
    recipient: RecipientClass


@dataclass(frozen=True, slots=True, order=True)
class Moved:
    """A request that both versions permit, whose conditions differ: at so many points more, and so many fewer."""

    purpose: str
    category: str
    recipient: RecipientClass
    topic: str
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Diff:
    """The uses that are new, those that are gone, how many stay, and every point of the domain by its class."""

    gained: tuple[Use, ...]
    lost: tuple[Use, ...]
    unchanged: int
    moved: tuple[Moved, ...]
    points: Mapping[str, int]


def diff(history: History, old: Policy, new: Policy) -> Diff:
    """Compare two versions of a history by enumeration.

    A use is gained where what is collected now may be used so and what was collected before may not: also where it
    is kept longer, goes with more data or is another company's. It is lost the other way round.
    Raises PolicyError as soon as the domain has more than LIMIT points.
    """
    points, moved = _counted(history, old, new)
    every = list(_uses(history, old, new))
    fresh = {use for use, may in every if may.new and not may.new_of_old}
    gone = {use for use, may in every if may.old and not may.old_of_new}
    stay = {use for use, may in every if may.old or may.new} - fresh - gone
    return Diff(tuple(sorted(fresh)), tuple(sorted(gone)), len(stay), moved, points)


def gained(history: History, old: Policy, new: Policy) -> tuple[Use, ...]:
    """Give the uses alone that are gained, in order."""
    return tuple(sorted(use for use, may in _uses(history, old, new) if may.new and not may.new_of_old))


class _May(NamedTuple):
    """The bits by which each version permits a use of what it collects, and of what the other collected."""

    old: int
    new: int
    new_of_old: int
    old_of_new: int


def _uses(history: History, old: Policy, new: Policy) -> Iterator[tuple[Use, _May]]:
    categories = dict.fromkeys(chain(old.categories, new.categories))
    purposes = dict.fromkeys(chain(old.purposes, new.purposes))
    said = {
        (channel, category): (told(history, old, channel, category), told(history, new, channel, category))
        for channel, category in product(ChannelKind, categories)
    }
    for purpose, category, recipient in product(purposes, categories, RecipientClass):
        before = permitting(history, old, purpose, category, recipient)
        after = permitting(history, new, purpose, category, recipient)
        if before | after:
            for channel in ChannelKind:
                was, now = said[channel, category]
                found = _May(before & was, after & now, after & was, before & now)
                yield Use(channel, category, purpose, recipient), found


def told(history: History, policy: Policy, channel: ChannelKind, category: str) -> int:
    """Give the mask of all that a channel says of a category: what it states, and what it asks a yes for."""
    found = policy.channels.get(channel)
    if found is None or category not in found.collects:
        return 0
    mask = 0
    for purpose in found.states:
        mask |= history.asked(policy, purpose, category)
    return mask


def permitting(history: History, policy: Policy, purpose: str, category: str, recipient: RecipientClass) -> int:
    """Give the mask of the meanings, any of which permits a use under a version, under its purpose's own topic."""
    found = policy.purposes.get(purpose)
    if found is None or category not in found.categories or recipient not in found.recipients:
        return 0
    return plan(history, policy, Request(purpose, frozenset({category}), recipient, found.topic or None)).use


def _counted(history: History, old: Policy, new: Policy) -> tuple[Mapping[str, int], tuple[Moved, ...]]:
    """Put each point into its class, and find the requests that both permit at points of their own.

    Each way of having been told is looked at; of the bits refused and on file, a permission leaves some free
    and fixes the others, so the points on which it stands are counted, not visited.
    """
    every: Counter[str] = Counter(dict.fromkeys((BOTH, GAINED, LOST, NEITHER), 0))
    moved = []
    for request in requests(old, new):
        seen = looks(history, request, old, new)
        found = _classes(history, request, old, new, seen)
        every.update(found)
        if sum(every.values()) > LIMIT:
            raise _too_large(new)
        if found[BOTH] and (found[GAINED] or found[LOST]):
            (category,) = request.categories
            topic = request.topic or ""
            moved.append(Moved(request.purpose, category, request.recipient, topic, found[GAINED], found[LOST]))
    return dict(every), tuple(sorted(moved))


def _classes(history: History, request: Request, old: Policy, new: Policy, seen: Facts) -> Counter[str]:
    """Count the points of a request in each class."""
    bits = seen.refused.bit_count() + seen.relations.bit_count()
    if not seen.stated:
        return Counter({NEITHER: 1 << bits})
    was, now = plan(history, old, request), plan(history, new, request)
    found: Counter[str] = Counter()
    for told in tellings(history, request, old, new):
        before, after = (told.stated | told.accepted) & was.use != 0, (told.stated | told.accepted) & now.use != 0
        both = _free(bits, was.forbid | now.forbid, was.needs | now.needs) if before and after else 0
        lost = _free(bits, was.forbid, was.needs) - both if before else 0
        fresh = _free(bits, now.forbid, now.needs) - both if after else 0
        found.update({BOTH: both, LOST: lost, GAINED: fresh, NEITHER: (1 << bits) - both - lost - fresh})
    return found


def _free(bits: int, forbid: int, needs: int) -> int:
    """Count the points at which no scope is refused that forbids, and every relation is there that is needed."""
    return 1 << bits - forbid.bit_count() - needs.bit_count()


def _too_large(new: Policy) -> PolicyError:
    return PolicyError(
        f"the two versions can differ at more than {LIMIT:,} points, too many to compare exactly",
        path=new.path,
        line=1,
        hint="name fewer conditions and relations in rules that cover everything, or fewer purposes and categories",
    )
