"""Say in plain words what can be stopped, what then stops, and what does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from avow.policy.document import Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.record.forum.boards import COMMUNITY
from avow.record.products.register import SECURITY, SERIES
from avow.record.said.choices import Chosen
from avow.terms import Answer, Promise, RecipientClass, Scope
from avow.tongue import marked

LIST, MARKETING, OPTIONAL = "list", "marketing", "optional"


_LEFT = marked("They are no marketing. Who stops them leaves the community, and can join it again on its page.")
_WARNING = marked(
    "They are no marketing. Who stops them is not told any more of what the product or the download needs told."
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing that can be stopped: its name in the form, its words, what it stops, how it is written down.

    `says` is what the policy says of it, if it is a single thing.
    """

    name: str
    label: str
    stops: tuple[str, ...]
    chosen: Chosen
    says: str = ""


def reserved_for(listed: str) -> str:
    """Say what the messages of a list are about that only owners or members are on; "" for any other list."""
    kind, _dot, rest = listed.partition(".")
    about = rest.partition(".")[0]
    found = {
        SECURITY: _("security of {about}"),
        SERIES: _("the download {about}"),
        COMMUNITY: _("the community {about}"),
    }
    return found.get(kind, "").format(about=about) if about else ""


def stops(policy: Policy, listed: str = "") -> tuple[Stop, ...]:
    """Give what can be stopped, the narrowest first: each list, each topic, all marketing, all that is optional.

    The list that a link came from stands first, as "list"; the others bear their ids.
    """
    return tuple(_stops(policy, listed))


def _stops(policy: Policy, listed: str) -> Iterator[Stop]:
    product = reserved_for(listed)
    if product:
        warning = _LEFT if listed.startswith(f"{COMMUNITY}.") else _WARNING
        yield Stop(
            LIST,
            _("Stop these messages: {what}").format(what=product),
            (product,),
            Chosen(Answer.NO, list=listed),
            _(warning),
        )
    lists = [purpose for purpose in policy.purposes.values() if purpose.kind is not None and purpose.kind.marketing]
    for one in sorted(lists, key=lambda purpose: purpose.id != listed):
        here = one.id == listed
        words = _("Stop this list: {title}") if here else _("Stop the list: {title}")
        name = LIST if here else f"{LIST}.{one.id}"
        said = policy.clauses[one.clause].text
        yield Stop(name, words.format(title=one.title), (one.title,), Chosen(Answer.NO, list=one.id), said)
    for topic in policy.topics.values():
        about = tuple(p.title for p in policy.purposes.values() if p.topic == topic.id)
        if about:
            words = _("Stop all about: {title}").format(title=topic.title)
            yield Stop(f"topic.{topic.id}", words, about, Chosen(Answer.NO, topic=topic.id))
    marketing = tuple(p.title for p in policy.purposes.values() if p.scope == "marketing")
    yield Stop(MARKETING, _("Stop all marketing mail"), marketing, Chosen(Answer.NO, scope=Scope.MARKETING))
    optional = tuple(p.title for p in policy.purposes.values() if p.scope)
    yield Stop(OPTIONAL, _("Stop everything that is optional"), optional, Chosen(Answer.NO, scope=Scope.OPTIONAL))


@keeps(Promise.EXEMPTIONS_NOTICED)
def goes_on(policy: Policy) -> tuple[str, ...]:
    """Give what no refusal stops, in the policy's own words: the exemptions, then what answers an act or a duty."""
    exempt = tuple(exemption.notice for exemption in policy.exemptions.values())
    owed = tuple(purpose.title for purpose in policy.purposes.values() if _owed(policy, purpose))
    words = _("Mail that answers what you do, or that we owe you: {what}.")
    return (*exempt, words.format(what=", ".join(owed))) if owed else exempt


def _owed(policy: Policy, purpose: Purpose) -> bool:
    to_you = RecipientClass.COMPANY in purpose.recipients and purpose.kind is not None
    return to_you and not purpose.scope and purpose.kind not in policy.exemptions
