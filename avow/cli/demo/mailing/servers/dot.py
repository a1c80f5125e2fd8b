"""Stamp a message that came whole: when its text was asked for, when its final dot was read, what it carries."""

import re
from dataclasses import dataclass
from typing import Final

_ID: Final = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE)
_LIST: Final = re.compile(rb"^List-Id: <([^.>]+)\.", re.MULTILINE)
_ONE_CLICK: Final = re.compile(rb"^List-Unsubscribe: <https?://[^>]+/choices/([\w-]+)/one-click/>,", re.MULTILINE)
_QUESTION: Final = re.compile(rb"/policy/question/([\w-]+)/")
_POST: Final = b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@dataclass(frozen=True, slots=True)
class Dot:
    """A message that came whole: when its text was asked for and its final dot read, for whom, which, how answered.

    `asked` and `at` are seconds of the clock: the dot was begun after the first, and before the second. `asked` is 0
    where nobody knows it. `list` and `token` (of its one-click link) are "" where it has none; `answer` is 0 where
    there was none.
    """

    asked: float
    at: float
    recipient: str
    id: str
    list: str
    token: str
    answer: int
    question: str = ""


def read(text: bytes, recipient: str, asked: float, at: float, answer: int) -> Dot:
    """Read what a message carries; one of a list without both lines of its way out has no token."""
    token = _first(_ONE_CLICK, text) if _POST in text else ""
    listed = _first(_LIST, text)
    asks = "" if listed else _first(_QUESTION, text.replace(b"=\r\n", b""))
    return Dot(asked, at, recipient, _first(_ID, text), listed, token, answer, asks)


def _first(pattern: re.Pattern[bytes], text: bytes) -> str:
    found = pattern.search(text)
    return found[1].decode() if found else ""
