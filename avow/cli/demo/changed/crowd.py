"""Let people arrive under a version by several channels, and remember of each what only they know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Final
from uuid import UUID

from avow.cli.demo.bar import Step
from avow.cli.demo.people import Invented
from avow.policy.document import Policy
from avow.record.changed.different import Different
from avow.record.key import new_key
from avow.record.known.address import parse
from avow.record.said.chosen import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import UNKNOWN, Shown
from avow.record.shown.versions import in_force
from avow.record.taken.bulk import Arrival, take
from avow.terms import Answer, ChannelKind, FieldType, Scope

_WAYS: Final = (
    ChannelKind.REGISTRATION,
    ChannelKind.ORDER,
    ChannelKind.SUPPORT,
    ChannelKind.INQUIRY,
    ChannelKind.IMPORT,
)
_WEIGHTS: Final = (45, 20, 15, 10, 10)
_ASKS: Final = ("contact", "profile", "order", "support")
_PROVEN, _REFUSES, _TICKS = 0.92, 0.1, 0.25


@dataclass(slots=True)
class Somebody:
    """One invented person: how, when and under which version they arrived, and what they said and did since.

    `told` says whether it is known what they were told then; `answers` are those that they gave last.
    """

    person: UUID
    exact: str
    channel: ChannelKind
    version: str
    told: bool
    categories: tuple[str, ...]
    ticked: frozenset[str]
    refuses: bool
    proven: bool
    touched: dict[str, frozenset[Different]] = field(default_factory=dict)
    asked: dict[str, frozenset[Different]] = field(default_factory=dict)
    answers: dict[Different, Answer] = field(default_factory=dict)


def arrive(people: Sequence[Invented], seed: int, step: Step) -> list[Somebody]:
    """Let people arrive under the version in force: they register, order, ask us something, or come off a list."""
    luck, policy = Random(seed), in_force()  # noqa: S311 -- the demo's people are invented
    shown = {way: show(policy, way, policy.front.language) for way in _WAYS if way in policy.channels}
    found: list[Somebody] = []

    def arrivals() -> Iterator[Arrival]:
        for person in people:
            way = luck.choices(_WAYS, _WEIGHTS)[0]
            told = UNKNOWN if way is ChannelKind.IMPORT else shown[way]
            one = _one(person, way, told, policy, luck)
            found.append(one)
            yield _arrival(one, told, person, policy)

    take(arrivals(), step(f"arrive under {policy.front.version}", len(people)))
    return found


def _one(person: Invented, way: ChannelKind, told: Shown, policy: Policy, luck: Random) -> Somebody:
    address, proven = parse(person.address), luck.random() < _PROVEN
    boxes = [name for name in policy.channels[way].states if policy.purposes[name].box] if told.version else []
    registers = way is ChannelKind.REGISTRATION and proven
    ticked = frozenset(name for name in boxes if registers and luck.random() < _TICKS and _offered(policy, name))
    categories = tuple(name for name in _ASKS if name in policy.channels[way].collects)
    refuses = luck.random() < _REFUSES
    here, known = policy.front.version, told.version is not None
    return Somebody(new_key(), address.exact, way, here, known, categories, ticked, refuses, proven)


def _offered(policy: Policy, name: str) -> bool:
    """Say whether a tick of this box is played: of one that goes to a list, or to nobody outside."""
    return policy.purposes[name].scope == "marketing"


def _arrival(one: Somebody, told: Shown, person: Invented, policy: Policy) -> Arrival:
    given = {name: _given(policy, name, person) for name in one.categories}
    chosen = [Chosen(Answer.YES, purpose=name) for name in sorted(one.ticked)]
    chosen += [Chosen(Answer.NO, scope=Scope.MARKETING)] if one.refuses else []
    at, address = datetime.now(UTC), parse(person.address)
    return Arrival(told, "demo", address, given, tuple(chosen), at, proven=one.proven, person=one.person)


def _given(policy: Policy, name: str, person: Invented) -> dict[str, str]:
    """Give what a person says of a category: its address, a name, and something wherever something is required."""
    known = {"name": person.name, "country": person.country}
    fields = {}
    for one in policy.categories[name].fields:
        if one.type is FieldType.ADDRESS:
            fields[one.id] = person.address
        elif one.id in known:
            fields[one.id] = known[one.id]
        elif one.required:
            fields[one.id] = "3"
    return fields
