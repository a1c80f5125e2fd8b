"""Compare the page that was published with the policy that it is to show: heading, and word for word the prose."""

import re
from html import unescape

from avow_audit.law.policy import Policy

FORM = "avow/page/v1"
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"\{#[^}\n]*\}")
_TARGET = re.compile(r"\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)|^ {0,3}\[[^\]]+\]:.*$", re.MULTILINE)
_RULED = re.compile(r"^[ |:-]*-[ |:-]*$", re.MULTILINE)
_NUMBERED = re.compile(r"^( *)\d+[.)] ", re.MULTILINE)
_TABLES = '<section id="glance_all">'


def page_says(policy: Policy, page: str) -> str | None:
    """Give in words where a page parts from its policy, or None if it says the same."""
    front = policy.front
    heading = [FORM, *(str(front[word]) for word in ("company", "postal", "mailbox", "version"))]
    heading += [front["effective"].isoformat(), str(front["language"]), *front["sites"]]
    rows = page.split("\n")
    if rows[: len(heading)] != heading:
        return "its heading is not the front matter of the policy"
    shown = "\n".join(rows[len(heading) :]).partition(_TABLES)[0]
    return _parting(_words(_prose(policy.prose)), _words(unescape(_TAG.sub(" ", shown))))


def _prose(markdown: str) -> str:
    """Take out of prose what is not read: clause ids, where links lead, lines and numbers that lay it out."""
    return _NUMBERED.sub(r"\1", _RULED.sub("", _TARGET.sub("]", _MARK.sub(" ", markdown))))


def _words(text: str) -> list[str]:
    return _WORD.findall(unescape(text))


def _parting(said: list[str], shown: list[str]) -> str | None:
    for number, (one, other) in enumerate(zip(said, shown, strict=False)):
        if one != other:
            before = " ".join(said[max(0, number - 6) : number])
            return f"after {before!r} the policy says {one!r} and the page {other!r}"
    if len(said) != len(shown):
        return f"the policy has {len(said)} words and the page {len(shown)}"
    return None
