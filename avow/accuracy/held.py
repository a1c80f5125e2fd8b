"""Show who signed in what the gate releases to them."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from avow.decision.request import Request
from avow.gate.clear import clear, clear_each
from avow.page.signed.address import place
from avow.page.site import policy
from avow.page.visitor.spoken import told
from avow.policy.document import Purpose
from avow.terms import MessageKind

_OWN = frozenset({MessageKind.IDENTITY, MessageKind.RIGHTS_CASE})
"""The kinds of purpose for which people see what is theirs: to prove an address, and to answer a case of their own."""


def title_of(category: str) -> str:
    """Give the title of a kind of data, or its id where the policy in force has none."""
    found = told().categories.get(category)
    return found.title if found else category


def fields_of(person: UUID, category: str) -> Mapping[str, str]:
    """Give a person's own newest fields of a category, for the purpose that proves addresses; none if it is denied."""
    found = place()
    if found is None:
        return {}
    cleared = clear(Request(found[0], frozenset({category})), [person])
    return next((clearance.use().get(category, {}) for clearance in cleared.allowed), {})


def own_purposes() -> Iterator[Purpose]:
    """Give the purposes for which people see what is theirs: first that of a case, which is about the most."""
    found = [purpose for purpose in policy().purposes.values() if purpose.kind in _OWN]
    yield from sorted(found, key=lambda purpose: purpose.kind is not MessageKind.RIGHTS_CASE)


def right_of(person: UUID, category: str) -> Mapping[UUID, Mapping[str, str]]:
    """Give the fields of each item of a category to whom they are about, by item; none if each purpose is denied."""
    for purpose in own_purposes():
        if category in purpose.categories:
            found = clear_each(Request(purpose.id, frozenset({category})), person)
            if found:
                return found
    return {}


def address_of(person: UUID) -> str:
    """Give a person's own address; "" where the gate releases none."""
    found = place()
    return fields_of(person, found[1]).get(found[2], "") if found else ""
