"""Number what the versions mean, in the order of their effect: one bit a stated meaning, never reused."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from avow_audit.law.policy import Policy, Purpose
from avow_audit.law.words import DUTIES, TOPICS

_MOMENTS = 5_000_000
"""Microseconds that an act may take from the version that it reads to the instant that it writes."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What people are told by one bit: this purpose, towards this class, by this company, over this data, so long."""

    purpose: str
    recipient: str
    controller: str
    categories: frozenset[str]
    retention: int | None
    longer: int = 0

    def covers(self, other: "Meaning") -> bool:
        """Say whether whoever was told this was told the other too."""
        return (
            (self.purpose, self.recipient, self.controller) == (other.purpose, other.recipient, other.controller)
            and other.categories <= self.categories
            and (self.retention is None or (other.retention is not None and other.retention <= self.retention))
            and other.longer <= self.longer
        )

    @property
    def id(self) -> str:
        """Give the name under which its bit is stored: the digest of its words."""
        words = {
            "purpose": self.purpose,
            "recipient": self.recipient,
            "controller": self.controller,
            "categories": sorted(self.categories),
            "retention": self.retention,
            **({"longer": self.longer} if self.longer else {}),
        }
        return f"use:{sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()}"


def meaning(policy: Policy, purpose: Purpose, recipient: str) -> Meaning:
    """Give what a version tells of a purpose towards a class of recipients."""
    periods = [policy.kept[category] for category in purpose.categories]
    days = [period for period in periods if period is not None]
    retention = max(days) if days and len(days) == len(periods) else None
    return Meaning(purpose.id, recipient, str(policy.front["company"]), purpose.categories, retention, purpose.longer)


class History:
    """The versions in the order of their effect, and the bits of their meanings and topics."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        """Take the versions, and mint a bit for each meaning and topic that is new with one."""
        self.policies = sorted(policies, key=lambda one: one.effective)
        self.bits: dict[Meaning, int] = {}
        self.topics: dict[str, int] = {}
        for one in self.policies:
            for purpose in one.purposes.values():
                for recipient in purpose.recipients:
                    self.bits.setdefault(meaning(one, purpose, recipient), len(self.bits))
            for topic in one.topics:
                self.topics.setdefault(topic, TOPICS + len(self.topics))

    @cached_property
    def named(self) -> dict[str, Policy]:
        """Give each version by its name."""
        return {one.version: one for one in self.policies}

    def in_force(self, at: int) -> Policy | None:
        """Give the version in force at an instant."""
        return next((one for one in reversed(self.policies) if one.effective <= at), None)

    def around(self, at: int) -> list[Policy]:
        """Give the version in force at an instant, and that of moments before, by which an act may have begun."""
        found = (self.in_force(one) for one in (at - _MOMENTS, at))
        return [one for one in found if one is not None]

    def told(self, policy: Policy, purposes: Iterable[str], category: str) -> int:
        """Give the mask of what is stated for a category by naming these purposes, but for those that need a yes."""
        found = (policy.purposes[name] for name in purposes)
        return self._mask(policy, (one for one in found if one.default != "on-yes"), category)

    def asked(self, policy: Policy, purpose: str, category: str) -> int:
        """Give the mask that a yes to a purpose accepts for a category."""
        return self._mask(policy, [policy.purposes[purpose]] if purpose in policy.purposes else [], category)

    def duties(self, policy: Policy) -> list[str]:
        """Give the purposes that may be stated for people of whom nobody knows what they were told."""
        return [purpose.id for purpose in policy.purposes.values() if purpose.kind in DUTIES]

    def duty(self, policy: Policy, category: str) -> int:
        """Give the mask of the duties for a category."""
        return self._mask(policy, (policy.purposes[name] for name in self.duties(policy)), category)

    def word(self, policy: Policy, purpose: Purpose, recipient: str, categories: frozenset[str]) -> int:
        """Give the mask of every meaning that states a use of these categories."""
        now = meaning(policy, purpose, recipient)
        wanted = Meaning(purpose.id, recipient, now.controller, categories, now.retention, now.longer)
        return sum(1 << bit for told, bit in self.bits.items() if told.covers(wanted))

    def _mask(self, policy: Policy, purposes: Iterable[Purpose], category: str) -> int:
        mask = 0
        for purpose in purposes:
            if category in purpose.categories:
                for recipient in purpose.recipients:
                    mask |= 1 << self.bits[meaning(policy, purpose, recipient)]
        return mask
