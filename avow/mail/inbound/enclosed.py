"""Take the files out of a letter, within bounds: whatever comes in, this ends and never raises."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Final

MOST: Final = 10
"""Files of a letter that are looked at."""
LARGEST: Final = 10_000_000
"""Bytes of one file that is looked at; what is larger is named, and not read."""
_PARTS: Final = 200
_NAME: Final = re.compile(r"[^\w .()+-]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its name, and its bytes; None where it is too large to be looked at."""

    name: str
    data: bytes | None


def enclosed(raw: bytes) -> tuple[Sent, ...]:
    """Give the files of a letter in their order, the first few; a letter within the letter is none."""
    try:
        return tuple(_files(message_from_bytes(raw)))[:MOST]
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return ()


def _files(message: Message) -> Iterator[Sent]:
    queue, seen, found = [message], 0, 0
    while queue and seen < _PARTS and found < MOST:
        part = queue.pop(0)
        seen += 1
        inner = part.get_payload()
        if isinstance(inner, list):
            if part.get_content_maintype() == "multipart":
                queue[:0] = [one for one in inner if isinstance(one, Message)]
        elif _is_file(part):
            found += 1
            yield _sent(part, inner)


def _is_file(part: Message) -> bool:
    words = part.get_content_maintype() in {"text", "message"} and part.get_content_disposition() != "attachment"
    return not words or (part.get_content_maintype() == "text" and bool(part.get_filename()))


def _sent(part: Message, inner: object) -> Sent:
    if isinstance(inner, str) and len(inner) > LARGEST * 3 // 2:
        return Sent(_name(part), None)
    data = part.get_payload(decode=True)
    known = data if isinstance(data, bytes) else b""
    return Sent(_name(part), known if len(known) <= LARGEST else None)


def _name(part: Message) -> str:
    """Give the name of a file, and of its path nothing; one without a name is called what it is."""
    said = str(part.get_filename() or "")
    with suppress(LookupError, ValueError, TypeError, AssertionError):  # then it stands as it came
        said = str(make_header(decode_header(said)))
    return bare(said)


def bare(said: str) -> str:
    """Give a name that a file was sent under without a path, and without what no name needs."""
    last = re.split(r"[/\\]", said)[-1].encode("utf-8", "replace").decode()
    return _NAME.sub("_", last).strip(" .")[:100] or "file"
