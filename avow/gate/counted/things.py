"""Say by what people are counted: what they chose from a closed list, their country, the way they came by."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from avow.policy.document import FormField, Policy, Purpose
from avow.terms import FieldType

NOT_SAID: Final = "another, or not said"
_COUNTRIES: Final = Path(__file__).with_name("countries.txt")
_PRODUCT: Final = "product"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that people are counted by: a field of a category, its title, and what is told for what is written."""

    category: str
    field: str
    title: str
    known: tuple[tuple[str, str], ...]


def things(policy: Policy, purpose: Purpose) -> list[Thing]:
    """Give the fields of closed lists that a purpose is over, in the order of the policy; no free words are counted."""
    return [
        Thing(category.id, field.id, field.label, tuple(_known(field)))
        for category in policy.categories.values()
        if category.id in purpose.categories
        for field in category.fields
        if field.type in {FieldType.COUNTRY, FieldType.CHOICE}
    ]


def wanted(policy: Policy, purpose: Purpose) -> str | None:
    """Give the category in which people name the product that they want, if the purpose is over it."""
    found = (
        one.id
        for one in policy.categories.values()
        if one.id in purpose.categories and any(field.id == _PRODUCT for field in one.fields)
    )
    return next(found, None)


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Give what people write of each country, in small letters, and its name."""
    lines = (line.split("; ") for line in _COUNTRIES.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return tuple((written.lower(), line[0]) for line in lines for written in line)


def _known(field: FormField) -> Iterator[tuple[str, str]]:
    if field.type is FieldType.COUNTRY:
        yield from countries()
    yield from ((option.lower(), option) for option in field.options)
