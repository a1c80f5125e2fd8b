"""Say which kinds of data are of the highest level: none of them leaves the store by one person's act."""

from collections.abc import Iterable

from avow.policy.document import Policy
from avow.terms import ChannelKind, FieldType


def highest(policy: Policy) -> frozenset[str]:
    """Give the categories that an application for a job alone collects, and those that hold a file."""
    hiring, others = set[str](), set[str]()
    for channel in policy.channels.values():
        (hiring if channel.kind is ChannelKind.APPLICATION else others).update(channel.collects)
    files = {one.id for one in policy.categories.values() if any(field.type is FieldType.FILE for field in one.fields)}
    return frozenset(hiring - others | files)


def highest_ever(policies: Iterable[Policy]) -> frozenset[str]:
    """Give the categories that are so in any of these versions: what was given under an older one stays so."""
    return frozenset().union(*(highest(policy) for policy in policies))
