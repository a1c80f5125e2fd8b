"""Say in plain words what can be stopped, what then stops, and what does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from avow.policy.document import Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.said.choices import Chosen
from avow.terms import Answer, Promise, RecipientClass, Scope

LIST, MARKETING, OPTIONAL = "list", "marketing", "optional"


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing that can be stopped: its name in the form, its words, what it stops, how it is written down."""

    name: str
    label: str
    stops: tuple[str, ...]
    chosen: Chosen


def stops(policy: Policy, listed: str = "") -> tuple[Stop, ...]:
    """Give what can be stopped, the narrowest first: the list, each topic, all marketing, all that is optional."""
    return tuple(_stops(policy, listed))


def _stops(policy: Policy, listed: str) -> Iterator[Stop]:
    found = policy.purposes.get(listed)
    if found and found.kind and found.kind.marketing:
        yield Stop(LIST, f"Stop this list: {found.title}", (found.title,), Chosen(Answer.NO, list=listed))
    for topic in policy.topics.values():
        about = tuple(p.title for p in policy.purposes.values() if p.topic == topic.id)
        if about:
            yield Stop(f"topic.{topic.id}", f"Stop all about: {topic.title}", about, Chosen(Answer.NO, topic=topic.id))
    marketing = tuple(p.title for p in policy.purposes.values() if p.scope == "marketing")
    yield Stop(MARKETING, "Stop all marketing mail", marketing, Chosen(Answer.NO, scope=Scope.MARKETING))
    optional = tuple(p.title for p in policy.purposes.values() if p.scope)
    yield Stop(OPTIONAL, "Stop everything that is optional", optional, Chosen(Answer.NO, scope=Scope.OPTIONAL))


@keeps(Promise.EXEMPTIONS_NOTICED)
def goes_on(policy: Policy) -> tuple[str, ...]:
    """Give what no refusal stops, in the policy's own words: the exemptions, then what answers an act or a duty."""
    exempt = tuple(exemption.notice for exemption in policy.exemptions.values())
    owed = tuple(purpose.title for purpose in policy.purposes.values() if _owed(policy, purpose))
    return (*exempt, f"Mail that answers what you do, or that we owe you: {', '.join(owed)}.") if owed else exempt


def _owed(policy: Policy, purpose: Purpose) -> bool:
    to_you = RecipientClass.COMPANY in purpose.recipients and purpose.kind is not None
    return to_you and not purpose.scope and purpose.kind not in policy.exemptions
