"""Say at a form what is collected there and what for, in the policy's own words."""

from collections.abc import Iterator

from avow.errors import PolicyError
from avow.policy.document import Category, Channel, Policy, Purpose
from avow.policy.proof.keeps import keeps
from avow.terms import ChannelKind, Promise, RecipientClass


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
    yield f"{policy.front.company} collects: {'; '.join(_category(category) for category in categories)}."
    yield "What you give serves:"
    yield from (f"- {purpose.states}{_given(policy, purpose)}" for purpose in purposes)
    yield from _public(policy, channel)
    yield from (exempt.notice for exempt in policy.exemptions.values() if exempt.kind in {p.kind for p in purposes})
    yield from (_kept(category) for category in categories)
    yield from (line for purpose in purposes if (line := _longer(purpose, categories)))
    yield f"This is version {policy.front.version} of our policy. Questions: {policy.front.mailbox}"


def _category(category: Category) -> str:
    labels = ", ".join(one.label for one in category.fields)
    return f"{category.title} ({labels})" if labels and labels != category.title else category.title


def _given(policy: Policy, purpose: Purpose) -> str:
    """Name those beside the company who receive data for a purpose."""
    others = [kind for kind in RecipientClass if kind in purpose.recipients and kind is not RecipientClass.COMPANY]
    return f" (also seen by {', '.join(policy.recipients.get(kind, kind.value) for kind in others)})" if others else ""


def _public(policy: Policy, channel: Channel) -> Iterator[str]:
    """Say which of it anybody can read, where any of it is so, and that the rest is not."""
    stated = [policy.purposes[name] for name in channel.states]
    open_to_all = {name for one in stated if RecipientClass.PUBLIC in one.recipients for name in one.categories}
    titles = [policy.categories[name].title for name in channel.collects if name in open_to_all]
    if titles:
        yield f"Anybody can read: {'; '.join(titles)}. The rest stays between you and us."


def _longer(purpose: Purpose, categories: list[Category]) -> str:
    """Say what is kept for longer by those who say yes to a purpose; "" is nothing."""
    days = purpose.retention or 0
    found = [one.title for one in categories if one.id in purpose.categories and (one.retention or days) < days]
    return f"Kept for {days} days if you say yes to it ({purpose.title}): {'; '.join(found)}." if found else ""


def _kept(category: Category) -> str:
    until = "until you ask us to forget it" if category.retention is None else f"for {category.retention} days"
    return f"Kept {until}: {category.title}."
