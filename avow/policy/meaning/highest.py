"""Say which kinds of data are of the highest level: none of them leaves the store by one person's act."""

from avow.policy.document import Policy
from avow.terms import ChannelKind, FieldType


def highest(policy: Policy) -> frozenset[str]:
    """Give the categories that an application for a job alone collects, and those that hold a file."""
    hiring, others = set[str](), set[str]()
    for channel in policy.channels.values():
        (hiring if channel.kind is ChannelKind.APPLICATION else others).update(channel.collects)
    files = {one.id for one in policy.categories.values() if any(field.type is FieldType.FILE for field in one.fields)}
    return frozenset(hiring - others | files)
