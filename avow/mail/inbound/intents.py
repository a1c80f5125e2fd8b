"""Find what the words of a letter ask for; it may be several things at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache

from avow.mail.inbound import wording


@unique
class Intent(StrEnum):
    """What a human letter asks for."""

    OPTOUT = "optout"
    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    COMPLAINT = "complaint"
    COMMENT = "comment"


@unique
class Width(StrEnum):
    """How much a no of a letter stops, the narrowest first."""

    LIST = "list"
    TOPIC = "topic"
    MARKETING = "marketing"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a letter asks for, how much its no stops (None without one), and which topic."""

    intents: tuple[Intent, ...]
    width: Width | None = None
    topic: str = ""


def asked(subject: str, text: str, topics: Mapping[str, str]) -> Asked:
    """Give what subject and own words ask for; `topics` maps ids to titles. Whatever asks for nothing is a comment.

    Whoever says that they never asked for our mail says no to it, and whoever wants to be forgotten to all of it:
    unsure whether it is a no, it is one.
    """
    subject = re.sub(
        r"^\W*((re|aw|sv|antw|r|res|fwd?|wg|tr|rv|i|doorst|enc)\s*:\s*)+", "", subject, flags=re.IGNORECASE
    )
    own = wording.plain(subject), wording.plain(text)
    whole = " \n ".join(own)
    found = [intent for intent, words in _WORDS.items() if _any(words).search(whole)]
    if Intent.OPTOUT not in found and any(map(wording.BARE.fullmatch, (own[0], *_lines(text)))):
        found.insert(0, Intent.OPTOUT)
    forgets = Intent.ERASURE in found
    if Intent.OPTOUT not in found and (forgets or _any(wording.UNASKED).search(whole)):
        found.insert(0, Intent.OPTOUT)
    if not found:
        return Asked((Intent.COMMENT,))
    if Intent.OPTOUT not in found:
        return Asked(tuple(found))
    width, topic = (Width.EVERYTHING, "") if forgets else _width(whole, topics)
    return Asked(tuple(found), width, topic)


_WORDS: Mapping[Intent, Sequence[str]] = {
    Intent.OPTOUT: wording.OPTOUT,
    Intent.ACCESS: wording.ACCESS,
    Intent.CORRECTION: wording.CORRECTION,
    Intent.ERASURE: wording.ERASURE,
    Intent.COMPLAINT: wording.COMPLAINT,
}


@cache
def _any(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in words))


def _lines(text: str) -> list[str]:
    """Give the first lines that have words: a greeting above such a word, or a name below, makes no difference."""
    return [wording.plain(line) for line in text.splitlines() if line.strip()][:6]


def _width(whole: str, topics: Mapping[str, str]) -> tuple[Width, str]:
    """Give how much a no stops: all marketing, unless it says more or less."""
    if wording.EVERYTHING.search(whole):
        return Width.EVERYTHING, ""
    if wording.NARROW.search(whole):
        return Width.LIST, ""
    for name, title in topics.items():
        for word in (wording.plain(title), name):
            at = re.search(rf"\b{re.escape(word)}\b", whole)
            if at and wording.ONLY.search(whole[max(0, at.start() - 20) : at.start()]):
                return Width.TOPIC, name
    return Width.MARKETING, ""
