"""Say at a form what is collected there and what for, in the policy's own words."""

from collections.abc import Iterator

from avow.errors import PolicyError
from avow.policy.document import Category, Channel, Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.terms import ChannelKind, Promise, RecipientClass
from avow.tongue import tongue


@keeps(Promise.REGISTRATION, Promise.EXEMPTIONS_NOTICED, Promise.FORUM)
def notice(policy: Policy, channel: ChannelKind) -> str:
    """Give the words shown at a channel, one thought a line; the same policy and channel give the same words.

    Raises PolicyError where the policy declares no such channel.
    """
    found = policy.channels.get(channel)
    if found is None:
        hint = f"declare [channel.{channel.value}] under the clause that promises it"
        raise PolicyError(f"the policy has no channel {channel.value!r}", path=policy.path, hint=hint)
    return "\n".join(_lines(policy, found))


def _lines(policy: Policy, channel: Channel) -> Iterator[str]:
    purposes = [policy.purposes[name] for name in channel.states]
    categories = [policy.categories[name] for name in channel.collects]
    _ = tongue(policy.front.language)
    what = "; ".join(_category(category) for category in categories)
    yield _("{company} collects: {what}.").format(company=policy.front.company, what=what)
    yield _("What you give serves:")
    yield from (f"- {purpose.states}{_given(policy, purpose)}" for purpose in purposes)
    yield from _public(policy, channel)
    yield from (exempt.notice for exempt in policy.exemptions.values() if exempt.kind in {p.kind for p in purposes})
    yield from (_kept(policy, category) for category in categories)
    yield from (line for purpose in purposes if (line := _longer(policy, purpose, categories)))
    words = _("This is version {version} of our policy. Questions: {mailbox}")
    yield words.format(version=policy.front.version, mailbox=policy.front.mailbox)


def _category(category: Category) -> str:
    labels = ", ".join(one.label for one in category.fields)
    return f"{category.title} ({labels})" if labels and labels != category.title else category.title


def _given(policy: Policy, purpose: Purpose) -> str:
    """Name those beside the company who receive data for a purpose."""
    others = [kind for kind in RecipientClass if kind in purpose.recipients and kind is not RecipientClass.COMPANY]
    words = tongue(policy.front.language)(" (also seen by {whom})")
    whom = ", ".join(policy.recipients.get(kind, kind.value) for kind in others)
    return words.format(whom=whom) if others else ""


def _public(policy: Policy, channel: Channel) -> Iterator[str]:
    """Say which of it anybody can read, where any of it is so, and that the rest is not."""
    stated = [policy.purposes[name] for name in channel.states]
    open_to_all = {name for one in stated if RecipientClass.PUBLIC in one.recipients for name in one.categories}
    titles = [policy.categories[name].title for name in channel.collects if name in open_to_all]
    if titles:
        words = tongue(policy.front.language)("Anybody can read: {what}. The rest stays between you and us.")
        yield words.format(what="; ".join(titles))


def _longer(policy: Policy, purpose: Purpose, categories: list[Category]) -> str:
    """Say what is kept for longer by those who say yes to a purpose; "" is nothing."""
    days = purpose.retention or 0
    found = [one.title for one in categories if one.id in purpose.categories and (one.retention or days) < days]
    words = tongue(policy.front.language)("Kept for {days} days if you say yes to it ({title}): {what}.")
    return words.format(days=days, title=purpose.title, what="; ".join(found)) if found else ""


def _kept(policy: Policy, category: Category) -> str:
    _ = tongue(policy.front.language)
    asked = _("Kept until you ask us to forget it: {what}.")
    words = asked if category.retention is None else _("Kept for {days} days: {what}.")
    return words.format(days=category.retention, what=category.title)
