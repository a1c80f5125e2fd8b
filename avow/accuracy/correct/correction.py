"""Show the values of one item to be put right, read them back, and put them in the place of the old ones."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import UUID

from avow.errors import CollectionError, RecordError, TokenError
from avow.page.failure import Failure
from avow.page.field import Field, declared
from avow.page.site import policy
from avow.policy.document import Category
from avow.policy.proof.keeps import keeps
from avow.record.own.opened import kept_of
from avow.record.taken.store import amend
from avow.record.token import seal, unseal
from avow.terms import FieldType, Promise

_ACT = "correction"


@dataclass(frozen=True, slots=True)
class Correction:
    """One item that is to be put right: whose, its fields as they stand or as they were typed, the state it was in."""

    person: UUID
    item: UUID
    title: str
    fields: tuple[Field, ...]
    seen: str

    @property
    def wrong(self) -> tuple[Field, ...]:
        """Give the fields that cannot be taken as they were typed."""
        return tuple(field for field in self.fields if field.wrong)


def correctable(category: str) -> bool:
    """Say whether items of a category are put right here: it is declared, and holds no address, which needs codes."""
    found = policy().categories.get(category)
    return found is not None and all(field.type is not FieldType.ADDRESS for field in found.fields)


def correction(person: UUID, item: UUID, values: Mapping[str, str]) -> Correction:
    """Lay out an item whose values the gate released; raise a Failure (404) where it is not put right here."""
    found = next(iter(kept_of(person, item)), None)
    if found is None or not correctable(found.category):
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here that could be put right.", "Write to us instead.")
    category = policy().categories[found.category]
    fields = tuple(replace(_field(category, name), value=values.get(name, "")) for name in _names(category))
    return Correction(person, item, category.title, fields, seal(_ACT, person.hex, item.hex, str(found.entry)))


def typed(shown: Correction, given: Mapping[str, str]) -> Correction:
    """Give the correction as it was typed, with what is wrong with it."""
    return replace(shown, fields=tuple(field.filled(str(given.get(field.name, ""))) for field in shown.fields))


@keeps(Promise.CORRECTION)
def correct(asked: Correction, seen: str) -> None:
    """Put the values in the place of the old ones, which are gone for good, also when a backup is restored.

    `seen` is what the page carried: raises a Failure (409) where the item changed since, so that of two corrections at
    once none is lost unseen, or was forgotten; (400) for values that the policy does not declare.
    """
    values = {field.name.partition(".")[2]: field.value for field in asked.fields if field.value}
    try:
        amend(asked.person, asked.item, values, _entry(asked, seen))
    except (RecordError, TokenError) as error:
        raise Failure(HTTPStatus.CONFLICT, "It was changed meanwhile: nothing was put right.", "Look again.") from error
    except CollectionError as error:
        raise Failure(HTTPStatus.BAD_REQUEST, str(error), "Go back, and mend it.") from error


def _entry(asked: Correction, seen: str) -> int:
    """Give the entry that covered the item when it was shown; -1 if the page was of another item."""
    person, item, entry = unseal(_ACT, seen)
    return int(entry) if (person, item) == (asked.person.hex, asked.item.hex) else -1


def _names(category: Category) -> list[str]:
    return [field.id for field in category.fields]


def _field(category: Category, name: str) -> Field:
    return declared(category.id, next(field for field in category.fields if field.id == name))
