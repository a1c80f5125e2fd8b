"""Answer whether a person's data may be used for the token's purpose now, and why or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from avow.api.bound import bound
from avow.api.problem import Problem
from avow.api.route import Email, Name, Route, Strict
from avow.api.together import Together
from avow.decision.request import Request
from avow.errors import GateError
from avow.gate.asked.ask import Asked, Told, ask
from avow.record.known.address import parse
from avow.record.programs.acts import ProgramAct
from avow.record.programs.token import Program, by_tokens
from avow.record.shown.versions import in_force
from avow.record.taken.given import address_field
from avow.record.taken.whole import whole
from avow.store.server.prepared import often


def one_of(schema: dict[str, Any]) -> None:
    """Say in a schema that exactly one of person and email is given."""
    for name in {"person", "email", "list"} & schema["properties"].keys():
        schema["properties"][name].pop("default", None)
    schema["oneOf"] = [{"required": ["person"]}, {"required": ["email"]}]


class Whom(Strict):
    """A person by number, or a mailbox by address."""

    model_config = ConfigDict(json_schema_extra=one_of)

    person: UUID | SkipJsonSchema[None] = None
    email: Email | SkipJsonSchema[None] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len({"person", "email"} & self.model_fields_set) != 1 or (self.person is None and self.email is None):
            raise ValueError("give a person's number or an address, and not both")
        return self


class Question(Whom):
    """Whom it is about; on which list, and of which kinds of data, if not of all that the purpose is about."""

    list: Name | SkipJsonSchema[None] = None
    categories: tuple[Name, ...] = Field(default=(), max_length=50, strict=False)


class Because(BaseModel):
    """A sentence of the policy that decided."""

    clause: str
    sentence: str


class Decision(BaseModel):
    """Yes or no, by which sentences; where none decided, `otherwise` says what would have permitted it.

    `people` are those who hold the address and whom it permits. `entry`, `pos` and `salt` open the leaf of the ledger.
    """

    allowed: bool
    purpose: str
    version: str
    because: list[Because]
    otherwise: list[str]
    people: list[UUID]
    choice_no: int
    entry: int
    pos: int
    salt: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A question with the hash of the token that asks it, and the mailbox it is about, if it is about one."""

    token: bytes
    question: Question
    reach: bytes | None


def decide(token: bytes, question: Question) -> Decision:
    """Say whether the purpose of the token permits a use now, of a person or of a mailbox, and by which sentences.

    Nothing of anybody is read. The decision stands in the ledger; what the answer permits, it permits now.
    """
    reach = parse(question.email).reach_id if question.email is not None else None
    return _asking(_Wanted(token, question, reach))


@often()
def _all(wanted: Sequence[_Wanted]) -> list[Decision | Exception]:
    """Answer all who wait in one transaction."""
    answers: dict[int, Decision | Exception] = {}
    asked: dict[int, tuple[Program, Asked]] = {}
    with whole():
        programs = by_tokens(list({one.token for one in wanted}))
        for place, one in enumerate(wanted):
            try:
                program = _may(programs.get(one.token), one)
            except Problem as problem:
                answers[place] = problem
            else:
                asked[place] = program, _asked(program, one)
        found = ask([question for _, question in asked.values()])
    for (place, (program, _)), told in zip(asked.items(), found, strict=True):
        answers[place] = told if isinstance(told, GateError) else _decision(program, told)
    return [answers[place] for place in range(len(wanted))]


_asking: Together[_Wanted, Decision] = Together(_all)


def _may(program: Program | None, one: _Wanted) -> Program:
    """Give the program; raise a Problem if there is none, or it may not ask this."""
    if program is None:
        raise Problem(HTTPStatus.UNAUTHORIZED)
    if ProgramAct.DECIDE not in program.acts:
        raise Problem(HTTPStatus.FORBIDDEN, f"this token does not let a program {ProgramAct.DECIDE.words}")
    bound(program.id, ROUTE.name, ROUTE.most)
    if one.reach is not None and not _by_address(program.purpose):
        raise Problem(HTTPStatus.FORBIDDEN, "this purpose sees no addresses, so none can be tried", "give a number")
    return program


def _by_address(purpose: str) -> bool:
    """Say whether addresses are among what a purpose is about."""
    stated, categories = in_force().purposes.get(purpose), in_force().categories
    named = stated.categories if stated else ()
    return any(name in categories and address_field(categories[name]) is not None for name in named)


def _asked(program: Program, one: _Wanted) -> Asked:
    stated = in_force().purposes.get(program.purpose)
    categories = frozenset(one.question.categories) or (stated.categories if stated else frozenset[str]())
    request = Request(program.purpose, categories)
    return Asked(program.id, request, one.question.list, one.question.person, one.reach)


def _decision(program: Program, told: Told) -> Decision:
    return Decision.model_construct(
        allowed=told.decision.allowed,
        purpose=program.purpose,
        version=told.version,
        because=[Because.model_construct(clause=name, sentence=text) for name, text in told.sentences.items()],
        otherwise=list(told.otherwise),
        people=list(told.people),
        choice_no=told.choice_no,
        entry=told.entry,
        pos=told.pos,
        salt=told.salt.hex(),
    )


ROUTE = Route("POST", "/api/decisions", ProgramAct.DECIDE, decide, Decision, most=300_000, body=Question, together=True)
