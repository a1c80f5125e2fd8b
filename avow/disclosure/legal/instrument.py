"""Take an order of the law: whose, which data, which span of time; what is not bounded is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from avow.errors import AddressError, RecordError
from avow.policy.document import Purpose
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.known.identity import holders
from avow.record.outside.order import Order, take_order
from avow.record.shown.versions import in_force
from avow.record.taken.whole import whole
from avow.terms import RecipientClass

_EVERYTHING: Final = frozenset({"*", "all", "any", "everything"})


@dataclass(frozen=True, slots=True)
class Instrument:
    """What an order says: who gives it under which docket, what it orders in its own words, whom and what it reaches.

    `people` are addresses or ids; `gag` is until when they must not be told.
    """

    authority: str
    docket: str
    words: str
    people: Sequence[str]
    categories: Sequence[str]
    since: datetime
    until: datetime
    deadline: datetime
    gag: datetime | None = None


def instrument(found: Instrument, by: str) -> UUID:
    """Write an order down for two readers and a call back, and give its id; nothing is given yet.

    Raises RecordError for an order without authority, docket or words, for one that names nobody, that reaches
    everything that we hold, whose span of time does not begin before it ends, or whose people are not here.
    """
    authority, docket, words = (" ".join(one.split()) for one in (found.authority, found.docket, found.words))
    if not (authority and docket and words):
        raise RecordError("an order has an authority, a docket, and words", "write down what it says itself")
    purpose = legal_purpose()
    named = _data(purpose, found.categories)
    if found.since >= found.until:
        raise RecordError("an order reaches a span of time that begins before it ends", "give both days")
    people = sorted({one for text in found.people for one in _people(text)})
    if not people:
        raise RecordError("an order names the people whom it reaches", "give their addresses or ids")
    key, now = new_key(), datetime.now(UTC)
    span = (found.since, found.until, found.deadline, found.gag)
    with whole():
        take_order(Order(key, authority, docket, words, named, *span, by, now), people)
    return key


def legal_purpose() -> Purpose:
    """Find the purpose for which a policy gives to the law; raise RecordError if it states none."""
    for purpose in in_force().purposes.values():
        if RecipientClass.AUTHORITY in purpose.recipients:
            return purpose
    raise RecordError("the policy in force gives nothing to the law", 'state a purpose with recipients = ["authority"]')


def _data(purpose: Purpose, named: Sequence[str]) -> frozenset[str]:
    asked = frozenset(named)
    if not asked or {one.strip().casefold() for one in asked} & _EVERYTHING or asked >= purpose.categories:
        raise RecordError(
            "an order for everything is not followed: it must say which data",
            f"have the authority name it; there are: {', '.join(sorted(purpose.categories))}",
        )
    if not asked <= purpose.categories:
        beyond = ", ".join(sorted(asked - purpose.categories))
        raise RecordError(
            f"we hold no such data for the law: {beyond}", f"there are: {', '.join(sorted(purpose.categories))}"
        )
    return asked


def _people(text: str) -> list[UUID]:
    """Find who has an id, or holds or held an address."""
    words = text.strip()
    if words.casefold() in _EVERYTHING:
        raise RecordError("an order for everybody is not followed: it must say whom", "have the authority name them")
    try:
        return [UUID(words)]
    except ValueError:
        pass  # then it is an address
    try:
        found = holders(parse(words).reach_id)
    except AddressError as error:
        raise RecordError(f"{words[:80]!r} is neither an address nor an id", "give one a line") from error
    if not found:
        raise RecordError(f"nobody here holds the address {words[:80]}", "tell the authority so, and leave it out")
    return found
