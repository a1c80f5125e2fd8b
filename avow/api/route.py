"""Say what one address of the API takes, does and answers; the document is made of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, StringConstraints

from avow.gate.seen.reader import Reader
from avow.record.programs.acts import ProgramAct
from avow.record.programs.answered import answered
from avow.record.programs.token import Program

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=200)]
"""The name of a list, a kind of data, or what can be stopped."""
Email = Annotated[str, StringConstraints(min_length=3, max_length=320)]


class Strict(BaseModel):
    """What a program sends: these fields, of these types, and no other."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """What a program asks in the address."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a program: its body, query and path as its route reads them, its bytes, its idempotency key."""

    program: Program
    route: "Route"
    body: Any = None
    query: Any = None
    path: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    key: str = ""

    @property
    def reader(self) -> Reader:
        """Give who reads: the program, in the role of the staff that reads for its purpose."""
        return Reader(self.program.id, self.program.role)

    @property
    def source(self) -> str:
        """Give what a stamp, or a choice, says it came by."""
        return f"program {self.program.name}"

    def once(self, act: Callable[[], Answer]) -> Answer:
        """Act once: what comes again under the same key gets the same answer; raise KeyReused for another body."""
        if not self.key:
            return act()
        what = b"%b %b\n%b" % (self.route.method.encode(), repr(sorted(self.path.items())).encode(), self.raw)
        told = answered(self.program.id, self.key, self.route.path.encode() + what, lambda: act().model_dump_json())
        return cast("Answer", self.route.answer.model_validate_json(told))


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address: the act it needs, what it does, and what it takes and answers.

    `most` is how often a token may ask in a minute, of each process that serves.
    """

    method: str
    path: str
    act: ProgramAct
    does: Callable[..., BaseModel]
    answer: type[BaseModel]
    most: int
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    keyed: bool = False
    together: bool = False
    status: HTTPStatus = HTTPStatus.OK

    @property
    def name(self) -> str:
        """Give the method and the address, by which its requests are counted."""
        return f"{self.method} {self.path}"
