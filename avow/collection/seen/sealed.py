"""Carry in a form what was shown on it, so that what is kept is stamped with just that."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from avow.errors import TokenError
from avow.policy.document import Policy
from avow.record.shown.notice import show
from avow.record.shown.stamp import Shown
from avow.record.token import seal, unseal
from avow.terms import ChannelKind

_ACT = "form"
_FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a form carried back: the words shown, the one showing it was, and whether that was not long ago."""

    version: str
    shown: Shown
    showing: str
    fresh: bool


def sealed(policy: Policy, channel: ChannelKind) -> str:
    """Store the words that a form shows and give the token that names them."""
    return sealed_as(show(policy, channel, policy.front.language))


def sealed_as(shown: Shown) -> str:
    """Give the token that names what is shown, in words that are stored."""
    words = (shown.notice or b"").hex()
    return seal(_ACT, shown.version or "", shown.channel.value, words, shown.language, secrets.token_hex(8))


def opened(token: str) -> Seen:
    """Give what a form's token says was shown; raise TokenError if it is forged or damaged."""
    version, channel, notice, language, showing = unseal(_ACT, token)
    try:
        unseal(_ACT, token, _FRESH)
        fresh = True
    except TokenError:
        fresh = False
    return Seen(version, Shown(version, ChannelKind(channel), bytes.fromhex(notice), language), showing, fresh)
