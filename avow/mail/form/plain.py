"""Write Markdown as it is read in a plain text: no signs of its own, each link's address behind its words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import indent

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_RULE = "* * *"


@dataclass(slots=True)
class _Place:
    """Where in the text we are: the next number of each list around (None for dashes), the items, the quotations."""

    lists: list[int | None] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    quotes: int = 0
    begins: bool = False

    def enter(self, token: Token) -> None:
        """Step into or out of a list, an item or a quotation."""
        match token.type:
            case "bullet_list_open":
                self.lists.append(None)
            case "ordered_list_open":
                self.lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.items.append(self._next())
                self.begins = True
            case "list_item_close":
                self.items.pop()
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting

    def _next(self) -> str:
        """Give what the next item begins with, and count it."""
        number = self.lists[-1]
        if number is None:
            return "- "
        self.lists[-1] = number + 1
        return f"{number}. "

    def lay(self, words: str) -> str:
        """Give a paragraph as it stands here."""
        lines = indent(words, " " * sum(map(len, self.items)))
        if self.begins:
            outer = " " * sum(map(len, self.items[:-1]))
            lines, self.begins = f"{outer}{self.items[-1]}{lines.lstrip(' ')}", False
        return indent(lines, "> " * self.quotes, lambda _: True) if self.quotes else lines


def plain(source: str) -> str:
    """Give the text of a message in Markdown; fields stay as they are written."""
    return "".join(_paragraphs(source)).strip("\n")


def _paragraphs(source: str) -> Iterator[str]:
    """Give each paragraph with what sets it apart: nothing between the items of a list that stand close."""
    place, close, within = _Place(), False, False
    for token in _MARKDOWN.parse(source):
        place.enter(token)
        if token.type == "paragraph_open":
            close = token.hidden
        elif not place.lists:
            within = False
        words = _block(token)
        if words:
            yield f"{chr(10) if close and within else chr(10) * 2}{place.lay(words)}"
            within = bool(place.lists)


def _block(token: Token) -> str:
    """Give the words of a block; "" where it has none."""
    match token.type:
        case "inline":
            return "".join(_words(token))
        case "fence" | "code_block":
            return indent(token.content.rstrip("\n"), "    ")
        case "hr":
            return _RULE
    return ""


def _words(token: Token) -> Iterator[str]:
    """Give the words of a paragraph, with the address of each link that does not show it."""
    href, said = "", ""
    for child in token.children or ():
        if child.type == "link_open":
            href, said = str(child.attrGet("href")), ""
        elif child.type == "link_close":
            yield "" if said in {href, href.removeprefix("mailto:")} else f" <{href}>"
        else:
            words = "\n" if child.type in {"softbreak", "hardbreak"} else child.content
            words = f"[{words}]" if child.type == "image" else words
            said += words
            yield words
