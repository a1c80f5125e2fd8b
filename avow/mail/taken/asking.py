"""Tell the reading of letters what it has to know of us; the store is not asked."""

from avow.config import config
from avow.errors import KeyMissing, TokenError
from avow.mail.form.returned import returned
from avow.mail.inbound.classify import Asking
from avow.mail.links import host
from avow.policy.document import Policy
from avow.record.token import unseal


def asking(policy: Policy) -> Asking:
    """Give what is known of us under a version of the policy; where the keys are missing, no token is ours."""
    mailboxes = {one.mailbox.lower() for one in policy.channels.values()}
    own = {policy.front.mailbox.lower(), config().returned, *mailboxes} - {""}
    topics = {topic.id: topic.title for topic in policy.topics.values()}
    return Asking(frozenset(own), frozenset({host().lower()}), topics, _opens, _returned, config().authserv)


def _opens(token: str) -> str | None:
    try:
        return unseal("choose", token)[2]
    except (TokenError, KeyMissing, IndexError):
        return None


def _returned(tag: str) -> str | None:
    try:
        return returned(tag, host())
    except KeyMissing:
        return None
