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
_LASTING = "lasting."
"""How the showing of a form begins that stands on another page; it is no hexadecimal digit."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a form carried back: the words shown, the one showing it was, whether that was not long ago, or lasts."""

    version: str
    shown: Shown
    showing: str
    fresh: bool
    lasting: bool = False

    def stands(self, now: Policy) -> bool:
        """Say whether its words can still be taken as shown: not long ago, or lasting and of the version in force."""
        return self.fresh or (self.lasting and self.version == now.front.version)


def sealed(policy: Policy, channel: ChannelKind, *, lasting: bool = False) -> str:
    """Store the words that a form shows and give the token that names them.

    One that stands on another page is `lasting`: it is good for as long as its version is in force.
    """
    return sealed_as(show(policy, channel, policy.front.language), lasting=lasting)


def sealed_as(shown: Shown, *, lasting: bool = False) -> str:
    """Give the token that names what is shown, in words that are stored."""
    words = (shown.notice or b"").hex()
    showing = f"{_LASTING if lasting else ''}{secrets.token_hex(8)}"
    return seal(_ACT, shown.version or "", shown.channel.value, words, shown.language, showing)


def opened(token: str) -> Seen:
    """Give what a form's token says was shown; raise TokenError if it is forged or damaged."""
    version, channel, notice, language, showing = unseal(_ACT, token)
    try:
        unseal(_ACT, token, _FRESH)
        fresh = True
    except TokenError:
        fresh = False
    words = Shown(version, ChannelKind(channel), bytes.fromhex(notice), language)
    return Seen(version, words, showing, fresh, showing.startswith(_LASTING))
