"""Refuse words that no message can be made of: too many, or such as did not arrive as they were typed."""

import unicodedata
from typing import Final

from avow.errors import MailError

LARGEST: Final = 200_000
"""Characters of a message; mail programs cut off what is longer than about half of it."""
_LOST: Final = "\ufffd"
"""What stands where bytes were in no encoding that we read."""


def legible(words: str) -> str:
    """Give words with plain line ends; raise MailError where they are too long, or hold what is no text."""
    if len(words) > LARGEST:
        raise MailError(
            f"the message is {len(words):,} characters long; at most {LARGEST:,} are sent", "link to the long part"
        )
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    lines = words.split("\n")
    for number, line in enumerate(lines, 1):
        if _LOST in line or any(0xD800 <= ord(sign) <= 0xDFFF for sign in line):  # noqa: PLR2004 -- surrogates
            raise MailError(f"line {number} holds letters of a broken encoding", "save it as UTF-8, and take it anew")
        if any(unicodedata.category(sign) == "Cc" and sign != "\t" for sign in line):
            raise MailError(f"line {number} holds a control character", "take it out")
    return words
