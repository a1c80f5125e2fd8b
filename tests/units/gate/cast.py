"""Bring invented people in as the doors would, and ask for uses of what they gave."""

from datetime import UTC, datetime
from uuid import UUID

from avow.decision.request import Request
from avow.policy.document import Policy
from avow.record.known.address import parse
from avow.record.known.identity import verify
from avow.record.said.choices import choose
from avow.record.said.chosen import Chosen
from avow.record.shown.notice import show
from avow.record.shown.stamp import stamp
from avow.record.shown.versions import history, in_force
from avow.record.taken.store import Given, keep
from avow.terms import Actor, Answer, ChannelKind, MessageKind, RecipientClass, Scope

NO_MARKETING = Chosen(Answer.NO, scope=Scope.MARKETING)
NO_INSIGHT = Chosen(Answer.NO, scope=Scope.INSIGHT)
EXTRA = {
    ChannelKind.INQUIRY: Given("inquiry", {"subject": "Opening hours", "message": "When?"}),
    ChannelKind.ORDER: Given("order", {"product": "Pier", "number": "2", "billing": "1 Pier Road"}),
}


def arrive(
    address: str,
    *chosen: Chosen,
    by: ChannelKind = ChannelKind.REGISTRATION,
    person: UUID | None = None,
    named: bool = True,
) -> UUID:
    """Let somebody hand in an address, mostly a name, and what the channel asks for."""
    given = [Given("contact", {"email": address})]
    given += [Given("profile", {"name": f"Name of {address}"})] if named else []
    given += [EXTRA[by]] if by in EXTRA else []
    shown = show(in_force(), by, "en")
    return keep(stamp(history(), shown, f"/{by.value}/", datetime.now(UTC)), given, parse(address), chosen, person)


def prove(person: UUID, address: str) -> None:
    """Let a person confirm an address."""
    verify(person, parse(address).exact_id, "test")


def refuse(chosen: Chosen, person: UUID | None, address: str) -> int:
    """Let somebody say no at an address."""
    return choose(chosen, Actor.PERSON_UNVERIFIED, "link", person, parse(address).reach_id)


def purpose_of(policy: Policy, kind: MessageKind) -> str:
    """Find the purpose of a kind of message."""
    return next(purpose.id for purpose in policy.purposes.values() if purpose.kind is kind)


def request(kind: MessageKind, *categories: str) -> Request:
    """Ask for a use by the kind of message, over the address alone if nothing else is named."""
    policy = in_force()
    found = policy.purposes[purpose_of(policy, kind)]
    recipient = RecipientClass.COMPANY if RecipientClass.COMPANY in found.recipients else min(found.recipients)
    return Request(found.id, frozenset(categories or ("contact",)), recipient)
