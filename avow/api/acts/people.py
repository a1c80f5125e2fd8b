"""Let a program read people for the purpose of its token: through the gate, and noted like a reading by staff."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from avow.api.problem import Problem
from avow.api.route import Call, Query, Route
from avow.errors import TokenError
from avow.gate.seen.held import Held
from avow.gate.seen.read import read_all
from avow.gate.seen.run import PAGE, One, run
from avow.record.pinned.aside import standings
from avow.record.programs.acts import ProgramAct
from avow.record.shown.versions import in_force
from avow.record.token import seal, unseal

_FIRST: Final = UUID(int=0)
_CURSOR: Final = "cursor"
Stands = Literal["", "aside", "contested"]
_STANDS: Final[Mapping[bool | None, Stands]] = {True: "aside", False: "contested", None: ""}


class Page(Query):
    """From where the page goes on, as the last one said, and how many people it holds at most."""

    after: Annotated[str, Field(max_length=400)] = ""
    limit: Annotated[int, Field(ge=1, le=PAGE)] = PAGE


class Item(BaseModel):
    """An item: what it is, when it came, its fields, how it stands.

    What is `contested`, or set `aside` because a correction says otherwise, counts for nothing now; "" counts.
    """

    id: UUID
    category: str
    at: datetime
    fields: dict[str, str]
    stands: Stands = ""


class Person(BaseModel):
    """A person, with the items that the purpose sees, oldest first."""

    person: UUID
    items: list[Item]


class People(BaseModel):
    """A page of people; `next` goes on where it ended, null where nobody is left. `entry` is the ledger's."""

    purpose: str
    version: str
    people: list[Person]
    entry: int | None
    next: str | None


def people(call: Call) -> People:
    """Give the next people whom the purpose of the token may see, with their items.

    Whom the gate denies is not on the page, and was not read. Each page is decided when it is asked for.
    """
    found = run(call.reader, call.program.purpose, _after(call), call.query.limit)
    doubted = standings(list(found.people))
    return People(
        purpose=call.program.purpose,
        version=in_force().front.version,
        people=[_items(person, items, doubted) for person, items in found.people.items()],
        entry=found.entry,
        next=None if found.after is None else seal(_CURSOR, call.program.id.hex, found.after.hex),
    )


def person(call: Call) -> Person:
    """Give every item of one person that the purpose of the token may see.

    Whom the gate denies is as if they were not there.
    """
    items = read_all(call.reader, call.program.purpose, call.path["person"])
    if items is None:
        raise Problem(HTTPStatus.NOT_FOUND)
    person_: UUID = call.path["person"]
    return _items(person_, items, standings([person_]))


def _items(person: UUID, items: Iterable[One | Held], doubted: Mapping[UUID, bool]) -> Person:
    """Give a person with their items; `doubted` says of which the value is set aside, or else contested."""
    return Person(
        person=person,
        items=[
            Item(
                id=one.id,
                category=one.category,
                at=one.at,
                fields=dict(one.fields),
                stands=_STANDS[doubted.get(one.id)],
            )
            for one in items
        ],
    )


def _after(call: Call) -> UUID:
    if not call.query.after:
        return _FIRST
    try:
        program, after = unseal(_CURSOR, call.query.after)
    except (TokenError, ValueError) as error:
        raise _strange() from error
    if program != call.program.id.hex:
        raise _strange()
    return UUID(hex=after)


def _strange() -> Problem:
    where = [("/after", "this is no cursor of this token")]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "", "give `next` of the last page", where)


ROUTES = (
    Route("GET", "/api/people", ProgramAct.READ, people, People, most=600, query=Page),
    Route("GET", "/api/people/{person}", ProgramAct.READ, person, Person, most=6_000),
)
