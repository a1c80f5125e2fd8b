"""Take orders that a program of ours hands in from another system."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from avow.api.acts.choices import noes
from avow.api.problem import Problem
from avow.api.route import Call, Route
from avow.collection.connectors.envelope import Envelope
from avow.collection.connectors.standard import Message
from avow.collection.intake.take import settle, take
from avow.collection.seen.sealed import opened
from avow.errors import PolicyError, TokenError
from avow.page.site import policy
from avow.record.programs.acts import ProgramAct
from avow.record.shown.stamp import Shown
from avow.record.shown.versions import history
from avow.terms import ChannelKind

_CHANNEL = ChannelKind.ORDER


class Order(Message):
    """An order of another system, with an id of its own; `shown` is of the form of orders, if its words were shown."""

    shown: Annotated[str, StringConstraints(max_length=1_000)] = Field(default="")


class Taken(BaseModel):
    """The person that an order made, or null where it came before; how much of it was not taken.

    `dropped` are fields that the policy does not declare for an order, `unheard` choices that do not count.
    """

    person: UUID | None
    dropped: int
    unheard: int


def order(call: Call) -> Taken:
    """Take an order once, by its id; each no in it holds when this answers.

    Where the words of the form of orders were shown, it is stamped with them; else it serves the order and what the
    law demands, and nothing optional. A yes waits for its person, and only if nothing was refused since.
    """
    known, came = noes(), call.body.envelope(f"program:{call.program.id.hex}", {})
    try:
        told = _envelope(call, call.body)
        return call.once(lambda: _take(told))
    finally:
        settle(came, known)  # a no holds, whatever becomes of the rest


def _take(told: Envelope) -> Taken:
    found = take(told, _CHANNEL, noes())
    return Taken(person=found.person, dropped=found.dropped, unheard=found.unheard)


def _envelope(call: Call, told: Order) -> Envelope:
    """Give the envelope: the fields that the policy declares for an order, the words that were shown."""
    channel = policy().channels.get(_CHANNEL)
    if channel is None or call.program.purpose not in channel.states:
        raise Problem(HTTPStatus.FORBIDDEN, f"an order does not serve {call.program.purpose!r}, as the token does")
    known = {f"{name}.{one.id}": "" for name in channel.collects for one in policy().categories[name].fields}
    return replace(told.envelope(f"program:{call.program.id.hex}", known), shown=_shown(told.shown))


def _shown(token: str) -> Shown | None:
    if not token:
        return None
    try:
        seen = opened(token)
        history().version(seen.version)
    except (TokenError, PolicyError, ValueError) as error:
        raise _other() from error
    if seen.shown.channel is not _CHANNEL or not seen.fresh:
        raise _other()
    return seen.shown


def _other() -> Problem:
    where = [("/shown", "this is not of the form of orders, or was shown long ago")]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "", "ask for the form `order`, and show its words", where)


ROUTES = (Route("POST", "/api/orders", ProgramAct.ORDER, order, Taken, most=6_000, body=Order, keyed=True),)
