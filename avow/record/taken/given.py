"""Check what was handed in against what the channel declares, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from avow.errors import CollectionError
from avow.policy.document import Category, FormField
from avow.policy.proof.keeps import keeps
from avow.record.known.address import Address, parse
from avow.record.shown.stamp import Stamp
from avow.terms import FieldType, Promise

LONGEST: Final = 1_000
"""Characters of a short field."""
LONGEST_TEXT: Final = 50_000
"""Characters of a long text."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was handed in for one category: field id to value."""

    category: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What will be kept for one category, and whether it carries the address."""

    category: str
    fields: Mapping[str, str]
    carries: bool


@keeps(Promise.CHANNELS_ONLY, Promise.REGISTRATION)
def check(stamp: Stamp, given: Sequence[Given], address: Address | None) -> tuple[Checked, ...]:
    """Give what will be kept: declared fields with a value, the address in its one form.

    Raises CollectionError for a category or field that the channel does not declare, a required one that is
    missing, or a value that its field does not take.
    """
    return tuple(_checked(stamp, one, address) for one in given)


def check_fields(category: Category, fields: Mapping[str, str]) -> dict[str, str]:
    """Give the fields that have a value, checked against their category; raise CollectionError as `check` does."""
    declared = {field.id: field for field in category.fields}
    for name in fields:
        if name not in declared:
            raise CollectionError(
                f"{category.id} declares no field {name!r}", "declare it in the policy, or leave it out"
            )
    kept = {name: _value(declared[name], value) for name, value in fields.items() if value}
    for field in category.fields:
        if field.required and field.id not in kept:
            raise CollectionError(f"{field.label} is missing", "fill it in")
    return kept


def address_field(category: Category) -> str | None:
    """Give the id of the field that holds an address, or None."""
    return next((field.id for field in category.fields if field.type is FieldType.ADDRESS), None)


def _checked(stamp: Stamp, given: Given, address: Address | None) -> Checked:
    category = stamp.policy.categories.get(given.category)
    if category is None or given.category not in stamp.stated:
        raise CollectionError(
            f"{stamp.shown.channel.value} collects no {given.category!r}", "declare it in the policy, or leave it out"
        )
    fields = check_fields(category, given.fields)
    field = address_field(category)
    if field is None or field not in fields:
        return Checked(given.category, fields, carries=False)
    found = address if address and fields[field] in {address.display, address.exact} else parse(fields[field])
    if address is None or found.exact != address.exact:
        raise CollectionError("the address in the fields is not the one that was read", "hand in one address")
    return Checked(given.category, {**fields, field: found.display}, carries=True)


def _value(field: FormField, value: object) -> str:
    """Give a value that its field takes."""
    if not isinstance(value, str):
        raise CollectionError(f"{field.label} is no text", "hand in text")
    longest = LONGEST_TEXT if field.type is FieldType.LONG_TEXT else LONGEST
    if len(value) > longest:
        raise CollectionError(f"{field.label} is longer than {longest} characters", "write less")
    if not value.isprintable() and not _writable(value, field.type):
        raise CollectionError(f"{field.label} holds a character that is no text", "type it again")
    if field.type is FieldType.CHOICE and value not in field.options:
        raise CollectionError(f"{field.label} has no such answer", f"choose one of {', '.join(field.options)}")
    return value


def _writable(value: str, kind: FieldType) -> bool:
    """Say whether all of a text can be stored, and shown on one line where the field has one."""
    return not any("\ud800" <= sign <= "\udfff" or sign in _refused_signs(kind) for sign in value)


@cache
def _refused_signs(kind: FieldType) -> frozenset[str]:
    allowed = "\n\r\t" if kind is FieldType.LONG_TEXT else ""
    return frozenset(chr(code) for code in (*range(32), *range(127, 160))) - frozenset(allowed)
