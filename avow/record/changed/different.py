"""Name a different use as a choice names it: the purpose, the version that asks for it, towards whom."""

from dataclasses import dataclass
from typing import Final

from avow.policy.document import Policy, Purpose
from avow.policy.history import History, meaning
from avow.record.mask import bits_of
from avow.terms import RecipientClass

_AT: Final = "@"
"""Stands in no purpose's id, so that no purpose is taken for a question."""


@dataclass(frozen=True, slots=True, order=True)
class Different:
    """A use that a version gains: one meaning, hence one bit."""

    purpose: str
    version: str
    recipient: RecipientClass

    @property
    def name(self) -> str:
        """Give the id by which a choice names it, such as `partners@2027-03-01:outside`."""
        return f"{self.purpose}{_AT}{self.version}:{self.recipient.value}"

    def known(self, history: History) -> bool:
        """Say whether there is its version, and whether that states it."""
        policy = next((one for one in history.policies if one.front.version == self.version), None)
        purpose = policy.purposes.get(self.purpose) if policy else None
        return purpose is not None and self.recipient in purpose.recipients

    def of(self, history: History) -> tuple[Policy, Purpose]:
        """Give its version and purpose, where it is known."""
        policy = history.version(self.version)
        return policy, policy.purposes[self.purpose]

    def mask(self, history: History) -> int:
        """Give its bit as a mask; 0 where it is not known."""
        return 1 << history.bits[meaning(*self.of(history), self.recipient)] if self.known(history) else 0


def different(name: str) -> Different | None:
    """Read the id of a choice; None if it names a purpose, or nothing that anybody could be asked."""
    purpose, at, rest = name.partition(_AT)
    version, _, recipient = rest.rpartition(":")
    if not at or recipient not in set(RecipientClass):
        return None
    return Different(purpose, version, RecipientClass(recipient))


def asked(history: History, version: str, uses: int) -> tuple[Different, ...]:
    """Give the uses of a version that a mask names, in the order of its file."""
    policy = history.version(version)
    found = [
        Different(purpose.id, version, recipient)
        for purpose in policy.purposes.values()
        for recipient in RecipientClass
        if recipient in purpose.recipients
    ]
    bits = set(bits_of(uses))
    return tuple(one for one in found if history.bits[meaning(*one.of(history), one.recipient)] in bits)
