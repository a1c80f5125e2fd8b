"""Number what the versions of a policy mean: one bit a stated meaning, never reused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from avow.errors import PolicyError
from avow.policy.document import Policy, Purpose
from avow.terms import MASK_BITS, TOPICS, ChannelKind, Default, RecipientClass, Scope


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one bit says: this purpose, towards this recipient, by this company, over these categories, kept so long.

    `retention` is in days, the longest of the categories'; None is until asked. `longer` is for how many days that is
    kept which somebody says yes for; 0 is as long as all else.
    """

    purpose: str
    recipient: RecipientClass
    controller: str
    categories: frozenset[str]
    retention: int | None
    longer: int = 0

    def covers(self, other: "Meaning") -> bool:
        """Say whether whoever was told this was told the other: same use, as much data, kept as long."""
        kept = self.retention is None or (other.retention is not None and other.retention <= self.retention)
        same = (self.purpose, self.recipient, self.controller) == (other.purpose, other.recipient, other.controller)
        return same and other.categories <= self.categories and kept and other.longer <= self.longer


def meaning(policy: Policy, purpose: Purpose, recipient: RecipientClass) -> Meaning:
    """Give the meaning that a version states for a purpose towards a recipient class."""
    periods = [policy.categories[name].retention for name in purpose.categories]
    retention = None if None in periods or not periods else max(period for period in periods if period is not None)
    return Meaning(purpose.id, recipient, policy.front.company, purpose.categories, retention, purpose.retention or 0)


def meanings(policy: Policy) -> Iterable[Meaning]:
    """Give every meaning of a version, in the order of the file and of the recipient classes."""
    for purpose in policy.purposes.values():
        for recipient in RecipientClass:
            if recipient in purpose.recipients:
                yield meaning(policy, purpose, recipient)


@dataclass(frozen=True, slots=True)
class History:
    """The versions of one policy, oldest first, with the bits of their meanings and topics."""

    policies: tuple[Policy, ...]
    bits: Mapping[Meaning, int]
    topics: Mapping[str, int]

    def in_force(self, at: datetime) -> Policy:
        """Give the version in force at an instant (UTC); raise PolicyError before the first."""
        known = [policy for policy in self.policies if policy.front.effective <= at]
        if not known:
            raise PolicyError(
                "no version of the policy is in force yet", hint="give one an effective instant in the past"
            )
        return known[-1]

    def version(self, name: str) -> Policy:
        """Find a version by its name; raise PolicyError if there is none."""
        for policy in self.policies:
            if policy.front.version == name:
                return policy
        raise PolicyError(
            f"there is no version {name!r}", hint=f"known: {', '.join(p.front.version for p in self.policies)}"
        )

    def stated(self, policy: Policy, channel: ChannelKind, category: str, among: tuple[str, ...] | None = None) -> int:
        """Give the mask of the uses that a channel states, by its own words, for items of a category.

        Purposes that wait for a yes are not in it; nor are those that are not `among` some, where these are given.
        """
        told = policy.channels[channel].states
        states = (policy.purposes[name] for name in told if among is None or name in among)
        return self._mask(policy, (p for p in states if category in p.categories and p.default is not Default.ON_YES))

    def asked(self, policy: Policy, purpose: str, category: str) -> int:
        """Give the mask that a person's own yes to a purpose accepts for items of a category."""
        found = policy.purposes[purpose]
        return self._mask(policy, [found] if category in found.categories else [])

    def _mask(self, policy: Policy, purposes: Iterable[Purpose]) -> int:
        mask = 0
        for purpose in purposes:
            for recipient in purpose.recipients:
                mask |= 1 << self.bits[meaning(policy, purpose, recipient)]
        return mask

    def use_word(self, policy: Policy, purpose: str, recipient: RecipientClass, categories: frozenset[str]) -> int:
        """Give the mask of every meaning that covers a use of categories under a version; 0 is stated nowhere."""
        found = policy.purposes.get(purpose)
        if found is None or recipient not in found.recipients or not categories <= found.categories:
            return 0
        now = meaning(policy, found, recipient)
        asked = Meaning(purpose, recipient, now.controller, categories, now.retention, now.longer)
        return sum(1 << bit for told, bit in self.bits.items() if told.covers(asked))

    def topic_mask(self, topic: str | None) -> int:
        """Give the mask of a topic's bit; 0 for none."""
        return 1 << self.topics[topic] if topic else 0


def number(policies: Iterable[Policy]) -> History:
    """Read the versions in order of effect and mint a bit for each meaning and topic not minted before.

    Raises PolicyError when a mask of 256 bits has no room left.
    """
    ordered = tuple(sorted(policies, key=lambda policy: policy.front.effective))
    bits: dict[Meaning, int] = {}
    topics: dict[str, int] = {}
    for policy in ordered:
        for told in meanings(policy):
            bits.setdefault(told, len(bits))
        for topic in policy.topics:
            topics.setdefault(topic, TOPICS + len(topics))
    if len(bits) > MASK_BITS or len(topics) > MASK_BITS - TOPICS:
        raise PolicyError(
            "the versions state more than 256 meanings or 192 topics", hint="state fewer purposes or fewer recipients"
        )
    return History(ordered, bits, topics)


def scope_named(name: str) -> Scope:
    """Find a fixed scope by its name in lower case; raise KeyError if there is none."""
    return Scope[name.upper()]
