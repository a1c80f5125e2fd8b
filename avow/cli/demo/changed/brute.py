"""Evaluate by brute force, from what people were told and said alone, who is asked and what may be done."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from avow.cli.demo.changed.crowd import Somebody
from avow.decision.decide import decide
from avow.decision.facts import Facts
from avow.decision.request import Request
from avow.policy.document import Policy, Purpose
from avow.policy.history import History, meaning
from avow.record.changed.different import Different
from avow.record.shown.stamp import BRINGS, DUTIES
from avow.terms import Answer, ChannelKind, Default, MessageKind, RecipientClass, Relation, Scope

EVERY = sum(relation.mask for relation in Relation)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Brute:
    """The versions that are published, and the one in force: nothing of the store, and nothing of any plan.

    What it found of one it knows of all of that kind: it is made for one moment, in which nobody says or does anything.
    """

    history: History
    policy: Policy
    kinds: dict[UUID, Hashable] = field(default_factory=dict)
    seen: dict[object, bool] = field(default_factory=dict)
    known: dict[tuple[Hashable, object], Any] = field(default_factory=dict)
    new: dict[object, list[tuple[Purpose, RecipientClass]]] = field(default_factory=dict)

    def may(self, one: Somebody, request: Request) -> bool:
        """Say whether a use of somebody's data is permitted: by some item that carries an address, else by any."""
        return self._once(one, request, lambda: self._may(one, request))

    def _may(self, one: Somebody, request: Request) -> bool:
        asked = [name for name in one.categories if name in request.categories]
        addressed = "contact" in request.categories
        heads = [name for name in asked if name == "contact"] if addressed else asked
        known = Relation.JOINED.mask if self.joined(one, request.purpose) else 0
        every = (self.facts(one, name) for name in heads)
        return any(self._decide(self.policy, request, replace(one, relations=one.relations | known)) for one in every)

    def gets(self, one: Somebody, list_id: str) -> bool:
        """Say whether a message to a list may go to somebody: the use is permitted, and joined where that is asked."""
        return self._once(one, list_id, lambda: self._gets(one, list_id))

    def _gets(self, one: Somebody, list_id: str) -> bool:
        purpose = self.policy.purposes[list_id]
        on = self.joined(one, list_id) or not purpose.joined_only
        return on and self.may(one, Request(list_id, frozenset({"contact"})))

    def _once(self, one: Somebody, asked: object, find: Callable[[], Found]) -> Found:
        """Find something once for all who are alike in whatever it could depend on."""
        if one.person not in self.kinds:
            self.kinds[one.person] = one.kind
        key = self.kinds[one.person], asked
        if key not in self.known:
            self.known[key] = find()
        found: Found = self.known[key]
        return found

    def _decide(self, policy: Policy, request: Request, facts: Facts) -> bool:
        """Decide by the interpreter that can be read, once for all that are alike."""
        purpose = policy.purposes.get(request.purpose)
        asked = replace(request, topic=purpose.topic or None if purpose else None)
        key = policy.front.version, asked, facts
        if key not in self.seen:
            self.seen[key] = decide(self.history, policy, asked, facts).allowed
        return self.seen[key]

    def facts(self, one: Somebody, category: str) -> Facts:
        """Give what is so of an item of somebody, from what they were told and said."""
        refused = Scope.MARKETING.mask if one.refuses else 0
        refused |= 0 if one.proven or category != "contact" else Scope.UNVERIFIED.mask
        return Facts(self.stated(one, category), self.accepted(one, category), refused, self.relations(one))

    def stated(self, one: Somebody, category: str) -> int:
        """Give the bits of all that was stated to somebody; of who came off a list, the duties alone."""
        told = self.history.version(one.version)
        if not one.told:
            return self._bits(told, (p for p in told.purposes.values() if p.kind in DUTIES), category)
        states = [told.purposes[name] for name in told.channels[one.channel].states]
        return self._bits(told, (p for p in states if p.default is not Default.ON_YES), category)

    def accepted(self, one: Somebody, category: str) -> int:
        """Give the bits of all that somebody ticked, and said yes to since."""
        told = self.history.version(one.version)
        mask = self._bits(told, (told.purposes[name] for name in one.ticked), category)
        for use, said in one.answers.items():
            policy, purpose = self.history.version(use.version), use.purpose
            if said is Answer.YES and category in policy.purposes[purpose].categories:
                mask |= 1 << self.history.bits[meaning(policy, policy.purposes[purpose], use.recipient)]
        return mask

    def relations(self, one: Somebody) -> int:
        """Give what somebody has by what they did: handed in, were told of the exemptions, were asked."""
        mask = BRINGS[one.channel].mask if one.channel in BRINGS and one.told else 0
        told = self.history.version(one.version)
        states = told.channels[one.channel].states if one.told else ()
        if any(told.purposes[name].kind in told.exemptions for name in states):
            mask |= Relation.NOTICED.mask
        return mask | (Relation.AFFECTED.mask if any(one.asked.values()) else 0)

    def joined(self, one: Somebody, purpose: str) -> bool:
        """Say whether somebody is on the list of a purpose: ticked its box, or said yes when it was new."""
        said = (use for use, answer in one.answers.items() if answer is Answer.YES)
        return purpose in one.ticked or any(
            (use.purpose, use.recipient) == (purpose, RecipientClass.COMPANY) and self._new(use) for use in said
        )

    def touched(self, one: Somebody, version: str) -> frozenset[Different]:
        """Give the uses of a version that somebody's items were not stated and have not accepted, item by item."""
        return self._once(one, ("touched", version), lambda: self._touched(one, version))

    def _touched(self, one: Somebody, version: str) -> frozenset[Different]:
        new = self.history.version(version)
        old = self.history.version(str(new.front.follows))
        if self.history.version(one.version).front.effective >= new.front.effective:
            return frozenset()
        return frozenset(
            Different(purpose.id, version, recipient)
            for category in one.categories
            for purpose, recipient in self._gains(old, new, one.channel, category)
            if not self._permits(new, purpose, recipient, category, self._told(one, category))
        )

    def reached(self, one: Somebody) -> bool:
        """Say whether a question may be mailed to somebody, who counts as touched."""
        return self._once(one, "reached", lambda: self._reached(one))

    def _reached(self, one: Somebody) -> bool:
        for purpose in self.policy.purposes.values():
            if purpose.kind is MessageKind.POLICY_CHANGE:
                facts = self.facts(one, "contact")
                known = Facts(facts.stated, facts.accepted, facts.refused, facts.relations | Relation.AFFECTED.mask)
                request = Request(purpose.id, frozenset({"contact"}))
                return self._decide(self.policy, request, known)
        return False

    def _told(self, one: Somebody, category: str) -> int:
        return self.stated(one, category) | self.accepted(one, category)

    def _gains(
        self, old: Policy, new: Policy, channel: ChannelKind, category: str
    ) -> list[tuple[Purpose, RecipientClass]]:
        key = old.front.version, new.front.version, channel, category
        if key not in self.new:
            self.new[key] = list(self._gained(old, new, channel, category))
        return self.new[key]

    def _gained(
        self, old: Policy, new: Policy, channel: ChannelKind, category: str
    ) -> Iterator[tuple[Purpose, RecipientClass]]:
        """Give the uses of what a channel collects that the new version permits, and of what it collected did not."""
        for purpose in new.purposes.values():
            for recipient in RecipientClass:
                now = self._permits(new, purpose, recipient, category, self._says(new, channel, category))
                if now and not self._permits(new, purpose, recipient, category, self._says(old, channel, category)):
                    yield purpose, recipient

    def _says(self, policy: Policy, channel: ChannelKind, category: str) -> int:
        """Give the bits of all that a channel says of a category, and asks a yes for."""
        found = policy.channels.get(channel)
        if found is None or category not in found.collects:
            return 0
        return self._bits(policy, (policy.purposes[name] for name in found.states), category)

    def _permits(self, policy: Policy, purpose: Purpose, recipient: RecipientClass, category: str, told: int) -> bool:
        request = Request(purpose.id, frozenset({category}), recipient)
        return self._decide(policy, request, Facts(accepted=told, relations=EVERY))

    def _bits(self, policy: Policy, purposes: Iterable[Purpose], category: str) -> int:
        mask = 0
        for purpose in purposes:
            for recipient in purpose.recipients if category in purpose.categories else ():
                mask |= 1 << self.history.bits[meaning(policy, purpose, recipient)]
        return mask

    def _new(self, use: Different) -> bool:
        follows = self.history.version(use.version).front.follows
        return bool(follows) and use.purpose not in self.history.version(str(follows)).purposes
