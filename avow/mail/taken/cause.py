"""Say why a message came, to whom it came, in the policy's own words."""

from datetime import datetime

from django.utils.translation import gettext as _

from avow.mail.taken.found import Sent
from avow.policy.document import Policy
from avow.policy.proof.keeps import keeps
from avow.record.seen.past import choices_of
from avow.terms import Answer, MessageKind, Promise


@keeps(Promise.MISTAKES_ANSWERED)
def cause(policy: Policy, one: Sent | None, asks: bytes | None) -> str:
    """Give the cause of one message: exempt, handed over before the no with both times, or not ours.

    Only the mailbox it went to is told: for another, and for a message that we cannot find, somebody has to look.
    """
    if one is None:
        return _("We find no message of ours that you could mean; it may not be ours. Somebody looks into it.")
    if one.reach != asks:
        return _("Somebody looks why the message that you mean came.")
    kind = MessageKind(one.kind)
    when = _at(one.ended)
    if kind in policy.exemptions:
        return _("The message was handed over {when}. It is one that no refusal stops: {notice}").format(
            when=when, notice=policy.exemptions[kind].notice
        )
    if not kind.marketing:
        title = next((found.title for found in policy.purposes.values() if found.kind is kind), kind.value)
        return _("The message was handed over {when}. It answers what you do, or is owed to you: {title}.").format(
            when=when, title=title
        )
    return _beside(one, when)


def _beside(one: Sent, when: str) -> str:
    """Set the instant of handing over beside those of refusing."""
    said = [choice for choice in choices_of(one.person) if choice.answer == Answer.NO.value]
    before = [choice for choice in said if one.ended and choice.at <= one.ended]
    if before:
        return _("The message was handed over {when}, and you had refused {then}. Somebody looks into it.").format(
            when=when, then=_at(before[0].at)
        )
    if said:
        return _("The message was handed over {when}. You refused {then}, which was after it.").format(
            when=when, then=_at(said[-1].at)
        )
    return _("The message was handed over {when}. Until now you had not refused it.").format(when=when)


def _at(instant: datetime | None) -> str:
    if instant is None:
        return _("at an instant that is not on record")
    return _("on {day} at {time} UTC").format(day=f"{instant:%Y-%m-%d}", time=f"{instant:%H:%M:%S}")
