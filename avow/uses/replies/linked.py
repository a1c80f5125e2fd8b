"""Look at each link that staff type into an answer, as the links of our pages are looked at: what it takes along."""

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from avow.errors import MailError

_LINK: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]*://[^\s<>\"')\]]+|\b(?:javascript|data|file|vbscript):[^\s]+", re.IGNORECASE
)
_SCHEMES: Final = frozenset({"https", "http"})
_WHO: Final = re.compile(r"[^\s/?&=]+@[^\s/?&=]+\.[a-z]{2,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_THEIRS: Final = re.compile(r"/(?:choices|confirm|policy/question|desk/welcome)/[A-Za-z0-9_-]{20,}")
_ON: Final = re.compile(
    r"[?&](?:next|url|to|return|redirect|goto|continue)=(?:https?:|//|%2f%2f|https?%3a)", re.IGNORECASE
)


def check_links(words: str) -> None:
    """Raise MailError that names the line of a link which leads where it does not say, or takes somebody along.

    Such are: another scheme than the web's, a name and password before the host, an address or an id of a person in
    it, a link of ours that acts for whoever holds it, and one that sends its reader on to another site.
    """
    for number, line in enumerate(words.splitlines(), 1):
        for found in _LINK.findall(line):
            why = _wrong(found)
            if why:
                raise MailError(f"the link on line {number} {why}", "take it out, or link the page itself")


def _wrong(link: str) -> str:
    try:
        parts, bare = urlsplit(link), unquote(link)
    except ValueError:
        return "is no web address"
    if parts.scheme.lower() not in _SCHEMES:
        return f"is no web address, but {parts.scheme}:"
    if "@" in parts.netloc:
        return "hides where it leads behind a name"
    if _THEIRS.search(bare):
        return "acts for whoever holds it, and belongs to one person alone"
    if _WHO.search(bare.partition("://")[2]):
        return "takes along who somebody is"
    return "sends its reader on to another site" if _ON.search(link) else ""
