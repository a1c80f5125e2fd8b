"""Find in the policy where the forum's data goes: which field is the name, which the words, which nobody else sees."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from avow.page.failure import Failure
from avow.policy.document import Policy
from avow.terms import ChannelKind, FieldType, RecipientClass

Place = tuple[str, str]
"""A category and a field of it."""


@dataclass(frozen=True, slots=True)
class Places:
    """The category and field of the address, the name to show, a post's subject and words, a report's words."""

    address: Place
    name: Place
    subject: Place
    words: Place
    report: Place


def places(policy: Policy) -> Places:
    """Find them by what anybody may read and by their types; raise a Failure (404) where the policy has no forum."""
    shown = {
        category
        for purpose in policy.purposes.values()
        if RecipientClass.PUBLIC in purpose.recipients
        for category in purpose.categories
    }
    collected = policy.channels[ChannelKind.FORUM].collects if ChannelKind.FORUM in policy.channels else ()
    open_, closed = [one for one in collected if one in shown], [one for one in collected if one not in shown]
    found = (
        next(_of(policy, closed, FieldType.ADDRESS), None),
        next(_of(policy, open_, FieldType.NAME), None),
        next(_of(policy, open_, FieldType.TEXT), None),
        next(_of(policy, open_, FieldType.LONG_TEXT), None),
        next(_of(policy, closed, FieldType.LONG_TEXT), None),
    )
    address, name, subject, words, report = found
    if not (address and name and subject and words and report):
        raise Failure(HTTPStatus.NOT_FOUND, "The policy names no forum.")
    return Places(address, name, subject, words, report)


def _of(policy: Policy, categories: list[str], kind: FieldType) -> Iterator[Place]:
    for category in categories:
        for field in policy.categories[category].fields:
            if field.type is kind:
                yield category, field.id
