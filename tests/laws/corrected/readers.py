"""Ask every reader what it shows of people as current: the card, the copy, mail, the export, the search."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from avow.accuracy.copy.copy import copy
from avow.accuracy.held import fields_of
from avow.decision.request import Request
from avow.gate.audience import members
from avow.gate.clear import clear
from avow.gate.seen.read import look_up, read, read_all
from avow.gate.seen.reader import Reader
from avow.page.signed.address import each_of
from avow.page.site import policy
from avow.terms import RecipientClass, Role
from avow.uses.export import Wanted, export
from tests.laws.corrected.words import FIELDS, WORDS

OFFICER, DESK = Reader(UUID(int=1), Role.PRIVACY_OFFICER), Reader(UUID(int=2), Role.ORDERS)
BOTH = frozenset({"contact", "profile"})
Seen = tuple[str, UUID, str, str]
"""A reader, a person, a field of theirs, a value that is shown of it as current."""


def seen(people: Sequence[UUID]) -> Iterator[Seen]:
    """Give all that any reader shows as current of these people."""
    for person in people:
        yield from _cards(person)
        yield from _copy(person)
        yield from _own(person)
    yield from _uses(people)
    yield from _export(people)
    yield from _found(people)


def _cards(person: UUID) -> Iterator[Seen]:
    """Give what stands on the desk and is not said to be set aside."""
    for by, purpose in ((OFFICER, "rights"), (DESK, "orders")):
        for item in read_all(by, purpose, person) or ():
            if item.category == "profile" and not item.aside:
                yield from ((f"card for {purpose}", person, name, value) for name, value in item.fields.items())
        for one in read(by, purpose, [person]):
            fields = one.use().get("profile", {})
            yield from ((f"line for {purpose}", person, name, value) for name, value in fields.items())


def _copy(person: UUID) -> Iterator[Seen]:
    labels = {field.label: field.id for field in policy().categories["profile"].fields}
    for one in copy(person, opened=True).given:
        for label, value in () if one.stands == "aside" else one.fields:
            if labels.get(label) in FIELDS:
                yield "copy", person, labels[label], value


def _own(person: UUID) -> Iterator[Seen]:
    """Give what the page of who signed in shows."""
    for fields in (fields_of(person, "profile"), *each_of(person, "profile").values()):
        yield from (("own page", person, name, value) for name, value in fields.items())


def _uses(people: Sequence[UUID]) -> Iterator[Seen]:
    """Give what is released for every purpose of the policy that sees what people said of themselves."""
    for purpose in policy().purposes.values():
        recipient = next((one for one in RecipientClass if one in purpose.recipients), RecipientClass.COMPANY)
        categories = BOTH & purpose.categories
        if "profile" in categories:
            for one in clear(Request(purpose.id, categories, recipient), people).allowed:
                for name, value in one.use().get("profile", {}).items():
                    yield purpose.id, one.person, name, value


def _export(people: Sequence[UUID]) -> Iterator[Seen]:
    """Give what a file holds; it has one line for each of the audience, in its order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.jsonl"
        purpose = policy().purposes["offers"]
        whole = [person for page in members(Request("offers", purpose.categories), "offers") for person, _ in page]
        export(Wanted("offers", "offers", path, "erin@example.com"), 1_000)
        rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) == len(whole)
    for person, row in zip(whole, rows, strict=True):
        if person in people:
            yield from (("export", person, name, value) for name, value in row.get("profile", {}).items())


def _found(people: Sequence[UUID]) -> Iterator[Seen]:
    for name in FIELDS:
        for word in WORDS[name]:
            for by, purpose in ((OFFICER, "rights"), (DESK, "orders")):
                for one in look_up(by, purpose, word).people:
                    if one.person in people:
                        yield f"search for {purpose}", one.person, name, word
