"""Let people arrive under a version by several channels, and remember of each what only they know."""

from collections.abc import Hashable, Sequence
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
from avow.record.taken.refuse import refuse
from avow.record.taken.sheets.refusals import Refusal
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
_PROVEN, _REFUSES, _TICKS, _BOX = 0.92, 0.1, 0.1, 0.1
"""Whose address is proven, who refuses marketing, who ticks a box for something, and who does so to refuse."""


@dataclass(slots=True)
class Somebody:
    """One invented person: how, when and under which version they arrived, and what they said and did since.

    `told` says whether it is known what they were told then; who refuses did so before they came, or by a `box` on the
    form; `answers` are those that they gave last.
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
    box: bool = False
    touched: dict[str, frozenset[Different]] = field(default_factory=dict)
    asked: dict[str, frozenset[Different]] = field(default_factory=dict)
    answers: dict[Different, Answer] = field(default_factory=dict)

    @property
    def kind(self) -> Hashable:
        """Give all that anything is decided by: whoever has the same is treated the same."""
        came = self.channel, self.version, self.told, self.categories, self.ticked, self.refuses, self.proven
        return *came, frozenset(self.answers.items()), any(self.asked.values())


def arrive(people: Sequence[Invented], seed: int, step: Step) -> list[Somebody]:
    """Let people arrive under the version in force: they register, order, ask us something, or come off a list.

    Most who refuse marketing did so before, at a mailbox that was nobody's; some by the box on the form.
    """
    luck, policy = Random(seed), in_force()  # noqa: S311 -- the demo's people are invented
    shown = {way: show(policy, way, policy.front.language) for way in _WAYS if way in policy.channels}
    shown[ChannelKind.IMPORT] = UNKNOWN
    ways = luck.choices(_WAYS, _WEIGHTS, k=len(people))
    found = [_one(one, way, shown[way], policy, luck) for one, way in zip(people, ways, strict=True)]
    refuse(
        Refusal(parse(one.exact).reach_id, Scope.MARKETING, None, "an earlier letter")
        for one in found
        if one.refuses and not one.box
    )
    come = (_arrival(one, shown[one.channel], person, policy) for one, person in zip(found, people, strict=True))
    take(come, step(f"arrive under {policy.front.version}", len(people)))
    return found


def _one(person: Invented, way: ChannelKind, told: Shown, policy: Policy, luck: Random) -> Somebody:
    address, proven = parse(person.address), luck.random() < _PROVEN
    boxes = [name for name in policy.channels[way].states if policy.purposes[name].box] if told.version else []
    registers = way is ChannelKind.REGISTRATION and proven
    ticked = frozenset(name for name in boxes if registers and luck.random() < _TICKS and _offered(policy, name))
    categories = tuple(name for name in _ASKS if name in policy.channels[way].collects)
    refuses, box = luck.random() < _REFUSES, luck.random() < _BOX
    here, known = policy.front.version, told.version is not None
    return Somebody(new_key(), address.exact, way, here, known, categories, ticked, refuses, proven, refuses and box)


def _offered(policy: Policy, name: str) -> bool:
    """Say whether a tick of this box is played: of one that goes to a list, or to nobody outside."""
    return policy.purposes[name].scope == "marketing"


def _arrival(one: Somebody, told: Shown, person: Invented, policy: Policy) -> Arrival:
    given = {name: _given(policy, name, person) for name in one.categories}
    chosen = [Chosen(Answer.YES, purpose=name) for name in sorted(one.ticked)]
    chosen += [Chosen(Answer.NO, scope=Scope.MARKETING)] if one.box else []
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
