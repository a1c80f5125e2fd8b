"""Compile a text with holes, `{{ name }}` or `{{ name | friend }}`, once; fill it for each person."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markdown_it import MarkdownIt

from avow.errors import MailError

_HOLE = re.compile(r"\{\{\s*([a-z][a-z0-9_.-]*)\s*(?:\|\s*([^{}|\n]*?)\s*)?\}\}")
_MARK = re.compile("\ue000([0-9]+)\ue001")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


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


def markdown(source: str) -> Text:
    """Compile Markdown to HTML with the same holes.

    Raises MailError for images, which tell who opened a message and when, and for a field in a
    link, which would tell the other end who followed it.
    """
    plain = text(source)
    if "\ue000" in source or "\ue001" in source:
        raise MailError("the text holds characters of the private use area", "take out U+E000 and U+E001")
    marked = "".join(
        part if isinstance(part, str) else f"\ue000{plain.holes.index(part)}\ue001" for part in plain.parts
    )
    tokens = _MARKDOWN.parse(marked)
    if any(child.type == "image" for token in tokens for child in token.children or ()):
        raise MailError("a message shows no images: a remote one tells who opened it", "link to the image instead")
    rendered = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    pieces = _MARK.split(rendered)
    parts = [piece if index % 2 == 0 else plain.holes[int(piece)] for index, piece in enumerate(pieces)]
    filled = Text(tuple(part for part in parts if part))
    if len(filled.holes) != len(plain.holes):
        raise MailError("a field stands in a link, which would tell the other end who followed it", "take it out")
    return filled


def escaped(value: str) -> str:
    """Make a value harmless in HTML."""
    return html.escape(value)
