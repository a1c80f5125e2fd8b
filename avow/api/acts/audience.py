"""Count whom the purpose of a token reaches, and who is left out by which sentences."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from avow.api.acts.decisions import Because
from avow.api.route import Call, Query, Route
from avow.decision.request import Request
from avow.gate.preview import preview
from avow.page.site import policy
from avow.record.programs.acts import ProgramAct


class On(Query):
    """On which list, if on one."""

    list: Annotated[str, Field(max_length=200, pattern=r"^([a-z0-9][a-z0-9._-]*)?$")] = ""


class Out(BaseModel):
    """How many people are left out because of the same sentences."""

    people: int
    because: list[Because]


class Audience(BaseModel):
    """How many people a purpose reaches now, and how many it does not."""

    purpose: str
    version: str
    reached: int
    left_out: list[Out]


def audience(call: Call) -> Audience:
    """Count whom the purpose of the token reaches now, and who is left out and why; no field is read.

    It looks at everybody: ask seldom.
    """
    stated = policy().purposes.get(call.program.purpose)
    request = Request(call.program.purpose, stated.categories if stated else frozenset())
    found = preview(request, call.query.list or None)
    return Audience(
        purpose=call.program.purpose,
        version=policy().front.version,
        reached=found.allowed,
        left_out=[Out(people=count, because=_because(names)) for names, count in found.denied.items()],
    )


def _because(names: Iterable[str]) -> list[Because]:
    clauses = policy().clauses
    return [Because(clause=name, sentence=clauses[name].text) for name in sorted(names) if name in clauses]


ROUTES = (Route("GET", "/api/audience", ProgramAct.COUNT, audience, Audience, most=30, query=On),)
