"""Give who signed in their own address, as the gate releases it for the purpose that proves addresses."""

from collections.abc import Mapping
from uuid import UUID

from avow.decision.request import Request
from avow.gate.clear import clear_each
from avow.page.site import policy
from avow.record.known.address import Address, parse
from avow.terms import FieldType, MessageKind


def place() -> tuple[str, str, str] | None:
    """Give the purpose that proves addresses, and the category and field that hold one."""
    for purpose in policy().purposes.values():
        for category in sorted(purpose.categories) if purpose.kind is MessageKind.IDENTITY else ():
            for field in policy().categories[category].fields:
                if field.type is FieldType.ADDRESS:
                    return purpose.id, category, field.id
    return None


def each_of(person: UUID, category: str) -> Mapping[UUID, Mapping[str, str]]:
    """Give the fields of each item of a category that a person gave, by item; none if it is denied.

    This is what signing in alone opens, whatever case is open.
    """
    found = place()
    return clear_each(Request(found[0], frozenset({category})), person) if found else {}


def written(person: UUID, exact: bytes) -> Address | None:
    """Give the address of a person, by its exact key, as it was written; None where the gate releases none such."""
    found = place()
    items = each_of(person, found[1]).values() if found else ()
    addresses = (parse(fields[found[2]]) for fields in items if found and found[2] in fields)
    return next((address for address in addresses if address.exact_id == exact), None)
