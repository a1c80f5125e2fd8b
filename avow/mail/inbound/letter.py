"""Read the bytes of a letter into headers and texts, within bounds: whatever comes in, this ends and never raises."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from avow.mail.inbound.hypertext import told

MOST = 2_000_000
"""Bytes of a letter that are looked at; the rest is kept and not read."""
_PARTS, _DEEP, _TEXT = 200, 20, 100_000
_DECLARED = re.compile(r"[\w.-]{1,40}", re.ASCII)
_BARE = re.compile(r"<?([\w+-]+(?:\.[\w+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>?", re.ASCII)
_GOING = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a letter: its media type in lower case, and its text ("" where it is none)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as far as it was read: headers by lower-case name, leaves in order, and the letters within it.

    `plain` is what a human wrote as text, or the text of its HTML where there is no other; `marked` says which.
    """

    headers: Mapping[str, Sequence[str]]
    kind: str
    report: str
    parts: Sequence[Part]
    plain: str
    marked: bool = False

    def first(self, name: str) -> str:
        """Give the first header of this name, or ""."""
        return next(iter(self.headers.get(name, ())), "")

    def addresses(self, *names: str) -> tuple[str, ...]:
        """Give the bare addresses that stand in headers."""
        told = [one for name in names for one in self.headers.get(name, ())][:_PARTS]
        bare = [_BARE.fullmatch(one) for one in told]
        if all(bare):
            return tuple(one[1] for one in bare if one)
        return tuple(address for _, address in getaddresses(told) if "@" in address)


def read(raw: bytes) -> Letter:
    """Read a letter; what is broken in it is read as far as it goes."""
    raw = raw[:MOST]
    try:
        message = message_from_bytes(raw)
        leaves = tuple(_leaves(message))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        message, leaves = BytesHeaderParser().parsebytes(raw.partition(b"\n\n")[0][:_TEXT]), ()
    plain, marked = _plain(leaves)
    report = str(message.get_param("report-type", "", unquote=True) or "") if _kind(message) else ""
    return Letter(_headers(message), _kind(message), report.lower(), leaves, plain, marked)


def _plain(leaves: Sequence[Part]) -> tuple[str, bool]:
    texts = [part.text for part in leaves if part.kind == "text/plain" and part.text.strip()]
    if texts:
        return "\n".join(texts)[:_TEXT], False
    marked = [told(part.text) for part in leaves if part.kind == "text/html"]
    return "\n".join(marked)[:_TEXT], bool(marked)


def _leaves(message: Message, deep: int = 0) -> Iterator[Part]:
    """Walk the leaves; a letter within the letter is one leaf, whose words are somebody else's."""
    queue = [(message, deep)]
    seen = 0
    while queue and seen < _PARTS:
        part, depth = queue.pop(0)
        seen += 1
        kind = _kind(part)
        inner = part.get_payload()
        if kind.startswith("message/") and isinstance(inner, list):
            yield Part(kind, _flat(inner))
        elif isinstance(inner, list):
            if depth < _DEEP:
                queue[:0] = [(one, depth + 1) for one in inner[:_PARTS] if isinstance(one, Message)]
        else:
            yield Part(kind, _text(part) if kind.startswith(("text/", "message/")) or kind in _GOING else "")


def _flat(inner: Sequence[object]) -> str:
    """Give the headers and texts of what a report brings back."""
    lines: list[str] = []
    for one in inner[:_PARTS]:
        if isinstance(one, Message):
            lines += [f"{name}: {_decoded(value)}" for name, value in list(one.raw_items())[:_PARTS]]
            lines += ["", *(_text(leaf) for leaf in list(one.walk())[:_PARTS] if leaf.get_content_maintype() == "text")]
            lines.append("")
    return "\n".join(lines)[:_TEXT]


def _kind(part: Message) -> str:
    return str(part.get_content_type()).lower()


def _text(part: Message) -> str:
    """Decode a text in the charset that it says, or else as it may be read."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    said = str(part.get_param("charset", "utf-8") or "utf-8")
    charset = said if _DECLARED.fullmatch(said) else "utf-8"
    data = data[: 4 * _TEXT]
    for name in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(name)[:_TEXT]
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1")[:_TEXT]


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in list(message.raw_items())[:1000]:
        found.setdefault(str(name).lower(), []).append(_decoded(value))
    return found


def _decoded(value: object) -> str:
    """Give a header as text; eight bits that name no charset are read as UTF-8, or else as is usual in the West."""
    raw = str(value)[:10_000].encode("utf-8", "surrogateescape")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if "=?" in text:
        with suppress(LookupError, ValueError, TypeError, AssertionError):  # then it stands as it came
            text = str(make_header(decode_header(text)))
    return " ".join(text.encode("utf-8", "replace").decode().split())
