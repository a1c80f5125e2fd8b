"""Compile a text with holes, `{{ name }}` or `{{ name | friend }}`, once; fill it for each person."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from avow.errors import MailError
from avow.mail.pictured.carried import SCHEME, Picture

_HOLE = re.compile(r"\{\{\s*([a-z][a-z0-9_.-]*)\s*(?:\|\s*([^{}|\n]*?)\s*)?\}\}")
_MARK = re.compile("\ue000([0-9]+)\ue001")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
FITS = ' style="max-width:100%;height:auto"'
"""Lets a picture be no wider than its page, in a message that brings no style sheet."""
_NONE: Mapping[str, Picture] = {}


@dataclass(frozen=True, slots=True)
class Hole:
    """A place for a value, and what stands there where the value is empty."""

    name: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Literal parts and holes in turn."""

    parts: tuple[str | Hole, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """Give the holes in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def fill(self, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
        """Give the text for one person; `escape` is applied to what goes into the holes."""
        return "".join(
            escape(values.get(part.name) or part.otherwise) if isinstance(part, Hole) else part for part in self.parts
        )


def text(source: str) -> Text:
    """Compile a plain text; raise MailError that names the line of a hole that is not one."""
    parts: list[str | Hole] = []
    end = 0
    for found in _HOLE.finditer(source):
        parts += [source[end : found.start()], Hole(found[1], found[2] or "")]
        end = found.end()
    parts.append(source[end:])
    for part in parts:
        if isinstance(part, str) and ("{{" in part or "}}" in part):
            bad = next(line for line in source.splitlines() if line.count("{{") + line.count("}}") != _whole(line))
            raise MailError(f"this is no field: {bad.strip()[:80]!r}", "write {{ name }} or {{ name | friend }}")
    return Text(tuple(part for part in parts if part))


def _whole(line: str) -> int:
    return 2 * len(_HOLE.findall(line))


def markdown(source: str, pictures: Mapping[str, Picture] = _NONE) -> Text:
    """Compile Markdown to HTML with the same holes; pictures are those of ours that go along, by name.

    Raises MailError for any other image, which tells who opened a message and when, for a picture without words for
    who cannot see it, and for a field in a link, which would tell the other end who followed it.
    """
    plain = text(source)
    if "\ue000" in source or "\ue001" in source:
        raise MailError("the text holds characters of the private use area", "take out U+E000 and U+E001")
    marked = "".join(
        part if isinstance(part, str) else f"\ue000{plain.holes.index(part)}\ue001" for part in plain.parts
    )
    tokens = _MARKDOWN.parse(marked)
    for child in (child for token in tokens for child in token.children or () if child.type == "image"):
        _carry(child, pictures)
    rendered = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    pieces = _MARK.split(rendered)
    parts = [piece if index % 2 == 0 else plain.holes[int(piece)] for index, piece in enumerate(pieces)]
    filled = Text(tuple(part for part in parts if part))
    if len(filled.holes) != len(plain.holes):
        raise MailError("a field stands in a link, which would tell the other end who followed it", "take it out")
    return filled


def _carry(image: Token, pictures: Mapping[str, Picture]) -> None:
    """Let an image be one that the message carries."""
    found = pictures.get(str(image.attrGet("src")).removeprefix(SCHEME))
    if found is None:
        raise MailError(
            "a message shows no images from elsewhere: a remote one tells who opened it",
            "put the picture in, so that it goes along, or link to it",
        )
    if not image.content.strip():
        raise MailError(
            "a picture has no words for who cannot see it", f"write what it shows: ![...]({SCHEME}{found.name})"
        )
    for name, value in (
        ("src", f"cid:{found.cid}"),
        ("width", found.width),
        ("height", found.height),
        ("style", FITS[8:-1]),
    ):
        image.attrSet(name, value)


def escaped(value: str) -> str:
    """Make a value harmless in HTML."""
    return html.escape(value)
