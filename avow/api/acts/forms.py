"""Let a program show a form of the policy and hand it in: the same fields, words, checks and stamp as on the page."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from pydantic import Field as Sized

from avow.api.problem import Problem
from avow.api.route import Call, Route, Strict
from avow.collection.collect import collect
from avow.collection.intake.form import handed
from avow.collection.refused import hear, refuse
from avow.collection.seen.form import CHANNELS, SEAL, lay_out
from avow.collection.seen.sealed import sealed
from avow.errors import CollectionError
from avow.page.site import policy
from avow.policy.proof.keeps import keeps
from avow.policy.shown.notice import notice
from avow.record.programs.acts import ProgramAct
from avow.terms import ChannelKind, Promise

_Value = Annotated[str, StringConstraints(max_length=10_000)]
_Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Field(BaseModel):
    """A field: its name, what it is called, how it is typed, and what it is for."""

    name: str
    label: str
    type: str
    required: bool
    hint: str
    options: list[str]
    longest: int
    purposes: list[str]


class Box(BaseModel):
    """A box that is shown unticked, with its words."""

    name: str
    label: str
    hint: str


class Form(BaseModel):
    """A form as it must be shown: its words beside it, every box unticked; `shown` says so when it is handed in.

    What was shown more than seven days ago is asked for again.
    """

    channel: str
    title: str
    version: str
    words: str
    fields: list[Field]
    boxes: list[Box]
    shown: str


class Filled(Strict):
    """A form as a person filled it in: `shown` as it came with the form, the fields, the names of the boxes ticked."""

    shown: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    fields: dict[_Short, _Value] = Sized(max_length=100)
    ticked: list[_Short] = Sized(default_factory=list, max_length=50)

    def typed(self) -> dict[str, str]:
        """Give it as a page sends it, field by field and box by box."""
        return {**dict.fromkeys(self.ticked, "on"), **self.fields, SEAL: self.shown}


class Kept(BaseModel):
    """The person that a form made, or null where just this was handed in before."""

    person: UUID | None


def form(call: Call) -> Form:
    """Give the form of a channel under the version in force: show its words, as they are, and its boxes unticked."""
    kind, now = _channel(call), policy()
    found = lay_out(now, kind)
    fields = [
        Field(
            name=one.name,
            label=one.label,
            type=one.type.value,
            required=one.required,
            hint=one.hint,
            options=list(one.options),
            longest=one.longest,
            purposes=list(group.purposes),
        )
        for group in found.groups
        for one in group.fields
        if one not in found.files
    ]
    boxes = [Box(name=one.name, label=one.label, hint=one.hint) for one in found.boxes]
    return Form(
        channel=kind.value,
        title=found.title,
        version=now.front.version,
        words=notice(now, kind),
        fields=fields,
        boxes=boxes,
        shown=sealed(now, kind),
    )


@keeps(Promise.REGISTRATION, Promise.CHANNELS_ONLY)
def record(call: Call) -> Kept:
    """Take a form as its page does: under the version that was shown, with its stamp; each no holds when this answers.

    Fields that the version does not declare are refused, and then nothing is kept but each no. A yes waits until the
    holder of the address confirms it by a mailed link.
    """
    filled: Filled = call.body
    try:
        found = handed(_channel(call), filled.shown, filled.fields, filled.ticked)
    except (CollectionError, Problem):
        _hear(call)
        raise
    if found.address is None:
        _hear(call)
        wrong: Sequence[tuple[str, str]] = [(f"/fields/{one.name}", one.wrong) for one in found.form.wrong]
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "this form is not filled in rightly", "", wrong)
    address = found.address
    try:
        return call.once(lambda: Kept(person=collect(found.form, found.seen, address, call.source)))
    finally:
        refuse(found.form, address, call.source)  # a no holds, whatever becomes of the rest


def _hear(call: Call) -> None:
    """Take each no of a form that is not taken, for the address that it names."""
    kind = _kind(call)
    if kind is not None:
        hear(kind, call.body.typed(), call.source)


def _kind(call: Call) -> ChannelKind | None:
    return next((one for one in CHANNELS if one.value == call.path["channel"]), None)


def _channel(call: Call) -> ChannelKind:
    """Give the channel that is asked for, if it has a form and states the purpose of the token."""
    kind = _kind(call)
    if kind is None or kind not in policy().channels:
        raise Problem(HTTPStatus.NOT_FOUND, "the policy names no such form", f"it may be {', '.join(CHANNELS)}")
    if call.program.purpose not in policy().channels[kind].states:
        raise Problem(HTTPStatus.FORBIDDEN, f"this form does not serve {call.program.purpose!r}, as the token does")
    return kind


ROUTES = (
    Route("GET", "/api/forms/{channel}", ProgramAct.RECORD, form, Form, most=6_000),
    Route("POST", "/api/forms/{channel}", ProgramAct.RECORD, record, Kept, most=6_000, body=Filled, keyed=True),
)
