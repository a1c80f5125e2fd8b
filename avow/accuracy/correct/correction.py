"""Show the values of one item to be put right, read them back, and put them in the place of the old ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import UUID

from avow.accuracy.held import right_of
from avow.errors import CollectionError, RecordError, TokenError
from avow.page.failure import Failure
from avow.page.field import Field, declared
from avow.page.site import policy
from avow.page.visitor.spoken import told
from avow.policy.document import Category
from avow.policy.proof.keeps import keeps
from avow.record.own.opened import Kept, kept_of
from avow.record.pinned.aside import asides
from avow.record.pinned.pin import NO_PINS, Pins, lasting, pinned
from avow.record.taken.store import amend
from avow.record.taken.whole import whole
from avow.record.token import seal, unseal
from avow.terms import FieldType, Promise

_ACT = "correction"


@dataclass(frozen=True, slots=True)
class Correction:
    """One item that is to be put right: whose, its fields as they stand or as they were typed, the state it was in.

    `before` is what stands, by field.
    """

    person: UUID
    item: UUID
    category: str
    title: str
    fields: tuple[Field, ...]
    before: Mapping[str, str]
    seen: str

    @property
    def wrong(self) -> tuple[Field, ...]:
        """Give the fields that cannot be taken as they were typed."""
        return tuple(field for field in self.fields if field.wrong)

    @property
    def values(self) -> dict[str, str]:
        """Give the values that there are, by field; the name of a file is not typed, and stays."""
        named = {name: self.before[name] for name in _files(self.category) if self.before.get(name)}
        return named | {_id(field): field.value for field in self.fields if field.value}

    def as_proposed(self, proposed: Mapping[str, str]) -> "Correction":
        """Give the correction with what was proposed in the place of what stands; the rest stays."""
        fields = tuple(replace(one, value=proposed.get(_id(one), one.value)) for one in self.fields)
        return replace(self, fields=fields)


def correctable(category: str) -> bool:
    """Say whether items of a category are put right here: it is declared, and holds no address, which needs codes."""
    found = policy().categories.get(category)
    return found is not None and all(field.type is not FieldType.ADDRESS for field in found.fields)


def correction(person: UUID, item: UUID, values: Mapping[str, str]) -> Correction:
    """Lay out an item whose values the gate released; raise a Failure (404) where it is not put right here."""
    found = next(iter(kept_of(person, item)), None)
    if found is None or not correctable(found.category):
        raise Failure(HTTPStatus.NOT_FOUND, "There is nothing here that could be put right.", "Write to us instead.")
    return laid_out(person, found, values)


def laid_out(person: UUID, found: Kept, values: Mapping[str, str]) -> Correction:
    """Lay out an item that was looked up before, of a category that is put right here."""
    category = told().categories[found.category]
    fields = tuple(replace(_field(category, name), value=values.get(name, "")) for name in _names(category))
    token = seal(_ACT, person.hex, found.id.hex, str(found.entry))
    return Correction(person, found.id, category.id, category.title, fields, values, token)


def blank(category: str) -> tuple[Field, ...]:
    """Give the fields of a category that is declared, without what is held."""
    known = told().categories[category]
    return tuple(_field(known, name) for name in _names(known))


def typed(shown: Correction, given: Mapping[str, str]) -> Correction:
    """Give the correction as it was typed, with what is wrong with it."""
    return replace(shown, fields=tuple(field.filled(str(given.get(field.name, ""))) for field in shown.fields))


@keeps(Promise.CORRECTION)
def correct(asked: Correction, seen: str) -> None:
    """Put the values in the place of the old ones, which are gone for good, also when a backup is restored.

    What says who somebody is stays as it is put right, in whatever else of the kind the person gave, too; what says
    otherwise and comes later is set aside. An order or a letter is put right for itself.
    `seen` is what the page carried: raises a Failure (409) where the item changed since, so that of two corrections at
    once none is lost unseen, or was forgotten; (400) for values that the policy does not declare.
    """
    try:
        with whole():
            wrong, agree = _beside(asked) if lasting(asked.category) else ({}, [])
            amend(asked.person, asked.item, asked.values, _entry(asked, seen), _pins(asked, agree))
            for item, values in wrong.items():
                amend(asked.person, item, values)
    except (RecordError, TokenError) as error:
        raise Failure(HTTPStatus.CONFLICT, "It was changed meanwhile: nothing was put right.", "Look again.") from error
    except CollectionError as error:
        raise Failure(HTTPStatus.BAD_REQUEST, str(error), "Go back, and mend it.") from error


def _changed(asked: Correction) -> dict[str, str]:
    """Give what the fields that change were before; "" is nothing."""
    names = dict.fromkeys([*asked.before, *asked.values])
    return {name: asked.before.get(name, "") for name in names if asked.before.get(name) != asked.values.get(name)}


def _pins(asked: Correction, agree: Sequence[UUID]) -> Pins:
    return pinned(asked.category, asked.values, _changed(asked), agree) if lasting(asked.category) else NO_PINS


def _beside(asked: Correction) -> tuple[dict[UUID, dict[str, str]], list[UUID]]:
    """Give the person's other items of the kind as they should be, where they count and differ, and all that agree.

    What is set aside already stays as it came, to be looked at.
    """
    put = {name: asked.values.get(name, "") for name in _changed(asked)}
    wrong, agree, off = dict[UUID, dict[str, str]](), list[UUID](), asides(asked.person)
    for item, before in right_of(asked.person, asked.category).items():
        differs = {name for name, value in put.items() if before.get(name, value) != value}
        if item == asked.item or (differs and off.get(item)):
            continue
        agree.append(item)
        if differs:
            right = {**before, **{name: put[name] for name in differs}}
            wrong[item] = {name: value for name, value in right.items() if value}
    return wrong, agree


def _entry(asked: Correction, seen: str) -> int:
    """Give the entry that covered the item when it was shown; -1 if the page was of another item."""
    person, item, entry = unseal(_ACT, seen)
    return int(entry) if (person, item) == (asked.person.hex, asked.item.hex) else -1


def _id(field: Field) -> str:
    return field.name.partition(".")[2]


def _names(category: Category) -> list[str]:
    return [field.id for field in category.fields if field.type is not FieldType.FILE]


def _files(category: str) -> list[str]:
    found = policy().categories.get(category)
    return [field.id for field in found.fields if field.type is FieldType.FILE] if found else []


def _field(category: Category, name: str) -> Field:
    return declared(category.id, next(field for field in category.fields if field.id == name))
