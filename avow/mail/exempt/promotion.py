"""Find what promotes in a message that may not: whoever refused marketing would get it as marketing."""

import re
from collections.abc import Collection
from typing import Final

from avow.errors import MailError
from avow.mail.form.promotion import check_service
from avow.policy.proof.keeps import keeps
from avow.terms import MessageKind, Promise

_SIGNS: Final = re.compile(
    r"\d ?% ?(less|rabatt)|[$€£¥] ?\d|\d ?(€|£|usd|eur|dollars?|euros?)\b"
    r"|\b(offers?|deals?|sales?|on sale|price[sd]?|pricing|for free|buy|purchase|shop|subscribe|newsletter|webinars?"
    r"|sponsors?|partners?|new features?|introducing|renew(al|als)?|contact sales|you may also like"
    r"|recommended for you|angebote?|rabatte?|gutscheine?|jetzt kaufen)\b",
    re.IGNORECASE,
)
"""What an exempt message has no need to say, beside what promotes in any message."""
_UPGRADE: Final = re.compile(
    r"\b(?:upgrad|updat)(?:e|ing) (?:\w+ ){0,3}?to (?:version |release )?v?(\d[\w.-]*\w|\d)", re.IGNORECASE
)
EXEMPT: Final = frozenset(kind for kind in MessageKind if kind.value.startswith("exempt."))
"""The kinds that a refusal of marketing does not stop."""


@keeps(Promise.EXEMPTIONS_LIMITED)
def unpromotional(kind: MessageKind, words: str) -> None:
    """Refuse a message that is no marketing and promotes, an exempt one on the least sign; raise MailError naming it.

    It reads words, not minds: it stops what slips in, and whoever wants to deceive is stopped by somebody who reads.
    """
    check_service(kind, words)
    if kind not in EXEMPT:
        return
    for number, line in enumerate(words.splitlines(), 1):
        found = _SIGNS.search(line)
        if found:
            raise MailError(
                f"this message reaches people who refused marketing, and line {number} promotes: {found[0]!r}",
                "take it out, or send it as marketing to those who take it",
            )


def mends_only(words: str, fixed: Collection[str]) -> None:
    """Refuse an advisory that sends its readers to a version which does not mend what it warns of."""
    for target in _UPGRADE.findall(words):
        if target.rstrip(".") not in fixed:
            raise MailError(
                f"the message tells people to move to {target}, which is not among the versions that mend this",
                "name it as fixed if it mends this at no charge; else it is marketing",
            )
