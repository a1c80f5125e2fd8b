"""Read the words out of HTML, without what it quotes."""

from html.parser import HTMLParser

_MOST = 100_000
_UNSEEN = frozenset({"style", "script", "head", "title", "template"})
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "hr", "table", "blockquote"})
_EMPTY = frozenset({"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "wbr", "source"})
_QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "divrplyfwdmsg", "appendonsend", "protonmail_quote")


class _Words(HTMLParser):
    """Gathers words; within a quotation they count for nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where a block does, and skip what is unseen or quoted."""
        if tag in _BREAKS:
            self.words.append("\n")
        if tag not in _EMPTY:
            named = " ".join(value or "" for name, value in attrs if name in {"class", "id"}).lower()
            skips = tag in _UNSEEN or tag == "blockquote" or any(one in named for one in _QUOTES)
            self.open.append((tag, skips or (bool(self.open) and self.open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        """Close the last of its kind, with whatever was left open in it."""
        names = [name for name, _ in self.open[-50:]]
        if tag in names:
            del self.open[len(self.open) - names[::-1].index(tag) - 1 :]
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words that are seen and not quoted."""
        if not (self.open and self.open[-1][1]):
            self.words.append(" ".join(data.split()) + " " if data.strip() else " ")


def told(source: str) -> str:
    """Give the text of HTML, a line for each block; a quotation is left out."""
    reader = _Words()
    try:
        reader.feed(source[:_MOST])
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        pass  # what was read stands
    return "".join(reader.words)
