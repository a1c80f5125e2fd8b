"""Show what somebody wrote as plain text: no address stands in it, and what looks like a link is one; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

INSTEAD: Final = "[address hidden]"
"""What stands where somebody wrote an address."""
_AT: Final = re.compile("[@\uff20\ufe6b]|%40|&#0*64;|&#x0*40;|&commat;", re.IGNORECASE)
_RUNS: Final = re.compile(r"\s+|\S+")
_ENDS: Final = ".,;:!?)]}>\"'"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `href` is where it leads, "" for what is no link."""

    text: str
    href: str = ""


def masked(text: str) -> str:
    """Give a text with each address in it hidden, also one that is spread over words or written with other signs."""
    runs = _RUNS.findall(text)
    words = [at for at, run in enumerate(runs) if not run.isspace()]
    for place, at in enumerate(words):
        signs = list(_AT.finditer(runs[at]))
        if not signs:
            continue
        ends = max(len(runs[at].rstrip(_ENDS)), signs[-1].end())
        first, last = signs[0].start() == 0, signs[-1].end() == ends
        follows = words[place + 1] if place + 1 < len(words) else at
        if any(sign.start() and sign.end() < ends for sign in signs) or (first and "." in runs[at][:ends]):
            runs[at] = INSTEAD + runs[at][ends:]
        elif last and "." in runs[follows].rstrip(_ENDS):
            runs[at], runs[follows] = "", INSTEAD + runs[follows][len(runs[follows].rstrip(_ENDS)) :]
            if first and place:
                runs[words[place - 1]] = ""
    return "".join(runs)


def parts(text: str) -> tuple[Part, ...]:
    """Give a text in pieces, addresses hidden and links found; nothing else in it means anything."""
    return tuple(_parts(masked(text)))


def _parts(text: str) -> Iterator[Part]:
    for run in _RUNS.findall(text):
        link = run.rstrip(_ENDS)
        if _leads(link):
            yield Part(link, link)
            yield Part(run[len(link) :])
        else:
            yield Part(run)


def _leads(run: str) -> bool:
    """Say whether a run is an address of the web that a browser can be given as it stands."""
    if not run.lower().startswith(("http://", "https://")) or not run.isprintable():
        return False
    try:
        return bool(urlsplit(run).hostname)
    except ValueError:
        return False
