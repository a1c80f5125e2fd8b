"""Let a program know the choices that bear on its purpose, and take a no; a yes is the person's own."""

from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel, Field

from avow.api.acts.decisions import Whom
from avow.api.problem import Problem
from avow.api.route import Call, Name, Route
from avow.gate.asked.bearing import bearing
from avow.mail.stop import stop
from avow.optout.stops import stops
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
from avow.record.known.address import parse
from avow.record.programs.acts import ProgramAct
from avow.record.said.choices import Chosen
from avow.terms import Promise


class Choices(BaseModel):
    """Of a person's choices those that bear on the purpose: what is refused, lists left and joined, whether accepted.

    `choice_no` numbers the newest; compare numbers, never clocks.
    """

    purpose: str
    refused: list[str]
    left: list[str]
    joined: list[str]
    accepted: bool
    choice_no: int


class Choice(Whom):
    """A no, of a person or of a mailbox: to `marketing`, `optional`, `list.<its name>` or `topic.<its name>`."""

    what: Name
    answer: Literal["no", "yes"] = Field(default="no")


class Taken(BaseModel):
    """What a no came to: its number, or null where the store was away, and it waits on the disk to hold first."""

    what: str
    choice_no: int | None
    doubt: bool = Field(description="Whether a message may have been on its way when it was taken.")


def choices(call: Call) -> Choices:
    """Give the choices of a person that bear on the purpose of the token; it is noted as a reading."""
    found = bearing(call.reader, call.program.purpose, call.path["person"])
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND)
    return Choices(
        purpose=call.program.purpose,
        refused=list(found.refused),
        left=list(found.left),
        joined=list(found.joined),
        accepted=found.accepted,
        choice_no=found.choice_no,
    )


@keeps(Promise.OPTOUT)
def refuse(call: Call) -> Taken:
    """Take a no at once: it holds when this answers, and nothing is under way any more to whom it holds for.

    A mailbox that is nobody's is refused all the same. A yes is refused: only the person gives one.
    """
    asked: Choice = call.body
    if asked.answer == "yes":
        raise Problem(HTTPStatus.FORBIDDEN, "only the person can say yes", "send them to their page of choices")
    chosen = [noes()[asked.what]] if asked.what in noes() else None
    if chosen is None:
        known = [("/what", f"known are {', '.join(noes())}")]
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"nothing is called {asked.what!r} here", "", known)
    reach = parse(asked.email).reach_id if asked.email is not None else None
    found = stop(chosen, call.source, asked.person, reach)
    return Taken(what=asked.what, choice_no=found.number, doubt=found.doubt)


def noes() -> dict[str, Chosen]:
    """Give what can be refused, by name."""
    return {one.name: one.chosen for one in stops(policy())}


ROUTES = (
    Route("GET", "/api/people/{person}/choices", ProgramAct.CHOICES, choices, Choices, most=6_000),
    Route("POST", "/api/choices", ProgramAct.REFUSE, refuse, Taken, most=6_000, body=Choice),
)
