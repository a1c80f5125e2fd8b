"""Refuse promotion in mail that no refusal of marketing stops: whoever said no gets it, so it may sell nothing."""

import re
from typing import Final

from avow.errors import MailError
from avow.terms import MessageKind

_PROMOTES: Final = re.compile(
    r"\b(?:discounts?|coupons?|vouchers?|promo(?:tion(?:s|al)?)?|bargains?|giveaways?|special (?:offer|price)s?"
    r"|limited[- ](?:time|offer)|free (?:trial|shipping|gift)|buy (?:now|one)|shop now|order (?:now|today)|act now"
    r"|upgrade (?:now|today)|save (?:up to|\d+)|\d+ ?(?:%|per ?cent) off|black friday|cyber monday|sponsored"
    r"|refer a friend|our (?:latest|newest) offers?|don.t miss)\b",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(r"[?&](?:utm_\w+|gclid|fbclid|mc_[ce]id|coupon|promo|discount)=", re.IGNORECASE)


def check_service(kind: MessageKind, words: str) -> None:
    """Raise MailError where a message that refusals do not stop holds a word or a link of promotion; name it.

    The lists are closed, and tell what is surely promotion: what is not on them is its writer's to answer for.
    """
    if kind.marketing:
        return
    for number, line in enumerate(words.splitlines(), 1):
        found = _PROMOTES.search(line) or _COUNTED.search(line)
        if found:
            raise MailError(
                f"line {number} promotes something ({found[0].strip('?&=')!r}), and {kind.value} goes to people who"
                " refused marketing",
                "take it out, or write it to a list of marketing",
            )
